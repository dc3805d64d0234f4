"""From cues to utterances: sentences joined over cues, long speeches cut at sentence ends."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from signals.reading import pace
from signals.reading.draft import Timed
from signals.reading.model import Utterance

_PAUSE_SECONDS = 2.0
# A sentence that goes on in small letters is given a little longer.
_PAUSE_IN_SENTENCE_SECONDS = 3.0
# Whisper lets a cue last until the next one; so much time without words is a pause too.
_LONG_SILENCE_SECONDS = 5.0
_MOST_WORDS = 60
# Pieces of talk without full stops; a comma or the border of a cue within reach decides where.
_PIECE_WORDS, _FEWEST_IN_PIECE, _MOST_IN_PIECE = 35, 25, 45
# Sentences shorter than this are put together, as long as the whole stays easy to quote.
_SHORT_WORDS, _MOST_TOGETHER = 12, 40

_CLOSERS = "\"'\u201d\u2019)]"
_OPENERS = "\"'\u201c\u2018(["
_ABBREVIATIONS = frozenset(
    {
        "mr", "mrs", "ms", "dr", "st", "jr", "sr", "rev", "hon", "gov", "sen", "rep", "lt",
        "sgt", "capt", "col", "gen", "prof", "vs", "ave", "blvd", "rd", "dept", "inc", "ltd",
        "etc", "ext", "approx", "est", "atty", "supt", "asst", "bros", "cf", "eg", "ie", "al",
    }
)  # fmt: skip
_BEFORE_NUMBERS = frozenset({"no", "nos", "sec", "fig", "art", "ord", "res"})
_INITIALS = re.compile(r"(?:[a-z]\.){1,3}[a-z]?|[a-hj-z]")
# Of the dotted ones only these end sentences: "at 5 p.m. We begin".
_HOURS = frozenset(("a.m", "p.m"))


@dataclass(slots=True)
class _Run:
    """Words of one speaker without a long pause, each with its time."""

    speaker: str
    words: list[str] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    borders: set[int] = field(default_factory=set)  # where cues end, as indexes of the word after
    cut_count: int = 0  # sentences that began in one cue and ended in another


def utterances(cues: list[Timed], seen: Counter[str] | None = None) -> Iterator[Utterance]:
    """Yield the utterances in order of time. All words survive, in order, and none twice.

    seen is told how many sentences were cut across cues.
    """
    for run in _runs(cues):
        first = 0
        for after in _together(_ends(run)):
            yield _utterance(run, first, after)
            first = after
        if seen is not None and run.cut_count:
            seen["sentence cut across cues"] += run.cut_count


def is_sentence_end(word: str, following: str) -> bool:
    """Return whether a sentence ends with the word, given the next one ("" after the last)."""
    bare = word.rstrip(_CLOSERS)
    if not bare.endswith((".", "?", "!", "\u2026")):
        return False
    opening = following.lstrip(_OPENERS)[:1]
    if not following:
        return True
    return not opening.islower() and (
        bare[-1] != "." or not _is_abbreviation(bare[:-1].lower(), opening)
    )


def _is_abbreviation(word: str, opening: str) -> bool:
    word = word.lstrip(_OPENERS)
    if word in _HOURS:
        return not opening.isupper()
    if word in _BEFORE_NUMBERS:
        return opening.isdigit()
    return word in _ABBREVIATIONS or _INITIALS.fullmatch(word) is not None


def _runs(cues: list[Timed]) -> Iterator[_Run]:
    run, ended = _Run(speaker=""), 0.0
    for cue in cues:
        if cue.is_parted or cue.speaker != run.speaker or _is_pause(cue, ended):
            if run.words:
                yield run
            run = _Run(speaker=cue.speaker)
        _add(run, cue)
        ended = _heard_until(cue)
    if run.words:
        yield run


def _is_pause(cue: Timed, ended: float) -> bool:
    longest = _PAUSE_IN_SENTENCE_SECONDS if cue.text[0].islower() else _PAUSE_SECONDS
    return cue.start - ended > longest


def _heard_until(cue: Timed) -> float:
    """Return when the cue is over, or its words if the cue is mostly silence."""
    spoken = cue.start + pace.spoken_within(len(cue.text.split()), cue.end - cue.start)
    return spoken if cue.end - spoken > _LONG_SILENCE_SECONDS else cue.end


def _add(run: _Run, cue: Timed) -> None:
    """Add the words of the cue, its time shared among them."""
    words = cue.text.split()
    step = pace.spoken_within(len(words), cue.end - cue.start) / len(words)
    run.words += words
    run.starts += [cue.start + step * index for index in range(len(words))]
    run.ends += [cue.start + step * (index + 1) for index in range(len(words))]
    run.borders.add(len(run.words))


def _ends(run: _Run) -> Iterator[int]:
    """Yield where sentences end, as the index of the word after; long ones are cut into pieces."""
    first, count = 0, len(run.words)
    for index, word in enumerate(run.words):
        is_last = index + 1 == count
        if is_last or (word[-1] not in _LETTERS and is_sentence_end(word, run.words[index + 1])):
            run.cut_count += any(at in run.borders for at in range(first + 1, index + 1))
            yield from _pieces(run, first, index + 1)
            first = index + 1


_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")


def _pieces(run: _Run, first: int, after: int) -> Iterator[int]:
    if after - first > _MOST_WORDS:
        while after - first > _MOST_IN_PIECE:
            first = _cut(run, first, after)
            yield first
    yield after


def _cut(run: _Run, first: int, after: int) -> int:
    """Return the best place to cut: after a comma, else between cues, else in equal parts."""
    reach = range(first + _FEWEST_IN_PIECE, min(first + _MOST_IN_PIECE, after - 5) + 1)
    best = first + _PIECE_WORDS
    commas = [index for index in reach if run.words[index - 1][-1] in ",;:.-\u2014"]
    borders = [index for index in reach if index in run.borders]
    if choices := commas or borders:
        return min(choices, key=lambda index: abs(index - best))
    return first + _equal_part(_distance_to_border(run, first, after))


def _distance_to_border(run: _Run, first: int, after: int) -> int:
    reach = range(first + _MOST_IN_PIECE, min(first + 4 * _PIECE_WORDS, after) + 1)
    return next((index - first for index in reach if index in run.borders), after - first)


def _equal_part(words: int) -> int:
    """Return the size of pieces if so many words are cut into equal ones."""
    return -(-words // -(-words // (_PIECE_WORDS + 5)))


def _together(ends: Iterator[int]) -> Iterator[int]:
    """Yield the ends of utterances, after joining short sentences with those that follow."""
    first = 0
    held: int | None = None
    for end in ends:
        if held is not None and (held - first >= _SHORT_WORDS or end - first > _MOST_TOGETHER):
            yield held
            first = held
        held = end
    if held is not None:
        yield held


def _utterance(run: _Run, first: int, after: int) -> Utterance:
    return Utterance(
        start=round(run.starts[first], 3),
        end=round(run.ends[after - 1], 3),
        text=" ".join(run.words[first:after]),
        speaker=run.speaker,
    )
