"""Finding a quote in another text of the same talk: word for word, or with a few words corrected.

Pure: texts in, places out. The inexact search is Sellers' ("The theory and computation of
evolutionary distances", 1980) on words, begun where runs of two words agree.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# So many of a hundred words of a quote may be put in, left out or changed.
MOST_CHANGED = 0.25
_DIAGONALS_TRIED = 6
_SLACK = 6  # words a quote may have grown by on each side of where it is expected
_WORD = re.compile(r"\S+")
_EDGES = re.compile(r"^\W+|\W+$")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote stands in a text: text[first:last], and how many of its words differ."""

    first: int
    last: int
    edits: int = 0


class Text:
    """A text made ready to be searched for many quotes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.places = [match.span() for match in _WORD.finditer(text)]
        self.words = [_bare(text[first:last]) for first, last in self.places]
        self._pairs: dict[tuple[str, str], list[int]] = defaultdict(list)
        for at in range(len(self.words) - 1):
            self._pairs[self.words[at], self.words[at + 1]].append(at)

    def exact(self, quote: str) -> list[Place]:
        """Return all places where the quote stands word for word."""
        found = re.finditer(rf"(?<!\w){re.escape(quote)}(?!\w)", self.text) if quote else ()
        return [Place(*match.span()) for match in found]

    def near(self, quote: str) -> list[Place]:
        """Return the places where the quote stands with few words changed, the fewest first."""
        wanted = [_bare(word) for word in quote.split()]
        most = max(1, int(len(wanted) * MOST_CHANGED))
        found = {
            place
            for start in self._expected(wanted)
            if (place := self._best(wanted, start, most)) is not None
        }
        return sorted(found, key=lambda place: (place.edits, place.first))

    def _expected(self, wanted: Sequence[str]) -> list[int]:
        """Return the words at which the quote would begin, judged by the pairs it shares."""
        votes: Counter[int] = Counter()
        for at in range(len(wanted) - 1):
            for place in self._pairs.get((wanted[at], wanted[at + 1]), ()):
                votes[place - at] += 1
        return [start for start, _ in votes.most_common(_DIAGONALS_TRIED)]

    def _best(self, wanted: Sequence[str], start: int, most: int) -> Place | None:
        first = max(0, start - _SLACK)
        window = self.words[first : start + len(wanted) + _SLACK]
        edits, begin, end = _fit(wanted, window)
        if edits > most or begin >= end:
            return None
        return Place(self.places[first + begin][0], self.places[first + end - 1][1], edits)


def _bare(word: str) -> str:
    return _EDGES.sub("", word).lower().replace("\u2019", "'")


def _fit(wanted: Sequence[str], window: Sequence[str]) -> tuple[int, int, int]:
    """Return the fewest edits that make a stretch of the window the wanted words, and the stretch.

    A changed word is preferred to one left out and one put in.
    """
    row = [(0, at) for at in range(len(window) + 1)]  # edits so far, where the stretch begins
    for count, word in enumerate(wanted, start=1):
        above, row = row, [(count, 0)]
        for at, other in enumerate(window, start=1):
            kept = (above[at - 1][0] + (word != other), above[at - 1][1])
            left_out = (above[at][0] + 1, above[at][1])
            put_in = (row[at - 1][0] + 1, row[at - 1][1])
            row.append(min(kept, left_out, put_in, key=lambda one: one[0]))
    end = min(range(len(row)), key=lambda at: (row[at][0], at))
    return row[end][0], row[end][1], end


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of words: as it was and as it is; the same where nothing changed."""

    was: str
    became: str

    @property
    def is_same(self) -> bool:
        return self.was == self.became


def changes(old: str, new: str) -> list[Change]:
    """Return the old text beside the new one, stretch by stretch of words."""
    before, after = old.split(), new.split()
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [Change(" ".join(before[a:b]), " ".join(after[c:d])) for _, a, b, c, d in codes]


def difference(old: str, new: str) -> str:
    """Return what changed, for a person: '"Alder" became "Elder"'; "" if nothing did."""
    return ", ".join(_said(one) for one in changes(old, new) if not one.is_same)


def _said(change: Change) -> str:
    if change.was and change.became:
        return f"“{change.was}” became “{change.became}”"
    return f"“{change.was}” left out" if change.was else f"“{change.became}” put in"
