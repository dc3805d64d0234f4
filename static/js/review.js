/* The review queue: a key for each thing, forms sent without a reload, and what others do shown live.
   Works without: all are forms and links. The parts are in queue/.

   [data-key="a"]     is pressed by that key; a field is focused
   form[data-act]     decide: the next signal follows; stay: this one is shown anew; undo; here */

import {
  again, change, decide, desk, fetchAhead, forget, idOf, isHere, next, show, toast, turns, unanswered, undo,
} from "./queue/desk.js";
import * as list from "./queue/list.js";
import { sit } from "./queue/presence.js";
import { close, opened, openTool } from "./queue/tools.js";
import { ask, inTurn } from "./queue/asking.js";

const body = document.body;
const keys = document.getElementById("keys");
const DECISIONS = ["approved", "rejected", "reopened", "merged", "edited", "split", "rejoined"];
let merging = false;

/* -- keys: never while somebody types */
const isTyping = (event) => {
  const field = event.target.closest?.("input, select, textarea, [contenteditable], dialog[open]");
  return Boolean(field && field.type !== "checkbox") || event.ctrlKey || event.metaKey || event.altKey;
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return escape(event);
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
    return event.target.form.requestSubmit();
  }
  if (event.repeat || event.defaultPrevented || isTyping(event)) return;
  const act = digit(event) ?? own[event.key.toLowerCase()] ?? keyed(event.key);
  if (!act) return;
  event.preventDefault();
  act();
});

const own = {
  j: () => list.move(1),
  k: () => list.move(-1),
  z: () => undo(),
  u: () => undo(),
  x: () => list.tickCurrent(),
  m: () => startMerging(),
  "?": () => keys?.showModal(),
};

function keyed(pressed) {
  const target = document.querySelector(`[data-key="${CSS.escape(pressed.length === 1 ? pressed.toLowerCase() : pressed)}"]`);
  if (!target) return null;
  return () => {
    if (target.matches("input")) return target.select();
    target.click();
    const tool = target.closest("summary")?.closest(".tool");
    if (tool) opened(tool); // before the browser tells of it: the next key may follow at once
  };
}

/* A digit means the reason while Reject is open, and the signal while merging. */
function digit(event) {
  const number = /^Digit([1-9])$/.exec(event.code)?.[1];
  if (!number) return null;
  const reason = openTool()?.querySelector(`[data-digit="${number}"]`);
  if (reason) return () => reason.click();
  if (!merging) return null;
  const name = event.shiftKey ? "join-thread" : "merge-into";
  const target = document.querySelector(`[data-${name}="${number}"]`);
  return () => (target ? target.click() : toast(`There is no ${number} to merge into.`, { tone: "warn" }));
}

function startMerging() {
  const part = document.getElementById("alike");
  if (!part?.querySelector("[data-merge-into], #others")) return;
  merging = true;
  part.dataset.merging = "";
  part.scrollIntoView({ block: "nearest" });
  if (!part.querySelector("[data-merge-into]")) part.querySelector("#others").focus();
  document.getElementById("announcer").textContent = "Press the number of the signal to merge into.";
}

function stopMerging() {
  merging = false;
  const part = document.getElementById("alike");
  if (part) delete part.dataset.merging;
}

function escape(event) {
  stopMerging();
  if (close()) return event.preventDefault();
  if (event.target.matches?.("input, select, textarea")) event.target.blur();
  const filters = document.querySelector(".queue-filters[open]");
  if (filters) filters.open = false;
}

/* -- forms and links of the signal */
document.addEventListener("submit", (event) => {
  const form = event.target;
  const act = form.dataset.act;
  if (form.matches("[data-others]")) return searchOthers(event);
  if (!act || !document.getElementById("toasts")) return;
  event.preventDefault();
  const fields = new FormData(form, event.submitter);
  if (act === "decide") stopMerging();
  if (act === "decide") decide(form, fields);
  else if (act === "stay") change(form, fields).then(stopMerging);
  else if (act === "undo") undo(fields.get("review"));
  else if (act === "here") sit({ takeOver: true });
});

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest("#desk a[href]");
  if (event.target.closest("[data-merge]")) return startMerging();
  if (event.target.closest(".decide-help")) return keys.showModal();
  if (!link) return;
  const player = link.closest("[data-player]");
  if (player) {
    event.preventDefault();
    play(player);
  } else if (link.dataset.key === "n") {
    event.preventDefault();
    next().catch(unanswered);
  } else if (link.dataset.stay !== undefined) {
    event.preventDefault();
    show(link.href, { push: false }).catch(unanswered);
  }
});

