// Checks the rules while they are typed, and marks the lines. The page works without it, by the button Check.
const form = document.querySelector("form.writes");
const area = form.querySelector("textarea"), gutter = form.querySelector(".gutter");
const summed = document.querySelector("#summed"), list = document.querySelector("#findings");
let soon, asked = 0, found = [];

function lines() {
  const marks = new Map();
  for (const one of found) if (one.here && marks.get(one.line) !== "block") marks.set(one.line, one.severity === "error" ? "block" : "warn");
  const many = area.value.split("\n").length;
  gutter.replaceChildren(...Array.from({ length: many }, (_, at) =>
    Object.assign(document.createElement("span"), { textContent: at + 1, className: marks.get(at + 1) ?? "" })));
  gutter.scrollTop = area.scrollTop;
}

function item(one) {
  const made = document.createElement("li"), word = document.createElement("strong");
  made.className = `finding ${one.severity === "error" ? "block" : "warn"}`;
  word.textContent = one.word;
  const place = one.here ? document.createElement("button") : document.createElement("code");
  place.textContent = one.where;
  if (one.here) {
    Object.assign(place, { type: "button", className: "place" });
    place.addEventListener("click", () => go(one.line));
  }
  made.append(word, " ", place, ` ${one.message}`);
  return made;
}

function go(line) {
  const start = area.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  const end = area.value.indexOf("\n", start);
  area.focus();
  area.setSelectionRange(start, end < 0 ? area.value.length : end);
  area.scrollTop = (line - 4) * parseFloat(getComputedStyle(area).lineHeight);
}

async function check() {
  const mine = ++asked;
  const answer = await fetch(form.dataset.rules, { method: "POST", body: new URLSearchParams({ text: area.value }) });
  if (mine !== asked || !(answer.ok || answer.status === 409)) return;
  const told = await answer.json();
  found = told.problems;
  summed.textContent = told.said;
  summed.classList.toggle("bad", !answer.ok || found.some((one) => one.severity === "error"));
  list.replaceChildren(...found.map(item));
  list.hidden = !found.length;
  lines();
}

area.addEventListener("input", () => {
  lines();
  clearTimeout(soon);
  soon = setTimeout(() => check().catch(() => {}), 500);
});
area.addEventListener("scroll", () => { gutter.scrollTop = area.scrollTop; });
let sent = false;
form.addEventListener("submit", () => { sent = true; });
addEventListener("beforeunload", (leaving) => { if (!sent && area.value !== area.defaultValue) leaving.preventDefault(); });
lines();
check().catch(() => {});
