"""How good a transcript is: 0 to 100, the sum of visible parts.

Pure: it looks at what reading a file gave, and at nothing else.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

from signals.reading import Reading, TimeUnit, Utterance
from signals.reading.speakers import is_in_capitals

# Repairs after which a cue's time is a guess.
_TIME_REPAIRS = (
    "zero-length cue",
    "cue that ends before it starts",
    "missing start time",
    "time that cannot be read",
    "time in another unit than the rest",
    "cue out of order",
    "cues that overlap",
    "minutes and seconds written as hours and minutes",
)
# Repairs that leave the cue as good as new.
_HARMLESS = (
    "mark for a new speaker",
    "speaker's name before the text",
    "HTML entities in the text",
    "rolling caption cut to its new words",
)
# Sentences in talk have 12 to 20 words; at 80 a text has no full stops to speak of.
_WORDS_A_STOP_GOOD, _WORDS_A_STOP_NONE = 25, 80
_GAP_SECONDS, _WORST_SHARE_OF_GAPS = 30, 0.25
# Words a minute over a whole meeting, pauses included (see reading/pace.py: 150 to 174).
_SLOWEST, _SLOW, _FAST, _FASTEST = 40, 90, 200, 300


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the score: its points of so many, and why in a sentence."""

    name: str
    points: int
    most: int
    why: str


@dataclass(frozen=True, slots=True)
class Grade:
    """The quality of a transcript; points is the sum of the parts."""

    parts: tuple[Part, ...]

    @property
    def points(self) -> int:
        return sum(part.points for part in self.parts)

    def as_json(self) -> list[dict[str, object]]:
        return [asdict(part) for part in self.parts]


def of(reading: Reading) -> Grade:
    """Return the grade of a transcript as it was read."""
    return Grade(tuple(judge(reading) for judge in _JUDGES))


def _part(name: str, share: float, most: int, why: str) -> Part:
    return Part(name, round(most * min(1.0, max(0.0, share))), most, why)


def _cues_kept(reading: Reading) -> Part:
    report = reading.report
    cues = max(1, report.cues_read)
    dropped = report.dropped.total()
    repaired = sum(
        n for why, n in report.repaired.items() if why not in (*_HARMLESS, *_TIME_REPAIRS)
    )
    why = f"{dropped:,} of {report.cues_read:,} cues dropped, {repaired:,} with words repaired."
    return _part("Cues kept", 1 - 2 * dropped / cues - repaired / (2 * cues), 20, why)


def _exact_times(reading: Reading) -> Part:
    report = reading.report
    if report.time_unit is TimeUnit.NONE:
        return Part("Exact times", 0, 25, "The file has no times; all are guessed.")
    guessed = sum(report.repaired[reason] for reason in _TIME_REPAIRS)
    share = 1 - guessed / max(1, report.cues_read)
    if report.seen["times far apart"]:
        return _part("Exact times", 0.4 * share, 25, "Times stand far apart; most are worked out.")
    return _part("Exact times", share, 25, f"{guessed:,} times mended or guessed.")


def _punctuation(reading: Reading) -> Part:
    words = [word for one in reading.utterances for word in one.text.split()]
    stops = sum(word.endswith((".", "?", "!")) for word in words)
    a_stop = len(words) / max(1, stops)
    span = _WORDS_A_STOP_NONE - _WORDS_A_STOP_GOOD
    share = (_WORDS_A_STOP_NONE - a_stop) / span if stops else 0.0
    said = f"A full stop every {a_stop:.0f} words." if stops else "No full stops."
    return _part("Punctuation", share, 12, said)


def _letters(reading: Reading) -> Part:
    text = " ".join(one.text for one in reading.utterances[:400])
    if is_in_capitals(text):
        return Part("Capitals", 0, 8, "All in capital letters: names cannot be told from words.")
    if not any(letter.isupper() for letter in text):
        return Part("Capitals", 1, 8, "No capital letters: names cannot be told from words.")
    return Part("Capitals", 8, 8, "Capital and small letters.")


def _speakers(reading: Reading) -> Part:
    counts = {0: 0, 1: 0, 2: 0}
    for one in reading.utterances:
        counts[_naming(one.speaker)] += len(one.text.split())
    words = max(1, sum(counts.values()))
    named, labelled = counts[2] / words, counts[1] / words
    why = f"{named:.0%} of the words have a name, {labelled:.0%} a label without one."
    return _part("Speakers", named + labelled / 2, 15, why)


def _naming(speaker: str) -> int:
    """Return 2 for a name, 1 for a label such as "Speaker 3", 0 for nobody."""
    if not speaker:
        return 0
    bare = speaker.lower()
    is_label = any(letter.isdigit() for letter in bare) or bare in {"unknown", "speaker"}
    return 1 if is_label else 2


def _gaps(reading: Reading) -> Part:
    spoken = reading.utterances
    length = max(1.0, spoken[-1].end - spoken[0].start)
    silent = sum(
        gap
        for before, after in pairwise(spoken)
        if (gap := after.start - before.end) > _GAP_SECONDS
    )
    why = f"{silent / 60:.0f} of {length / 60:.0f} minutes without a word."
    return _part("Gaps", 1 - silent / length / _WORST_SHARE_OF_GAPS, 10, why)


def _pace(reading: Reading) -> Part:
    rate = words_a_minute(reading.utterances)
    if reading.report.time_unit is TimeUnit.NONE:
        return Part("Pace", 0, 10, "Without times nobody knows how fast people spoke.")
    if rate < _SLOW:
        share = (rate - _SLOWEST) / (_SLOW - _SLOWEST)
    else:
        share = (_FASTEST - rate) / (_FASTEST - _FAST)
    return _part("Pace", share, 10, f"{rate:.0f} words a minute; people say {_SLOW} to {_FAST}.")


def words_a_minute(spoken: Sequence[Utterance]) -> float:
    """Return how many words a minute were said while somebody spoke."""
    words = sum(len(one.text.split()) for one in spoken)
    seconds = sum(one.end - one.start for one in spoken)
    return words / max(seconds, 0.001) * 60


_JUDGES: tuple[Callable[[Reading], Part], ...] = (
    _cues_kept,
    _exact_times,
    _punctuation,
    _letters,
    _speakers,
    _gaps,
    _pace,
)
