/* Tells the page that something happened, over one socket that mends itself.

   <body data-live data-last-event="an event's id"> turns it on. The server sends no content, only
   {id, type, subject}; what listens refetches its part through the ordinary page. On <body> arrive:

     live                  each hint, in event.detail
     live:match.suggested  the same, by type; review.presence comes by type alone
     live:reload           something was missed: fetch anew whatever is shown

   With htmx: hx-trigger="live:match.suggested from:body delay:150ms, live:reload from:body".
   [data-live-state] anywhere on the page shows whether the line is up. */

const QUIET_MS = 45_000; // the server beats every 20 s
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const FAILURES_UNTIL_POLLING = 3;
const POLL_MS = 15_000;
const SIGNED_OUT = 4401;
const MOST_REMEMBERED = 2_000;

const STATES = {
  up: "Updated live",
  down: "Reconnecting",
  polling: "Updated every 15 seconds",
  out: "Signed out. Reload the page to sign in.",
};

const body = document.body;
const seen = new Set();
let lastId = body.dataset.lastEvent ?? "";
let socket = null;
let failures = 0;
let answered = false; // whether polling reached the site
let quietTimer, retryTimer, pollTimer, stateTimer;

function say(type, detail) {
  body.dispatchEvent(new CustomEvent(type, { detail }));
}

/* A line that drops for less than a second is not worth a word. */
function show(state) {
  clearTimeout(stateTimer);
  stateTimer = setTimeout(() => {
    body.dataset.live = state;
    for (const place of document.querySelectorAll("[data-live-state]")) {
      place.textContent = STATES[state];
      place.dataset.liveState = state;
      place.hidden = false;
    }
  }, state === "down" ? 1_000 : 0);
}

function hear(hint) {
  if (hint.type === "reload") say("live:reload", hint);
  if (hint.passing) say(`live:${hint.type}`, hint); // who looks at what: not kept, so not replayed
  if (!hint.id || seen.has(hint.id)) return;
  seen.add(hint.id);
  if (seen.size > MOST_REMEMBERED) seen.delete(seen.values().next().value);
  lastId = hint.id;
  say("live", hint);
  say(`live:${hint.type}`, hint);
}

function stayAwake() {
  clearTimeout(quietTimer);
  quietTimer = setTimeout(() => drop(socket), QUIET_MS);
}

function connect() {
  clearTimeout(retryTimer);
  if (socket) return;
  const mine = new WebSocket(new URL("/ws/live/", location.href.replace(/^http/, "ws")));
  socket = mine;
  stayAwake();
  mine.addEventListener("open", () => {
    failures = 0;
    clearInterval(pollTimer);
    pollTimer = undefined;
    answered = false;
    mine.send(JSON.stringify({ after: lastId }));
    show("up");
  });
  mine.addEventListener("message", (message) => {
    stayAwake();
    hear(JSON.parse(message.data));
  });
  mine.addEventListener("close", (event) => (event.code === SIGNED_OUT ? stop() : drop(mine)));
}

/* A half-open socket may take minutes to notice that it is closed, so it is let go at once. */
function drop(which) {
  if (!which || which !== socket) return;
  socket = null;
  clearTimeout(quietTimer);
  which.close();
  failures += 1;
  if (failures >= FAILURES_UNTIL_POLLING) poll();
  if (!answered) show("down");
  const wait = Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), LONGEST_WAIT_MS);
  retryTimer = setTimeout(connect, wait * (0.5 + Math.random() / 2));
}

/* Where sockets do not get through, pages may: then they are asked for. Whether they answer is what is shown. */
function poll() {
  pollTimer ??= setInterval(() => document.hidden || say("live:reload", {}), POLL_MS);
}

body.addEventListener("htmx:afterRequest", (event) => {
  if (!pollTimer) return;
  answered = event.detail.successful;
  show(answered ? "polling" : "down");
});

function stop() {
  socket = null;
  clearTimeout(quietTimer);
  clearInterval(pollTimer);
  for (const [target, type, listener] of wakers) target.removeEventListener(type, listener);
  show("out");
}

/* The moments at which a dead line is worth trying again at once. */
const wake = () => document.hidden || connect();
const wakers = [
  [window, "online", wake],
  [window, "pageshow", wake],
  [document, "visibilitychange", wake],
];

if (body.dataset.live !== undefined) {
  for (const [target, type, listener] of wakers) target.addEventListener(type, listener);
  connect();
}