/* The other site hears of it only now. YouTube wants to be told which site asks. */
function play(place) {
  const frame = document.createElement("iframe");
  Object.assign(frame, {
    src: place.dataset.player,
    title: "Recording of the meeting",
    allow: "fullscreen; encrypted-media; picture-in-picture",
    referrerPolicy: "strict-origin-when-cross-origin",
  });
  place.replaceChildren(frame);
}

/* -- signals alike, after the signal itself */
const turnsOfAlike = inTurn();

async function fetchAlike(words = "") {
  const part = document.getElementById("alike");
  const id = desk()?.dataset.id;
  if (!part?.dataset.alike) return;
  const url = new URL(part.dataset.alike, location.href);
  if (words) url.searchParams.set("words", words);
  const mine = turnsOfAlike();
  const answer = await ask(url).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const html = await answer.text();
  if (!isHere(id) || (!words && isChoosingAlike()) || !mine.isNews()) return;
  const now = document.getElementById("alike"); // the signal may be shown anew by now
  now.innerHTML = html;
}

/* A number that is about to be pressed, and words that are typed, belong to what is listed now. */
const isChoosingAlike = () => merging || Boolean(document.getElementById("others")?.value);

async function searchOthers(event) {
  event.preventDefault();
  await fetchAlike(new FormData(event.target).get("words"));
  document.getElementById("others")?.focus();
}

/* -- each time a signal is shown, or its decision anew */
function shown() {
  merging = false;
  list.arrived();
  settle();
  fetchAlike();
}

function settle() {
  for (const hidden of document.querySelectorAll("#desk [data-merge], #desk .decide-help")) hidden.hidden = false;
  list.mark();
  fetchAhead();
}
document.addEventListener("desk:shown", shown);
for (const type of ["desk:decided", "desk:saved"]) {
  document.addEventListener(type, (event) => list.drop(event.detail));
}
for (const type of ["desk:changed", "desk:refused"]) document.addEventListener(type, () => list.refresh());
window.addEventListener("popstate", () => desk() && show(location.href, { push: false }).catch(unanswered));

/* -- live: what others do */
const isWriting = () => desk().dataset.sent || openTool();

async function refreshDecision() {
  if (isWriting()) return; // what is typed stays; sending it says who was faster
  const [id, mine] = [desk().dataset.id, turns()];
  const answer = await ask(desk().dataset.decision, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const html = await answer.text();
  if (!isHere(id) || isWriting() || !mine.isNews()) return;
  showDecision(new DOMParser().parseFromString(html, "text/html"));
  settle();
  if (!isChoosingAlike()) fetchAlike();
}

function showDecision(part) {
  const history = part.getElementById("history");
  if (history) document.getElementById("history")?.replaceWith(history);
  const place = document.getElementById("decide");
  const focused = place.contains(document.activeElement);
  place.replaceChildren(...part.body.childNodes);
  if (focused) place.querySelector("a, button")?.focus();
  const said = place.querySelector("[data-announce]");
  if (said) document.getElementById("announcer").textContent = said.textContent.trim().replace(/\s+/g, " ");
}

if (desk()) {
  for (const decision of DECISIONS) {
    body.addEventListener(`live:signal.${decision}`, (event) => {
      const id = idOf(event.detail.subject);
      forget(id);
      list.refresh();
      if (!isHere(id)) return fetchAhead();
      if (decision === "edited" && !openTool()) return again().catch(() => null);
      refreshDecision();
    });
  }
  body.addEventListener("live:signal.found", () => list.refresh());
  body.addEventListener("live:review.presence", () => list.refresh());
  body.addEventListener("live:reload", () => {
    forget();
    list.refresh();
    refreshDecision();
    sit();
  });
  shown();
  sit();
}

/* Nothing waited when the page was opened. Asks again rather than reload at once: a hint may be a
   replay of something that is decided already. */
if (document.querySelector("[data-review-empty]")) {
  for (const type of ["live:signal.found", "live:signal.reopened", "live:reload"]) {
    body.addEventListener(type, lookAgain);
  }
}
async function lookAgain() {
  const answer = await ask(location.href);
  if (answer.redirected) location.assign(answer.url);
}
