"""Cutting a meeting into parts that overlap, each small enough for one question."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from integrations.gemini.prices import tokens
from signals.extraction.contract import Heard

# A part may be this much shorter than asked for, to end where its text says. See _end().
SHORTEST = 0.7


@dataclass(frozen=True, slots=True)
class Part:
    """Neighbouring segments, which a prompt numbers from 1. number counts the meeting's parts."""

    number: int
    heard: tuple[Heard, ...]

    @property
    def text(self) -> str:
        """The segments as a prompt shows them, one a line."""
        return lines(self.heard, first=1)

    @property
    def words(self) -> str:
        """Which segments of the transcript these are."""
        return f"segments {self.heard[0].index} to {self.heard[-1].index}"

    def halves(self) -> tuple["Part", ...]:
        """Return its two halves, or nothing if it has but one segment."""
        middle = len(self.heard) // 2
        if not middle:
            return ()
        return (
            Part(self.number, self.heard[:middle]),
            Part(self.number, self.heard[middle:]),
        )


def lines(heard: Sequence[Heard], *, first: int) -> str:
    """Return the segments one a line, numbered: "[3] Renee Castellano: We need pumps."."""
    return "\n".join(_line(number, one) for number, one in enumerate(heard, first))


def _line(number: int, one: Heard) -> str:
    """Return the segment on one line: no text can begin a line that looks like another segment."""
    speaker = " ".join(one.speaker.split())
    return f"[{number}] {speaker}: {_flat(one)}" if speaker else f"[{number}] {_flat(one)}"


def _flat(one: Heard) -> str:
    return " ".join(one.text.split())


def cut(heard: Sequence[Heard], *, size: int, overlap: int) -> list[Part]:
    """Return parts of about size tokens; each repeats about overlap tokens of the one before.

    A segment larger than size is a part of its own.
    """
    sums = [0, *accumulate(tokens(_line(1, one)) + 1 for one in heard)]
    parts: list[Part] = []
    begin = 0
    while begin < len(heard):
        end = _end(heard, sums, begin, size)
        parts.append(Part(len(parts) + 1, tuple(heard[begin:end])))
        if end == len(heard):
            break
        back = end
        while back - 1 > begin and sums[end] - sums[back - 1] <= overlap:
            back -= 1
        begin = back
    return parts


def _end(heard: Sequence[Heard], sums: Sequence[int], begin: int, size: int) -> int:
    """Return where the part ends: of the places near its full size, the one its text decides.

    So an edit shifts the borders around it and not those of the whole rest of the meeting, whose
    parts stay the same and need not be paid for again.
    """
    end = begin + 1
    while end < len(heard) and sums[end + 1] - sums[begin] <= size:
        end += 1
    if end == len(heard):
        return end
    near = [
        place for place in range(begin + 1, end + 1) if sums[place] - sums[begin] >= SHORTEST * size
    ]
    return min(near or [end], key=lambda place: _mark(heard[place - 1]))


def _mark(one: Heard) -> bytes:
    return hashlib.sha256(_flat(one).encode("utf-8", "replace")).digest()
