/* What a refetched part says and shows of itself.

   [data-announce]           its text is read out by screen readers after the part was swapped in
   [data-arrivals]           a list whose [data-arrival="its id"] are compared with those before the swap;
                             what was not there before is marked data-arrived, and its [data-announce] read out */

const announcer = document.getElementById("announcer");
const arrived = new Set();
let before = null;

const idsIn = (part) => [...part.querySelectorAll("[data-arrival]")].map((one) => one.dataset.arrival);

document.body.addEventListener("htmx:beforeSwap", (event) => {
  const list = event.detail.target.closest?.("[data-arrivals]");
  if (list) before = new Set(idsIn(list));
});

document.body.addEventListener("htmx:afterSettle", (event) => {
  const part = document.getElementById(event.detail.target?.id) ?? event.detail.target;
  if (!part) return;
  if (!part.matches("[data-arrivals]")) return announce(part.querySelectorAll("[data-announce]"));
  const words = [];
  for (const one of part.querySelectorAll("[data-arrival]")) {
    const isNew = before && !before.has(one.dataset.arrival);
    if (isNew) arrived.add(one.dataset.arrival);
    if (isNew) words.push(...one.querySelectorAll("[data-announce]"));
    if (arrived.has(one.dataset.arrival)) one.dataset.arrived = isNew ? "now" : "before";
  }
  before = null;
  announce(words);
});

function announce(places) {
  const words = [...places].map((place) => place.textContent.trim().replace(/\s+/g, " "));
  if (announcer && words.length) announcer.textContent = words.join(". ");
}
