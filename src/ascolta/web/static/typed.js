// What somebody types at a case is kept in this tab until it is saved or dropped: over a reload, a log-in, other buttons.
// It goes with a log-out, with another person, after a day, and with its case. The desk works without it.
const KEY = "typed ", DAY = 86_400_000;
const me = document.documentElement.dataset.me;
const keys = () => Object.keys(sessionStorage).filter((key) => key.startsWith(KEY));
const drop = (key) => sessionStorage.removeItem(key);
const flat = (text) => text.replace(/\s+/g, " ").trim();

function kept(key) {
  try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; }
}

function keep(key, values) {
  try { sessionStorage.setItem(key, JSON.stringify({ who: me, at: Date.now(), ...values })); } catch { /* The tab is full. */ }
}

for (const key of keys()) {
  const one = kept(key);
  if (one?.who !== me || Date.now() - one.at > DAY) drop(key);
}
document.querySelector("form[action='/logout']")?.addEventListener("submit", () => keys().forEach(drop));
const gone = document.querySelector("[data-gone]") && /^\/cases\/(\d+)/.exec(location.pathname)?.[1];
if (gone) keys().filter((key) => key.startsWith(`${KEY}${gone} `)).forEach(drop);

const place = document.querySelector("[data-typed]");
const writing = document.querySelector("form.writing");
const notice = document.querySelector("[data-kept]");

// The reasons: why a case is opened, why an answer may go out all the same. What is not asked any more was sent.
function reasons(number) {
  const asked = [...place.querySelectorAll("form:not(.writing) textarea[name=note]")];
  const named = (area) => `${KEY}${number} ${new URL(area.form.action).pathname}`;
  const here = new Set(asked.map(named));
  keys().filter((key) => key.startsWith(`${KEY}${number} /`) && !here.has(key)).forEach(drop);
  for (const area of asked) {
    const one = kept(named(area));
    if (one && !area.value) {
      area.value = one.text;
      area.closest("details")?.setAttribute("open", "");
    }
    area.addEventListener("input", () => (area.value.trim() ? keep(named(area), { text: area.value }) : drop(named(area))));
  }
}

// The answer. What was typed before somebody began with another draft is kept beside it; they can turn through all of it.
function answer(key) {
  let one = kept(key);
  const saved = document.querySelector(".draft .words");
  if (one && saved && flat(saved.textContent) === flat(one.text) && !one.before.length) {
    drop(key);
    one = null;
  }
  if (!writing) return one ? tell("away", key) : undefined;
  const area = writing.note, given = area.value, template = () => writing.template.value;
  let before = one?.before ?? [];
  if (one && flat(one.text) !== flat(given)) {
    if ("begun" in writing.dataset && template() && template() !== one.template) before = one.typed ? [...before, one.text] : before;
    else {
      area.value = one.text;
      writing.template.value = one.template;
      if (!before.length && one.typed) tell("again", key, () => { area.value = given; });
    }
  }
  const put = (typed) => keep(key, { text: area.value, template: template(), typed, before });
  if (before.length) {
    put(false);
    tell("before", key, () => { before = []; }, () => {
      before = [area.value, ...before];
      area.value = before.pop();
    });
  }
  area.addEventListener("input", () => (area.value.trim() || before.length ? put(true) : drop(key)));
}

function tell(when, key, dropped = () => {}, swapped = null) {
  if (!notice) return;
  for (const said of notice.querySelectorAll("[data-when]")) said.hidden = said.dataset.when !== when;
  notice.hidden = false;
  const back = notice.querySelector("[data-put]");
  back.hidden = !swapped;
  const renewed = () => writing?.note.dispatchEvent(new Event("input", { bubbles: true }));
  back.addEventListener("click", () => { swapped?.(); renewed(); });
  notice.querySelector("[data-drop]").addEventListener("click", () => {
    drop(key);
    notice.hidden = true;
    dropped();
    renewed();
    if (when === "again") drop(key); // What the desk had given stands there again.
    writing?.note.focus();
  });
}

if (place) {
  reasons(place.dataset.typed);
  answer(`${KEY}${place.dataset.typed} answer`);
}
