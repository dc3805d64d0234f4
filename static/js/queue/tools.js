/* The panels of the decision bar, and choosing words for a quote.

   <details class="tool"> holds a form; <details data-quoting> has a <textarea data-quote> that takes
   the words selected in what was said ([data-said]). Escape closes, and nothing typed is lost. */

import { selectedWords } from "./selecting.js";

const FILL_MS = 150;
let fillTimer;

export const openTool = () => document.querySelector(".tool[open]");

export function close() {
  const tool = openTool();
  if (!tool) return false;
  tool.open = false;
  tool.querySelector("summary").focus();
  return true;
}

function fill(tool, words) {
  const field = tool.querySelector("[data-quote]");
  if (words) field.value = words;
  counted(tool);
}

function counted(tool) {
  const field = tool.querySelector("[data-quote]");
  const place = tool.querySelector("[data-words]");
  const count = field.value.split(/\s+/).filter(Boolean).length;
  place.textContent = count ? `${count} word${count === 1 ? "" : "s"}` : "";
}

/* Opened with words selected, the panel holds them; what is selected while it is open replaces them. */
export function opened(tool) {
  const field = tool.querySelector("input:not([type=hidden]), textarea");
  const first = tool.querySelector(".reasons button");
  if (!tool.open || [field, first].includes(document.activeElement)) return;
  if (tool.dataset.quoting !== undefined) fill(tool, selectedWords());
  if (!matchMedia("(pointer: coarse)").matches) (first ?? field)?.focus();
  if (field?.matches("input") && !first) field.select();
}

document.addEventListener("toggle", (event) => {
  if (event.target.matches?.(".tool")) opened(event.target);
}, { capture: true });

document.addEventListener("selectionchange", () => {
  const tool = openTool();
  if (tool?.dataset.quoting === undefined || tool.contains(document.activeElement) && getSelection().isCollapsed) return;
  clearTimeout(fillTimer);
  fillTimer = setTimeout(() => fill(tool, selectedWords()), FILL_MS);
});

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-quote]")) counted(event.target.closest(".tool"));
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) close();
});
