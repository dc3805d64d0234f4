"""Finding a quote, as a model gives it, in the words that are stored."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate

from signals.extraction.amounts import SCALES, SMALL, TENS
from signals.extraction.contract import Heard, Span
from signals.extraction.verify import LONGEST_QUOTE, SHORTEST_QUOTE

# A quote this long may differ in one word, and in one more for each further ten words.
FORGIVEN_FROM, WORDS_PER_SLIP, MOST_SLIPS = 8, 10, 4
# How far beside the segments it names a quote that is not word for word is looked for.
BESIDE = 2

# Words that turn the sense of a sentence: a quote that differs in one of them is not the quote.
TURNING = {"not", "no", "never", "nor", "none", "without", "cannot", "t"}
COUNTING = {"hundred", "half", "quarter", *SMALL, *TENS, *SCALES}

_WORD = re.compile(r"\d+(?:[.,]\d+)*|\w+")
_PIECE = re.compile(r"\S+")
_QUOTES = "\"'\u201c\u201d\u2018\u2019\u00ab\u00bb"


@dataclass(frozen=True, slots=True)
class Located:
    """Where a quote stands. difference says how the model's words differ; "" if they do not."""

    spans: tuple[Span, ...]
    difference: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A word made comparable, and where it stands: text[first:last] of the segment at place."""

    text: str
    place: int
    first: int
    last: int


def locate(quote: str, heard: Sequence[Heard], named: Sequence[int]) -> Located | None:
    """Return where the quote stands among the segments, or None if nobody said it.

    named are the places (from 0) where the model says it stands. Of several occurrences the one
    nearest to them counts. Words that differ are forgiven only there, and only a few.
    """
    quote = quote.strip().strip(_QUOTES).strip()
    near = min((place for place in named if 0 <= place < len(heard)), default=0)
    if not quote:
        return None
    if found := _verbatim(quote, heard, near):
        return Located(_shortened(found, heard))
    said = list(_words(quote, 0))
    words = [word for place, one in enumerate(heard) for word in _words(one.text, place)]
    if stretch := _same_words(said, words, near):
        return Located(_spans_of(stretch, heard), "other spacing, case or punctuation")
    furthest = max((place for place in named if 0 <= place < len(heard)), default=near)
    beside = [word for word in words if near - BESIDE <= word.place <= furthest + BESIDE]
    if stretch := _nearly_same(said, beside):
        return Located(_spans_of(stretch, heard), _difference(said, stretch))
    return None


# --- Word for word ---------------------------------------------------------------------------


def _verbatim(quote: str, heard: Sequence[Heard], near: int) -> tuple[Span, ...]:
    """Return the spans of the very characters, in one segment or over neighbouring ones."""
    whole = " ".join(one.text for one in heard)
    starts = [0, *accumulate(len(one.text) + 1 for one in heard)]
    at = [match.start() for match in re.finditer(re.escape(quote), whole)]
    if not at:
        return ()
    first = min(at, key=lambda place: abs(place - starts[near]))
    return tuple(_cut(heard, starts, first, first + len(quote)))


def _cut(heard: Sequence[Heard], starts: Sequence[int], first: int, last: int) -> Iterator[Span]:
    for one, start in zip(heard, starts, strict=False):
        begin, end = max(first - start, 0), min(last - start, len(one.text))
        if begin < end:
            yield Span(one.index, begin, end)


# --- By its words ----------------------------------------------------------------------------


def _words(text: str, place: int) -> Iterator[Word]:
    for match in _WORD.finditer(text):
        plain = unicodedata.normalize("NFKC", match[0]).casefold()
        yield Word(plain.replace(",", ""), place, *match.span())


def _same_words(said: list[Word], words: list[Word], near: int) -> list[Word]:
    """Return the stretch of the same words in the same order; of several, the nearest."""
    wanted, length = [word.text for word in said], len(said)
    texts = [word.text for word in words]
    at = [i for i in range(len(words) - length + 1) if texts[i : i + length] == wanted]
    if not at or not wanted:
        return []
    first = min(at, key=lambda i: abs(words[i].place - near))
    return words[first : first + length]


def _nearly_same(said: list[Word], words: list[Word]) -> list[Word]:
    """Return the stretch that differs least, if only in as many words as is forgiven."""
    if len(said) < FORGIVEN_FROM or not words:
        return []
    slips, first, last = _nearest(said, words)
    if slips > min(MOST_SLIPS, len(said) // WORDS_PER_SLIP or 1):
        return []
    stretch = words[first:last]
    changed = {word for before, after in _edits(said, stretch) for word in (*before, *after)}
    turned = any(
        word in TURNING or word in COUNTING or any(letter.isdigit() for letter in word)
        for word in changed
    )
    return [] if turned else stretch


def _nearest(said: list[Word], words: list[Word]) -> tuple[int, int, int]:
    """Return (edits, first, last) of the stretch with the fewest word edits from what was said.

    Sellers' algorithm: the edit distance of which the beginning in the text is free.
    """
    row = [(0, j) for j in range(len(words) + 1)]  # (edits, where the stretch begins)
    for i, wanted in enumerate(said, 1):
        above, row = row, [(i, 0)]
        for j, word in enumerate(words, 1):
            edits, first = above[j - 1]
            row.append(
                min(
                    (edits + (word.text != wanted.text), first),
                    (above[j][0] + 1, above[j][1]),
                    (row[j - 1][0] + 1, row[j - 1][1]),
                )
            )
    last = min(
        range(1, len(row)), key=lambda j: (row[j][0], *_stretched(said, words, row[j][1], j))
    )
    return row[last][0], row[last][1], last


def _stretched(said: list[Word], words: list[Word], first: int, last: int) -> tuple[int, int]:
    """Return how unlikely a stretch is for its form: segments it runs into, words more or less."""
    if first == last:
        return 0, len(said)
    return words[last - 1].place - words[first].place, abs(last - first - len(said))


def _edits(said: list[Word], stretch: list[Word]) -> Iterator[tuple[list[str], list[str]]]:
    before, after = [word.text for word in said], [word.text for word in stretch]
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            yield before[a:b], after[c:d]


def _difference(said: list[Word], stretch: list[Word]) -> str:
    """Return the edits in words: model's words first, the stored ones after."""
    return "; ".join(
        f'"{" ".join(before)}" for "{" ".join(after)}"'
        if before and after
        else f'"{" ".join(before)}" added'
        if before
        else f'"{" ".join(after)}" left out'
        for before, after in _edits(said, stretch)
    )


