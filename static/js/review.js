/* The review page: a key for each thing that carries data-key, J and K through the queue, and the
   decision refetched when somebody else decided this very signal. Works without: all are forms and links.

   <div data-review="signal:0192…"> holds the page; <div data-review-empty> says that nothing waits. */

import { isTyping } from "./staff.js";

const body = document.body;
const page = document.querySelector("[data-review]");
const DECISIONS = ["approved", "rejected", "reopened"];

const items = () => [...document.querySelectorAll(".queue-item")];
const current = () => document.querySelector(".queue-item[aria-current]");
let place = items().indexOf(current());

/* -- keys */
document.addEventListener("keydown", (event) => {
  if (event.repeat || event.defaultPrevented || isTyping(event)) return;
  const key = event.key.toLowerCase();
  if (page && (key === "j" || key === "k")) return move(key === "j" ? 1 : -1);
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.value === "reject" && needsReason()) return;
  target.click();
});

/* A rejection needs its reason: the first R goes to the list, the next one, with a reason chosen, rejects. */
function needsReason() {
  const reason = document.getElementById("reason");
  if (reason.value) return false;
  reason.focus();
  reason.showPicker?.();
  return true;
}

/* When the signal left the queue (somebody decided it), its place is where the next one moved up to. */
function move(by) {
  const rows = items();
  const at = rows.indexOf(current());
  const next = at >= 0 ? at + by : by > 0 ? place : place - 1;
  rows[Math.max(0, Math.min(next, rows.length - 1))]?.click();
}

/* -- one press decides once */
body.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.submitter?.value === "reject" && needsReason()) return event.preventDefault();
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

/* -- live */
for (const decision of DECISIONS) {
  body.addEventListener(`live:signal.${decision}`, (event) => {
    if (page && event.detail.subject === page.dataset.review) window.htmx.trigger("#decide", "decided");
  });
}

/* Nothing waited when the page was opened. Asks again rather than reload at once: a hint may be a
   replay of something that is decided already. */
if (document.querySelector("[data-review-empty]")) {
  for (const type of ["live:signal.found", "live:signal.reopened", "live:reload"]) {
    body.addEventListener(type, lookAgain);
  }
}
async function lookAgain() {
  const answer = await fetch(location.href);
  if (answer.redirected) location.assign(answer.url);
}

/* The queue stays where it was scrolled to when it is refetched. */
let scrolled = [0, 0];
body.addEventListener("htmx:beforeSwap", (event) => {
  const list = event.detail.target.id === "queue" && document.querySelector(".queue-list");
  if (list) scrolled = [list.scrollLeft, list.scrollTop];
});
body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "queue") return;
  document.querySelector(".queue-list").scrollTo(...scrolled);
  const at = items().indexOf(current());
  if (at >= 0) place = at;
});

const list = document.querySelector(".queue-list");
const here = current();
if (list && here) {
  list.scrollTo(here.offsetLeft - list.offsetLeft - 16, here.offsetTop - list.offsetTop - list.clientHeight / 3);
}
