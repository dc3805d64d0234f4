/* The signal that is decided on: shown, fetched ahead, swapped for the next one without a reload.

   <div id="desk" data-id data-address data-next data-title> is the whole of it. After each swap
   document hears "desk:shown". The next one is fetched while this one is read, so that it is there
   at once when a decision is sent; the decision's answer comes as a toast. */

import { isSelecting, keepSelection } from "./selecting.js";
import { ask, inTurn } from "./asking.js";

const root = document.querySelector("[data-undo]");
let ahead = null; // { from, id, came }: what follows the signal of that id
let turn = 0; // counts what the person asked to see: an answer that comes late shows nothing
const happened = new Set(); // ids something happened to while the next signal was fetched; "" for any
let underway = Promise.resolve(); // decisions that are being sent

/* What was asked of the signal that is shown: all of it, or its decision alone. */
export const turns = inTurn();
let ownChange = Infinity; // the first of those turns that knows of the person's own change

export const desk = () => document.getElementById("desk");
export const isHere = (id) => desk()?.dataset.id === id;
export const idOf = (subject) => subject?.split(":")[1];

const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;
const asPart = (address) => {
  const url = new URL(address, location.href);
  url.searchParams.set("part", "1");
  return url;
};

/* -- asking */
export async function load(address) {
  const answer = await ask(asPart(address));
  if (answer.redirected && new URL(answer.url).pathname.startsWith("/accounts/")) location.reload();
  const html = await answer.text();
  if (!answer.ok && answer.status !== 404) throw new Error(`${answer.status}`);
  const found = new DOMParser().parseFromString(html, "text/html").getElementById("desk");
  if (found) return document.importNode(found, true);
  location.assign(address); // gone: its own page says so
  return new Promise(() => {});
}

/* Send a form's fields; answers { ok, status, said, undo, then }. A line that is down is said, not thrown. */
export async function send(address, fields = new FormData()) {
  if (!fields.has("csrfmiddlewaretoken")) fields.set("csrfmiddlewaretoken", token());
  try {
    const answer = await fetch(address, { method: "POST", body: fields, headers: { "X-Queue": "1" } });
    if (answer.redirected) location.reload();
    return { ok: answer.ok, status: answer.status, ...(await answer.json()) };
  } catch {
    return { ok: false, status: 0, said: "It was not saved: the site does not answer. Try again in a moment." };
  }
}

export async function sendForHtml(address, fields = new FormData()) {
  fields.set("csrfmiddlewaretoken", token());
  const answer = await fetch(address, { method: "POST", body: fields, headers: { "X-Queue": "1" } });
  return answer.ok && !answer.redirected ? answer.text() : null;
}

/* -- showing */
export function put(next, { push = true } = {}) {
  if (next.dataset.none !== undefined) return location.assign(next.dataset.address);
  desk().replaceWith(next);
  if (push && next.dataset.address !== location.pathname + location.search) {
    history.pushState({}, "", next.dataset.address);
  }
  document.title = `${next.dataset.title} | Review | CivStart staff`;
  next.querySelector(".review-scroll").scrollTop = 0;
  if (matchMedia("(max-width: 45rem)").matches) next.scrollIntoView();
  document.getElementById("announcer").textContent = `Now: ${next.dataset.title}`;
  document.dispatchEvent(new CustomEvent("desk:shown"));
}

export const show = (address, how) => go(load(address), how);

/* Answer the signal as shown; null if the person went elsewhere meanwhile. */
async function go(coming, how) {
  const mine = ++turn;
  happened.clear();
  ownChange = Infinity;
  const found = await coming;
  if (mine !== turn) return null;
  put(found, how);
  if (happened.has("") || happened.has(found.dataset.id)) again().catch(() => null);
  return found;
}

/* The same signal anew, unless the person went on while it was fetched. What others changed does not
   take away what is typed or selected: sending it says who was faster. After an own change a panel
   opened meanwhile stays, and knows the signal as it is now; so do words selected meanwhile. */
export async function again({ own = false } = {}) {
  const [here, id, mine] = [turn, desk().dataset.id, turns()];
  if (own) ownChange = Math.min(ownChange, mine.number);
  const found = await load(desk().dataset.address);
  const isOwn = mine.number >= ownChange;
  if (here !== turn || !isHere(id) || (!isOwn && isBusy()) || !mine.isNews()) return;
  if (isOwn) ownChange = Infinity;
  const scrolled = desk().querySelector(".review-scroll").scrollTop;
  const [focused, select] = [keepPanel(found), keepSelection()];
  put(found, { push: false });
  desk().querySelector(".review-scroll").scrollTop = scrolled;
  focused?.focus({ preventScroll: true });
  if (!focused) select();
}

const isBusy = () => desk().querySelector(".tool[open]") || isSelecting();

