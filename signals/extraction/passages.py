"""Cutting a transcript into sentence-like pieces, and joining pieces into passages fit to quote."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from signals.extraction.contract import Heard, Span

LONGEST_PIECE = 36  # words; captions without full stops are cut into pieces of at most this size
CUT_PIECE = 20
SHORTEST_PASSAGE, LONGEST_PASSAGE = 16, 48  # words
LONGEST_QUOTE = 64  # words of a passage with its sentences whole

SENTENCE_END = re.compile(r"(?<=[.?!;])[\"')\]]*\s+|\s*\n\s*")
WORD = re.compile(r"\S+")

# Sentences said to steer a program that reads transcripts are no business of the meeting.
TO_MACHINES = re.compile(
    r"\b(?:(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instructions?|prompts?|rules|"
    r"guidelines)|"
    r"(?:system|developer) (?:prompt|message)|you are (?:now )?an? (?:ai|assistant|language "
    r"model|chatbot)|"
    r"(?:language model|ai|assistant|extractor|classifier|algorithm)s?[,:]? (?:please |must |"
    r"should )?"
    r"(?:mark|label|classify|rate|output|return|extract|report|set|list)\b|"
    r"(?:mark|label|classify|rate|score|extract) (?:this|it|the following) (?:as|with)\b.{0,40}"
    r"\b(?:signal|strength|confidence|priority)|confidence (?:of |is |to )?(?:1\.0|100)|"
    r"strength (?:of |is |to )?(?:3|three)\b)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence, or a part of one, inside one segment.

    position counts segments as they came, number counts pieces, those left out included.
    """

    position: int
    number: int
    span: Span
    start: float
    end: float
    text: str
    words: int
    speaker: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Neighbouring pieces of one speaker, pieces[first:last]: a candidate quote."""

    first: int
    last: int
    words: int
    start: float
    end: float

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2


def cut(heard: Sequence[Heard]) -> list[Piece]:
    """Return the pieces in order, without those that speak to a machine.

    A piece's times are interpolated within its segment.
    """
    pieces: list[Piece] = []
    number = 0
    for position, one in enumerate(heard):
        for first, last, words in _stretches(one.text):
            number += 1
            if not TO_MACHINES.search(one.text[first:last]):
                pieces.append(_piece(position, number, one, first, last, words))
    return pieces


def _piece(position: int, number: int, heard: Heard, first: int, last: int, words: int) -> Piece:
    length, lasting = max(1, len(heard.text)), max(0.0, heard.end - heard.start)
    return Piece(
        position=position,
        number=number,
        span=Span(heard.index, first, last),
        start=heard.start + lasting * first / length,
        end=heard.start + lasting * last / length,
        text=heard.text[first:last],
        words=words,
        speaker=heard.speaker,
    )


def _stretches(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield (first, last, words) of the sentences of the text, long ones in parts."""
    begin = 0
    ends = [(match.start(), match.end()) for match in SENTENCE_END.finditer(text)]
    for stop, following in [*ends, (len(text), len(text))]:
        words = [match.span() for match in WORD.finditer(text, begin, stop)]
        yield from _parts(words)
        begin = following


def _parts(words: list[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    if not words:
        return
    parts = 1 if len(words) <= LONGEST_PIECE else math.ceil(len(words) / CUT_PIECE)
    size = math.ceil(len(words) / parts)
    for i in range(0, len(words), size):
        part = words[i : i + size]
        yield part[0][0], part[-1][1], len(part)


def passages(pieces: Sequence[Piece]) -> list[Passage]:
    """Return a passage from every piece on, of about 16 to 48 words where the speaker allows."""
    found = []
    for first in range(len(pieces)):
        last, words = _reach(pieces, first)
        found.append(Passage(first, last, words, pieces[first].start, pieces[last - 1].end))
    return found


def _reach(pieces: Sequence[Piece], first: int) -> tuple[int, int]:
    last, words = first + 1, pieces[first].words
    while last < len(pieces) and words < SHORTEST_PASSAGE:
        following = pieces[last]
        if not _goes_on(pieces[last - 1], following) or words + following.words > LONGEST_PASSAGE:
            break
        words += following.words
        last += 1
    return last, words


def whole_sentences(pieces: Sequence[Piece], passage: Passage) -> tuple[int, int]:
    """Return (first, last) of the passage with the sentences it cuts, where that fits a quote."""
    first, last, words = passage.first, passage.last, passage.words
    while last < len(pieces) and _is_cut(pieces, last, words + pieces[last].words):
        words += pieces[last].words
        last += 1
    while first > 0 and _is_cut(pieces, first, words + pieces[first - 1].words):
        first -= 1
        words += pieces[first].words
    return first, last


def _is_cut(pieces: Sequence[Piece], at: int, words: int) -> bool:
    """Tell whether a sentence runs on over this border, and a quote may have so many words."""
    before, after = pieces[at - 1], pieces[at]
    return words <= LONGEST_QUOTE and not _ends(before) and _goes_on(before, after)


def _ends(piece: Piece) -> bool:
    return piece.text.rstrip("\"')]").endswith((".", "?", "!", ";"))


def _goes_on(piece: Piece, following: Piece) -> bool:
    """Tell whether one speaker says both, with nothing left out between them."""
    return (
        following.number == piece.number + 1
        and following.position - piece.position <= 1
        and following.speaker == piece.speaker
    )


def spans(pieces: Sequence[Piece]) -> tuple[Span, ...]:
    """Return the pieces' spans, those that follow each other in one segment joined."""
    joined: list[Span] = []
    for piece in pieces:
        if joined and joined[-1].index == piece.span.index:
            joined[-1] = Span(piece.span.index, joined[-1].first, piece.span.last)
        else:
            joined.append(piece.span)
    return tuple(joined)


def words_around(pieces: Sequence[Piece], passage: Passage, words: int) -> tuple[int, int]:
    """Return (first, last) of the pieces within about that many words on each side."""
    first, last = passage.first, passage.last
    left = right = words
    while first > 0 and left > 0:
        first -= 1
        left -= pieces[first].words
    while last < len(pieces) and right > 0:
        right -= pieces[last].words
        last += 1
    return first, last


def text_of(pieces: Sequence[Piece], first: int, last: int) -> str:
    return " ".join(piece.text for piece in pieces[first:last])
