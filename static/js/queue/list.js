/* The queue beside the signal: which row is open, more rows, ticks, and the list fetched anew.

   A row is <a class="queue-item" data-id>; its tick is <input class="queue-tick" value="its id">. */

import { desk, show, unanswered } from "./desk.js";
import { ask, inTurn } from "./asking.js";

const queue = document.getElementById("queue") ?? document.createElement("nav");
const AFTER_MS = 250;
const KEPT = [".queue-words", ".queue-bulk select", "#bulk-typed"]; // chosen or typed, and not sent yet
const turns = inTurn();
let timer;
let lastTicked = null; // the id of its signal
let wanted = null; // the id of the signal that is on its way
let place = 0;
let changes = 0; // of the rows, made here: a list that was asked for before one of them is old
let isPressed = false;
let isLate = false; // a refresh waits until nobody types or presses in the queue

const rows = () => [...queue.querySelectorAll(".queue-item")];
const ticks = () => [...queue.querySelectorAll(".queue-tick")];
const current = () => rowOf(wanted) ?? queue.querySelector(".queue-item[aria-current]");
const rowOf = (id) => queue.querySelector(`.queue-item[data-id="${CSS.escape(id ?? "")}"]`);

/* -- which is open */
export function mark() {
  queue.querySelector(".queue-item[aria-current]")?.removeAttribute("aria-current");
  const row = rowOf(desk()?.dataset.id);
  if (!row) return;
  row.setAttribute("aria-current", "page");
  place = rows().indexOf(row);
  const list = row.closest(".queue-list");
  const [box, inside] = [list.getBoundingClientRect(), row.getBoundingClientRect()];
  if (inside.top < box.top || inside.bottom > box.bottom) list.scrollTop += inside.top - box.top - box.height / 3;
  if (inside.left < box.left || inside.right > box.right) list.scrollLeft += inside.left - box.left - 16;
}

export function drop(id) {
  changes += 1;
  rowOf(id)?.closest("li").remove();
}

/* When the signal left the queue, its place is where the next one moved up to. A key that is pressed
   again before the signal came goes on from there. */
export function move(by) {
  const all = rows();
  const at = all.indexOf(current());
  const to = at >= 0 ? at + by : by > 0 ? place : place - 1;
  const row = all[Math.max(0, Math.min(to, all.length - 1))];
  if (row && row !== current()) open(row);
}

function open(row) {
  const id = row.dataset.id;
  wanted = id;
  show(row.href)
    .catch(unanswered)
    .finally(() => { if (wanted === id) wanted = null; });
}

export const arrived = () => { wanted = null; };

export function tickCurrent() {
  const box = current()?.closest("li").querySelector(".queue-tick");
  if (box) box.click();
}

/* -- fetched anew, soon; not while somebody types into its form */
export function refresh() {
  clearTimeout(timer);
  timer = setTimeout(fetchAnew, AFTER_MS);
}

async function fetchAnew() {
  const address = desk()?.dataset.queue;
  if (!address || document.hidden) return;
  isLate = isChoosing();
  if (isLate) return;
  const url = new URL(address, location.href);
  url.searchParams.set("shown", Math.max(60, rows().length));
  const [before, mine] = [changes, turns()];
  const html = await textOf(url);
  if (html === null) return;
  if (before !== changes) return refresh();
  isLate = isChoosing(); // by now
  if (!isLate && mine.isNews()) replace(html);
}

async function textOf(url) {
  const answer = await ask(url).catch(() => null);
  return answer?.ok && !answer.redirected ? answer.text() : null;
}

function replace(html) {
  const list = queue.querySelector(".queue-list");
  const scrolled = [list.scrollLeft, list.scrollTop];
  const ticked = new Set(ticks().filter((one) => one.checked).map((one) => one.value));
  const values = KEPT.map((name) => queue.querySelector(name).value);
  const focused = document.activeElement?.dataset?.id;
  const looks = queue.querySelector(".looks-line"); // htmx keeps it up to date
  queue.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  queue.querySelector(".looks-line")?.replaceWith(looks);
  for (const one of ticks()) one.checked = ticked.has(one.value);
  KEPT.forEach((name, at) => { queue.querySelector(name).value = values[at]; });
  queue.querySelector(".queue-list").scrollTo(...scrolled);
  rowOf(focused)?.focus({ preventScroll: true });
  mark();
  count();
}

const isChoosing = () =>
  isPressed ||
  queue.querySelector(".queue-filters").open ||
  [".queue-search", ".queue-bulk"].some((form) => queue.querySelector(form).contains(document.activeElement));

queue.addEventListener("focusout", () => setTimeout(() => isLate && refresh(), 500));
queue.addEventListener("pointerdown", () => { isPressed = true; });
for (const type of ["pointerup", "pointercancel"]) {
  document.addEventListener(type, () => {
    isPressed = false;
    if (isLate) refresh();
  });
}

/* -- pressing a row, more rows */
queue.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.button) return;
  const row = event.target.closest(".queue-item");
  const more = event.target.closest("[data-more]");
  if (row && !event.shiftKey) {
    event.preventDefault();
    open(row);
  } else if (more) {
    event.preventDefault();
    addMore(more.dataset.more);
  }
});

async function addMore(address) {
  const html = await textOf(address);
  const here = queue.querySelector(`[data-more="${CSS.escape(address)}"]`); // the list may be another by now
  if (html === null) return unanswered();
  if (!here) return;
  changes += 1;
  here.closest("li").outerHTML = html;
  mark();
}

/* -- ticks: a press with Shift takes the range */
queue.addEventListener("click", (event) => {
  const box = event.target.closest(".queue-tick");
  if (!box) return;
  const all = ticks();
  const last = all.findIndex((one) => one.value === lastTicked);
  if (event.shiftKey && last >= 0) {
    const [from, to] = [last, all.indexOf(box)].sort((a, b) => a - b);
    for (const one of all.slice(from, to + 1)) one.checked = box.checked;
  }
  lastTicked = box.value;
  count();
});
queue.addEventListener("reset", () => setTimeout(() => {
  for (const one of ticks()) one.checked = false;
  count();
}));

const ASK_ABOVE = 20;
function count() {
  const chosen = ticks().filter((one) => one.checked).length;
  queue.querySelector("[data-count]").textContent = `${chosen} chosen`;
  queue.querySelector("[data-number]").textContent = chosen;
  queue.querySelector("[data-typed]").hidden = chosen <= ASK_ABOVE;
}