/* Move the open panel over; return what had the focus in it. */
function keepPanel(found) {
  const tool = desk().querySelector(".tool[open]");
  const label = tool?.querySelector("form").getAttribute("aria-label");
  const form = label && found.querySelector(`.tool form[aria-label="${CSS.escape(label)}"]`);
  if (!form) return null;
  for (const fresh of form.querySelectorAll("input[type=hidden]")) {
    const field = tool.querySelector(`input[type=hidden][name="${fresh.name}"]`);
    if (field) field.value = fresh.value;
  }
  const focused = tool.contains(document.activeElement) ? document.activeElement : null;
  form.closest(".tool").replaceWith(tool);
  return focused;
}

export function fetchAhead() {
  const here = desk();
  if (!here?.dataset.next || ahead?.from === here.dataset.id) return;
  const mine = { from: here.dataset.id, id: null };
  mine.came = load(here.dataset.next).then((next) => {
    mine.id = next.dataset.id;
    return next;
  });
  mine.came.catch(() => ahead === mine && (ahead = null));
  ahead = mine;
}

/* What was fetched ahead is no longer so: somebody decided it, or more came. Nobody knows yet which
   signal it is that is being fetched. */
export function forget(id = "") {
  happened.add(id);
  if (ahead && (!id || !ahead.id || ahead.id === id)) ahead = null;
}

export function next() {
  const from = desk().dataset;
  const coming = ahead?.from === from.id ? ahead.came : load(from.next);
  ahead = null;
  return go(coming);
}

/* -- deciding: the next signal at once, the answer when it comes */
export async function decide(form, fields) {
  const before = desk();
  const id = before.dataset.id;
  if (before.dataset.sent) return;
  before.dataset.sent = "1";
  const answered = send(form.action, fields);
  underway = Promise.all([underway, answered]);
  const moved = next().catch(() => null);
  document.dispatchEvent(new CustomEvent("desk:decided", { detail: id }));
  const answer = await answered;
  delete before.dataset.sent;
  if (answer.ok) {
    document.dispatchEvent(new CustomEvent("desk:saved", { detail: id }));
    return toast(answer.said, { undo: answer.undo });
  }
  refused(before, (await moved) ?? before, answer);
}

/* Nothing is lost: the signal is back with all that was typed. A person who went on since, or began
   to write, is not taken away from there. */
async function refused(before, followed, answer) {
  document.dispatchEvent(new CustomEvent("desk:refused"));
  if (answer.kind === "AlreadyDecided" || answer.kind === "Gone") return toast(answer.said, { tone: "warn" });
  const back = async () => {
    turn += 1;
    put(before);
    if (answer.kind === "ChangedMeanwhile") await again({ own: true });
  };
  const isAway = desk() !== followed || (followed !== before && isBusy());
  if (!isAway) await back().catch(() => null);
  toast(answer.said, { tone: "warn", back: isAway ? back : null });
}

/* An edit stays at the signal; refused, it says why in its form and keeps what was typed. */
export async function change(form, fields) {
  if (form.dataset.sent) return;
  form.dataset.sent = "1";
  const answer = await send(form.action, fields);
  delete form.dataset.sent;
  const place = form.querySelector(".error");
  if (!answer.ok && place) {
    place.textContent = answer.said;
    form.querySelector("input:not([type=hidden]), textarea")?.focus();
    return;
  }
  if (answer.ok) {
    form.closest(".tool")?.removeAttribute("open");
    await again({ own: true }).catch(() => null); // it is saved, even if the line is down now
  }
  toast(answer.said, answer.ok ? { undo: answer.undo } : { tone: "warn" });
  document.dispatchEvent(new CustomEvent("desk:changed"));
}

export async function undo(review) {
  await underway; // else the decision before it would be undone
  const fields = new FormData();
  if (review) fields.set("review", review);
  const answer = await send(root.dataset.undo, fields);
  toast(answer.said, answer.ok ? {} : { tone: "warn" });
  if (!answer.ok) return;
  forget();
  if (desk()) await show(answer.then).catch(unanswered);
  else location.assign(answer.then);
  document.dispatchEvent(new CustomEvent("desk:changed"));
}

/* -- saying: the region is live, so screen readers hear each decision */
export function toast(words, { undo: review = null, back = null, tone = "brand" } = {}) {
  const one = document.createElement("div");
  one.className = "toast";
  one.dataset.tone = tone;
  one.append(Object.assign(document.createElement("p"), { textContent: words }));
  if (review) one.append(button("Undo ", () => undo(review), "Z"));
  if (back) one.append(button("Back to it", back));
  document.getElementById("toasts").replaceChildren(one);
}

function button(label, press, key = "") {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: label });
  if (key) made.append(Object.assign(document.createElement("kbd"), { textContent: key }));
  made.addEventListener("click", press);
  return made;
}

export const unanswered = () => toast("The site does not answer. Try again in a moment.", { tone: "warn" });
