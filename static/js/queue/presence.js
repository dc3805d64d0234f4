/* Who looks at what: this page says so while somebody is at it, and shows who else does.

   The signal is held for who opened it first. A page nobody touched for two minutes stops renewing,
   so that the hold ends by itself. */

import { desk, idOf, isHere, sendForHtml } from "./desk.js";
import { inTurn } from "./asking.js";

const BEAT_MS = 15_000;
const IDLE_MS = 120_000;
const turns = inTurn();
let touchedAt = Date.now();

for (const type of ["keydown", "pointerdown", "pointermove", "wheel"]) {
  document.addEventListener(type, () => { touchedAt = Date.now(); }, { passive: true });
}

export async function sit({ takeOver = false } = {}) {
  const here = desk();
  if (!here?.dataset.here || document.hidden || Date.now() - touchedAt > IDLE_MS) return;
  const mine = turns();
  const fields = new FormData();
  if (takeOver) fields.set("take_over", "1");
  const html = await sendForHtml(here.dataset.here, fields).catch(() => null);
  const place = document.getElementById("presence");
  if (html === null || !isHere(here.dataset.id) || !mine.isNews()) return;
  if (place.innerHTML.trim() === html.trim()) return;
  place.innerHTML = html;
}

setInterval(sit, BEAT_MS);
document.addEventListener("desk:shown", () => sit());
document.addEventListener("visibilitychange", () => sit());
document.body.addEventListener("live:review.presence", (event) => {
  if (isHere(idOf(event.detail.subject))) sit();
});