def _spans_of(stretch: list[Word], heard: Sequence[Heard]) -> tuple[Span, ...]:
    """Return the stored characters from the first word to the last, their signs included."""
    first, last = stretch[0], stretch[-1]
    opening, closing = heard[first.place].text, heard[last.place].text
    begin = first.first - (opening[first.first - 1 : first.first] in {"$", "£", "€"})
    end = last.last + (closing[last.last : last.last + 1] in {"%", ".", "?", "!"})
    spans = (
        Span(
            heard[place].index,
            begin if place == first.place else 0,
            end if place == last.place else len(heard[place].text),
        )
        for place in range(first.place, last.place + 1)
    )
    return _shortened(tuple(spans), heard)


# --- Not too long ----------------------------------------------------------------------------


def _shortened(spans: tuple[Span, ...], heard: Sequence[Heard]) -> tuple[Span, ...]:
    """Return the spans, cut after a sentence if together they are longer than a quote may be."""
    texts = {one.index: one.text for one in heard}
    pieces = [
        (span.index, span.first + match.start(), span.first + match.end())
        for span in spans
        for match in _PIECE.finditer(texts[span.index][span.first : span.last])
    ]
    if len(pieces) <= LONGEST_QUOTE:
        return spans
    ends = [
        count
        for count, (index, _, last) in enumerate(pieces[:LONGEST_QUOTE], 1)
        if count >= SHORTEST_QUOTE and texts[index][last - 1] in ".?!"
    ]
    index, _, last = pieces[(ends or [LONGEST_QUOTE])[-1] - 1]
    kept = [span for span in spans if span.index <= index]
    return (*kept[:-1], Span(index, kept[-1].first, last))
