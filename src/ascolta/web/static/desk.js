// Renews what is marked with data-pulse when the server's pulse changes. The desk works without it.
const marked = () => document.querySelectorAll("[data-pulse]");
let last = null;

async function renew() {
  if (document.hidden || !marked().length || document.activeElement?.matches("input, textarea")) return;
  const answer = await fetch("/pulse", { headers: { accept: "application/json" } });
  if (!answer.ok) return;
  const { pulse } = await answer.json();
  if (last !== null && pulse !== last) {
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    document.querySelector("main").replaceWith(page.querySelector("main"));
  }
  last = pulse;
}

setInterval(() => renew().catch(() => {}), 3000);
renew().catch(() => {});
