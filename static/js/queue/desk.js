/* The signal that is decided on: shown, fetched ahead, swapped for the next one without a reload.

   <div id="desk" data-id data-address data-next data-title> is the whole of it. After each swap
   document hears "desk:shown". The next one is fetched while this one is read, so that it is there
   at once when a decision is sent; the decision's answer comes as a toast. */

const root = document.querySelector("[data-undo]");
let ahead = null; // { from, id, came }: what follows the signal of that id
let turn = 0; // counts what the person asked to see: an answer that comes late shows nothing

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
  const answer = await fetch(asPart(address));
  if (answer.redirected && new URL(answer.url).pathname.startsWith("/accounts/")) location.reload();
  const html = await answer.text();
  if (!answer.ok && answer.status !== 404) throw new Error(`${answer.status}`);
  const found = new DOMParser().parseFromString(html, "text/html").getElementById("desk");
  if (!found) location.assign(address); // gone: its own page says so
  return document.importNode(found, true);
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

export async function show(address, how) {
  const mine = ++turn;
  const found = await load(address);
  if (mine === turn) put(found, how);
}

/* The same signal anew, unless the person went on while it was fetched. What others changed does not
   take away what is typed or selected: sending it says who was faster. After an own change a panel
   opened meanwhile stays, and knows the signal as it is now. */
export async function again({ own = false } = {}) {
  const [mine, id] = [turn, desk().dataset.id];
  const found = await load(desk().dataset.address);
  if (mine !== turn || !isHere(id) || (!own && isBusy())) return;
  const scrolled = desk().querySelector(".review-scroll").scrollTop;
  const focused = keepPanel(found);
  put(found, { push: false });
  desk().querySelector(".review-scroll").scrollTop = scrolled;
  focused?.focus({ preventScroll: true });
}

const isBusy = () =>
  desk().querySelector(".tool[open]") || (desk().contains(getSelection().anchorNode) && !getSelection().isCollapsed);

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

/* What was fetched ahead is no longer so: somebody decided it, or more came. */
export function forget(id) {
  if (ahead && (!id || ahead.id === id)) ahead = null;
}

export async function next() {
  const from = desk().dataset;
  const fetched = ahead?.from === from.id ? ahead.came : load(from.next);
  ahead = null;
  const mine = ++turn;
  const found = await fetched;
  if (mine === turn) put(found);
}

/* -- deciding: the next signal at once, the answer when it comes */
export async function decide(form, fields) {
  const before = desk();
  const id = before.dataset.id;
  if (before.dataset.sent) return;
  before.dataset.sent = "1";
  const answered = send(form.action, fields);
  const moved = next().catch(() => null);
  document.dispatchEvent(new CustomEvent("desk:decided", { detail: id }));
  const answer = await answered;
  delete before.dataset.sent;
  if (answer.ok) return toast(answer.said, { undo: answer.undo });
  await moved;
  if (answer.kind === "AlreadyDecided" || answer.kind === "Gone") return toast(answer.said, { tone: "warn" });
  turn += 1;
  put(before); // nothing is lost: the signal is back with all that was typed
  if (answer.kind === "ChangedMeanwhile") await again({ own: true });
  toast(answer.said, { tone: "warn" });
  document.dispatchEvent(new CustomEvent("desk:refused"));
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
  const fields = new FormData();
  if (review) fields.set("review", review);
  const answer = await send(root.dataset.undo, fields);
  toast(answer.said, answer.ok ? {} : { tone: "warn" });
  if (!answer.ok) return;
  forget();
  if (desk()) await show(answer.then);
  else location.assign(answer.then);
  document.dispatchEvent(new CustomEvent("desk:changed"));
}

/* -- saying: the region is live, so screen readers hear each decision */
export function toast(words, { undo: review = null, tone = "brand" } = {}) {
  const one = document.createElement("div");
  one.className = "toast";
  one.dataset.tone = tone;
  one.append(Object.assign(document.createElement("p"), { textContent: words }));
  if (review) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Undo " });
    button.append(Object.assign(document.createElement("kbd"), { textContent: "Z" }));
    button.addEventListener("click", () => undo(review));
    one.append(button);
  }
  document.getElementById("toasts").replaceChildren(one);
}
