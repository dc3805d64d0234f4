/* What every staff page does: G and a letter go to a page.

   <a data-go="r"> is where G R leads. Keys are left alone while somebody types or holds a modifier. */

const AFTER_G_MS = 1_500;
let pressedAt = 0;

export function isTyping(event) {
  const field = event.target.closest?.("input, select, textarea, [contenteditable], dialog, .select2-container");
  return Boolean(field) || event.ctrlKey || event.metaKey || event.altKey;
}

/* Captures, so that the letter after G is not taken for a key of the page. */
document.addEventListener("keydown", (event) => {
  if (event.repeat || isTyping(event)) return;
  const key = event.key.toLowerCase();
  const isAfter = Date.now() - pressedAt < AFTER_G_MS;
  pressedAt = key === "g" ? Date.now() : 0;
  const target = isAfter && document.querySelector(`[data-go="${CSS.escape(key)}"]`);
  if (!target) return;
  event.preventDefault();
  target.click();
}, { capture: true });

/* On a phone a row of a list folds; what its head says then stands with each value. */
const heads = [...document.querySelectorAll("#result_list thead th")].map((head) => head.querySelector(".text")?.textContent.trim());
for (const row of document.querySelectorAll("#result_list tbody tr")) {
  [...row.cells].forEach((cell, at) => {
    if (cell.tagName === "TD" && heads[at]) cell.dataset.head = heads[at].toLowerCase();
  });
}

/* On a phone the links in the head scroll sideways: the page one is on comes into view. */
for (const nav of document.querySelectorAll(".staffnav, .trust-nav")) {
  const at = nav.querySelector("[aria-current]");
  if (at) nav.scrollLeft = at.offsetLeft - nav.offsetLeft - (nav.clientWidth - at.offsetWidth) / 2;
}
