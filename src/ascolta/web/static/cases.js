// The list of cases and a case by keys, live, with a search box that completes. All of it works as links and forms too.
import { anew, pressed, watch } from "./desk.js";

const list = () => document.querySelector("ol.listed");
const rows = () => [...(list()?.children ?? [])];
const form = () => document.getElementById("chosen");
const box = document.getElementById("find");
const sheet = document.getElementById("keys");

// ---- Where the eye is: the row whose link has the focus. ----
const here = () => document.activeElement?.closest?.("li[data-case]");
const focus = (row) => row?.querySelector("a")?.focus({ preventScroll: false });

function step(by) {
  const all = rows();
  const at = all.indexOf(here());
  focus(at < 0 ? all[by > 0 ? 0 : all.length - 1] : all[Math.min(all.length - 1, Math.max(0, at + by))]);
}

// ---- What is chosen. ----
const ticks = () => rows().map((row) => row.querySelector("input[type=checkbox]")).filter(Boolean);
const ticked = () => ticks().filter((tick) => tick.checked);

function recount() {
  const all = document.querySelector("[data-all]");
  if (!all) return;
  const count = ticked().length;
  all.closest("label").hidden = false;
  all.checked = count > 0 && count === ticks().length;
  all.indeterminate = count > 0 && !all.checked;
  const said = document.querySelector("[data-count]");
  said.textContent = count ? said.dataset.some.replace("{num}", count) : said.dataset.none;
}

// Asks the server to do something to what is chosen, or else to the case at hand; it asks back once.
function ask(act) {
  const row = here();
  const button = form()?.querySelector(`button[value="${act}"]`);
  if (button && !ticked().length && row) row.querySelector("input[type=checkbox]").checked = true;
  if (button && ticked().length) form().requestSubmit(button);
}

async function take() {
  const numbers = ticked().length ? ticked().map((tick) => tick.value) : [here()?.dataset.case];
  if (!numbers[0] || !ticks().length) return;
  const body = new URLSearchParams([["act", "assign"], ["sure", "yes"], ...numbers.map((number) => ["number", number])]);
  const answer = await fetch("/cases/chosen", { method: "POST", body });
  ticked().forEach((tick) => (tick.checked = false));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  tell(page.querySelector(".banner.error, .banner[role=status]")?.innerText.trim() ?? "");
  await renew(true);
}

const tell = (said) => {
  const place = document.querySelector("[data-told]");
  if (place) place.textContent = said;
};

// ---- Live: the page is read anew when the pulse changes, and only what differs is put in its place. ----
let last = document.querySelector("[data-live]")?.dataset.live; // The pulse that the page was written at.
const stood = new WeakMap();
rows().forEach((row) => stood.set(row, row.outerHTML));

async function renew(now = false) {
  if (document.hidden || !document.querySelector("[data-live]")) return;
  const answer = await fetch("/cases/pulse", { headers: { accept: "application/json" } });
  if (!answer.ok) return;
  const { pulse } = await answer.json();
  if (pulse === last && !now) return;
  const page = await anew();
  if (pressed && !now) return;
  patch(page);
  last = pulse;
}

function patch(page) {
  for (const part of document.querySelectorAll("[data-part]")) {
    const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
    if (fresh && fresh.innerHTML !== part.innerHTML && !part.contains(document.activeElement)) part.innerHTML = fresh.innerHTML;
  }
  const place = list(), fresh = page.querySelector("ol.listed");
  if (!place || !fresh) {
    if (Boolean(place) !== Boolean(fresh) && !document.querySelector("main").contains(document.activeElement)) location.reload();
    else if (place) reconcile(place, []);
    return;
  }
  reconcile(place, [...fresh.children]);
}

function reconcile(place, wanted) {
  const before = new Map(rows().map((row) => [row.dataset.case, row]));
  const looked = here(), at = rows().indexOf(looked);
  const onTick = document.activeElement?.matches?.("input[type=checkbox]");
  wanted.forEach((row, index) => {
    const old = before.get(row.dataset.case);
    let node = row;
    if (old && stood.get(old) === row.outerHTML) node = old;
    else {
      stood.set(row, row.outerHTML);
      if (old) {
        row.querySelector("input[type=checkbox]").checked = old.querySelector("input[type=checkbox]").checked;
        old.replaceWith(row);
      }
    }
    if (place.children[index] !== node) place.insertBefore(node, place.children[index] ?? null);
  });
  const gone = rows().slice(wanted.length);
  gone.forEach((row) => row.remove());
  if (looked && !here()) {
    const next = rows().find((row) => row.dataset.case === looked.dataset.case) ?? rows()[Math.min(at, rows().length - 1)];
    (onTick ? next?.querySelector("input[type=checkbox]") : next?.querySelector("a"))?.focus({ preventScroll: true });
  }
  recount();
  const came = wanted.filter((row) => !before.has(row.dataset.case)).length;
  const went = [...before.keys()].filter((number) => !wanted.some((row) => row.dataset.case === number)).length;
  const told = document.querySelector("[data-told]")?.dataset;
  if (told && (came || went)) tell([came && told.came.replace("{num}", came), went && told.went.replace("{num}", went)].filter(Boolean).join(". "));
}

