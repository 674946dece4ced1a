// Renews what is marked with data-pulse, the pulse it was written at, when the server's has changed since. The desk works without it.
const marked = () => document.querySelectorAll("[data-pulse]");
let last = marked()[0]?.dataset.pulse;

// What somebody has begun to type or choose is not replaced.
const begun = () =>
  document.activeElement?.matches("input, textarea, select") ||
  document.querySelector("main details[open] form") ||
  [...document.querySelectorAll("main input, main textarea")].some((one) => one.value !== one.defaultValue || one.checked !== one.defaultChecked) ||
  [...document.querySelectorAll("main select")].some((one) => one.selectedIndex !== Math.max(0, [...one.options].findIndex((option) => option.defaultSelected)));

// While a button is held down nothing moves from under it: the press would be lost, or hit another one.
export let pressed = false;
for (const turn of ["pointerdown", "pointermove", "pointerup", "pointercancel"])
  addEventListener(turn, (event) => { pressed = event.buttons > 0; }, { capture: true, passive: true });

// The page as the server writes it now.
export const anew = async () =>
  new DOMParser().parseFromString(await (await fetch(location.href, { headers: { "x-renewal": "1" } })).text(), "text/html");

// Looks for news now, and again and again; one at a time, however slow the line is.
export function watch(renew) {
  let underway;
  const look = () => { underway ??= renew().catch(() => {}).finally(() => { underway = undefined; }); };
  setInterval(look, 1250);
  look();
}

const busy = () => document.hidden || pressed || begun();

async function renew() {
  if (!marked().length || busy()) return;
  const answer = await fetch("/pulse", { headers: { accept: "application/json" } });
  if (!answer.ok) return;
  const { pulse } = await answer.json();
  if (pulse !== last) {
    const page = await anew();
    if (busy()) return; // While it was on its way.
    put(page.querySelector("main"));
  }
  last = pulse;
}

// What has the focus keeps it, and what is unfolded stays so, though the page is put in anew.
const named = (one) => `${one.tagName} ${one.getAttribute("href") ?? one.textContent.trim()}`;

function put(fresh) {
  const main = document.querySelector("main");
  const focused = main.contains(document.activeElement) ? named(document.activeElement) : null;
  const open = [...main.querySelectorAll("details")].map((one) => one.open);
  const folded = [...fresh.querySelectorAll("details")];
  main.replaceWith(fresh);
  if (folded.length === open.length) folded.forEach((one, at) => (one.open = open[at]));
  if (focused) [...fresh.querySelectorAll("a, button, summary")].find((one) => named(one) === focused)?.focus({ preventScroll: true });
}

watch(renew);

// Checks an answer while it is typed, and tells the desk that somebody still writes it.
const form = document.querySelector("form[data-check]");

function list(findings) {
  return findings.map((one) => {
    const item = document.createElement("li");
    item.className = `finding ${one.severity}`;
    const word = document.createElement("strong");
    word.textContent = form.dataset[one.severity];
    item.append(word, ` ${one.why}. `);
    for (const words of one.words) item.append(Object.assign(document.createElement("q"), { textContent: words }), " ");
    if (one.repair) item.append(Object.assign(document.createElement("span"), { className: "repair", textContent: one.repair }));
    return item;
  });
}

// The answer as it stands in the field, with its faults underlined.
function underlined(pieces) {
  return pieces.map((one) => one.severity
    ? Object.assign(document.createElement("mark"), { className: one.severity, title: one.why, textContent: one.text })
    : one.text);
}

let asked = 0;
const part = (name) => form.querySelector(name);

function silent(said) {
  const place = part("[data-silent]");
  if (place.textContent !== said) place.textContent = said;
  place.hidden = !said;
}

async function look() {
  const mine = ++asked;
  let answer = null, said = null;
  try {
    answer = await fetch(form.dataset.check, { method: "POST", body: new FormData(form), signal: AbortSignal.timeout(20_000) });
    said = answer.ok ? await answer.json() : null;
  } catch { /* Nobody answered. */ }
  if (mine === asked) show(said, answer?.status); // Else more was typed meanwhile, and asked for.
}

function show(said, status) {
  if (!said) silent(status === 401 ? form.dataset.out : form.dataset.failed);
  else silent("");
  const { findings, pieces, count } = said ?? { findings: [], pieces: [], count: "" };
  part(".findings").replaceChildren(...list(findings));
  part(".findings").hidden = !findings.length;
  part("[data-marked]").replaceChildren(...underlined(pieces));
  part("[data-marked]").hidden = !pieces.some((one) => one.severity);
  part("[data-count]").textContent = count;
  part("[data-count]").hidden = !count;
}

async function check() {
  if (form.note.value.trim()) return look();
  asked += 1;
  show({ findings: [], pieces: [], count: "" });
}

if (form) {
  let soon, told = Date.now();
  form.note.addEventListener("input", () => {
    clearTimeout(soon);
    soon = setTimeout(check, 400);
    if (Date.now() - told > 60_000) {
      told = Date.now();
      fetch(form.dataset.still, { method: "POST", body: new FormData(form) }).catch(() => {});
    }
  });
  check();
}

// Says once where the reader is, so that times are theirs.
if ("asksZone" in document.documentElement.dataset) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const said = new URLSearchParams({ zone: timeZone });
  if (timeZone) fetch("/reading", { method: "POST", body: said, redirect: "manual" }).then(() => timeZone !== "UTC" && !begun() && location.reload(), () => {});
}
