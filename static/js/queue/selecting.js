/* Words selected in what was said ([data-said]): read, and selected again when the lines are shown anew. */

const lines = () => [...document.querySelectorAll("#desk [data-said]")];

/* The words selected, without times and names: those of whole lines and parts of lines, in order. */
export function selectedWords() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return "";
  const range = selection.getRangeAt(0);
  const words = [];
  for (const line of lines()) {
    if (!range.intersectsNode(line)) continue;
    const part = document.createRange();
    part.selectNodeContents(line);
    if (part.compareBoundaryPoints(Range.START_TO_START, range) < 0) part.setStart(range.startContainer, range.startOffset);
    if (part.compareBoundaryPoints(Range.END_TO_END, range) > 0) part.setEnd(range.endContainer, range.endOffset);
    words.push(part.toString().trim());
  }
  return words.filter(Boolean).join(" ").replace(/\s+/g, " ");
}

export const isSelecting = () => {
  const selection = getSelection();
  return Boolean(document.getElementById("desk")?.contains(selection.anchorNode) && !selection.isCollapsed);
};

/* Return what selects the same words in the lines as they are then, if they still say the same. */
export function keepSelection() {
  if (!isSelecting()) return () => {};
  const range = getSelection().getRangeAt(0);
  const [from, to] = [placeOf(range.startContainer, range.startOffset), placeOf(range.endContainer, range.endOffset)];
  return () => {
    const [start, end] = [from, to].map((place) => place && nodeAt(place));
    if (start && end) getSelection().setBaseAndExtent(...start, ...end);
  };
}

/* In which line, and behind how many characters of it. */
function placeOf(node, offset) {
  const line = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("[data-said]");
  if (!line) return null;
  const before = document.createRange();
  before.selectNodeContents(line);
  before.setEnd(node, offset);
  return { line: lines().indexOf(line), said: line.textContent, at: before.toString().length };
}

function nodeAt({ line, said, at }) {
  const fresh = lines()[line];
  if (fresh?.textContent !== said) return null;
  const texts = document.createTreeWalker(fresh, NodeFilter.SHOW_TEXT);
  let left = at;
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    if (left <= node.length) return [node, left];
    left -= node.length;
  }
  return null;
}