if (document.querySelector("[data-live]")) {
  watch(renew);
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) ticks().forEach((tick) => (tick.checked = event.target.checked));
    recount();
  });
  recount();
}

// ---- Who else looks at a case. ----
async function beat() {
  const place = document.querySelector("[data-looking]");
  if (!place || document.hidden) return;
  const answer = await fetch(place.dataset.looking, { method: "POST" });
  if (!answer.ok) return;
  const { said } = await answer.json();
  if (place.textContent !== said) place.textContent = said;
}
if (document.querySelector("[data-looking]")) setInterval(() => beat().catch(() => {}), 10_000);

// ---- Keys. They are off while somebody types, and for good where somebody says so (WCAG 2.1.4). ----
const keysOn = () => localStorage.getItem("keys") !== "off";
const typing = (target) => target.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
const press = (selector) => document.querySelector(selector)?.click();

const LIST = {
  j: () => step(1),
  k: () => step(-1),
  o: () => here()?.querySelector("a").click(),
  x: () => here()?.querySelector("input[type=checkbox]").click(),
  r: () => here() && location.assign(`${here().querySelector("a").href}#answer`),
  a: () => take().catch(() => {}),
  s: () => ask("snooze"),
  e: () => ask("resolve"),
  n: () => press("a[rel=next]"),
  "/": () => box?.focus(),
  "?": () => sheet?.showModal(),
};
const CASE = {
  u: () => press("[data-up]"),
  a: () => press("[data-take] button"),
  r: () => document.querySelector("#answer textarea, #answer button, textarea[name=note]")?.focus(),
  e: () => document.querySelector("[data-resolve] button")?.focus(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || sheet?.open || typing(event.target) || !keysOn()) return;
  const acts = document.querySelector("[data-looking]") ? CASE : box ? LIST : {};
  const act = acts[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

if (sheet) {
  const hint = document.querySelector(".keyhint");
  hint.hidden = false;
  hint.querySelector("[data-sheet]").addEventListener("click", () => sheet.showModal());
  const on = sheet.querySelector("[data-keys]");
  on.checked = keysOn();
  on.addEventListener("change", () => localStorage.setItem("keys", on.checked ? "on" : "off"));
}

// ---- The search box: a combobox with a list of what may come next (ARIA APG, combobox with list autocomplete). ----
if (box) complete(box, JSON.parse(box.dataset.words));

function complete(input, words) {
  const shown = Object.assign(document.createElement("ul"), { id: "find-list", className: "offered", hidden: true });
  shown.setAttribute("role", "listbox");
  shown.setAttribute("aria-label", input.dataset.offered);
  input.after(shown);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", shown.id]]) input.setAttribute(name, value);
  let at = -1;

  const token = () => /[^\s()]*$/.exec(input.value.slice(0, input.selectionStart))[0];
  const quoted = (value) => (/[\s()"]/.test(value) ? JSON.stringify(value) : value);

  function offers(said) {
    const colon = said.indexOf(":");
    if (colon < 0) return Object.keys(words).filter((name) => name.startsWith(said.toLowerCase())).map((name) => `${name}:`);
    const name = said.slice(0, colon).toLowerCase(), begun = said.slice(colon + 1).replace(/^"/, "").toLowerCase();
    return (words[name] ?? []).filter((value) => value.startsWith(begun)).map((value) => `${name}:${quoted(value)}`);
  }

  function show(found) {
    at = -1;
    shown.replaceChildren(...found.slice(0, 12).map((one, index) => {
      const item = Object.assign(document.createElement("li"), { id: `find-${index}`, textContent: one });
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.addEventListener("pointerdown", (event) => { event.preventDefault(); put(one); });
      return item;
    }));
    shown.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!shown.hidden));
    input.removeAttribute("aria-activedescendant");
  }

  function mark(next) {
    at = (next + shown.children.length + 1) % (shown.children.length + 1);
    if (at === shown.children.length) at = -1;
    [...shown.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", shown.children[at].id);
    shown.children[at].scrollIntoView({ block: "nearest" });
  }

  function put(one) {
    const end = input.selectionStart, begin = end - token().length;
    const more = one.endsWith(":") ? one : `${one} `;
    input.setRangeText(more, begin, end, "end");
    show(one.endsWith(":") ? offers(one) : []);
  }

  input.addEventListener("input", () => show(token() ? offers(token()).filter((one) => one !== token()) : []));
  input.addEventListener("blur", () => show([]));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return shown.hidden ? input.blur() : (event.preventDefault(), show([]));
    if (event.key === "ArrowDown" && shown.hidden) { event.preventDefault(); show(offers(token())); return mark(0); }
    if (shown.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); mark(event.key === "ArrowDown" ? at + 1 : at < 0 ? shown.children.length - 1 : at - 1); }
    if ((event.key === "Enter" || event.key === "Tab") && at >= 0) { event.preventDefault(); put(shown.children[at].textContent); }
  });
}
