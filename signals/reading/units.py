"""Seconds or milliseconds: decided by how fast people would have to speak."""

from statistics import median

from signals.reading import pace
from signals.reading.draft import Cue, Draft
from signals.reading.model import TimeUnit

# People say 1 to 5 words a second; milliseconds taken for seconds give a thousandth of that.
# The border is half way between, on the scale of powers.
_SLOWEST_RATE = 0.08
_FEWEST_WORDS = 3
# No meeting is as long as this, so where cues have no length larger numbers are milliseconds.
_LONGEST_MEETING_SECONDS = 48 * 3600
# A cue in the wrong unit is far from its neighbours, and near them in the other unit.
_FAR_SECONDS, _NEAR_SECONDS = 3600, 600


def settle(draft: Draft) -> None:
    """Bring all numeric times to seconds and say in the report what they were."""
    if draft.report.time_unit is not TimeUnit.SECONDS:
        return
    if _looks_like_milliseconds(draft.cues):
        draft.report.time_unit = TimeUnit.MILLISECONDS
        _scale(draft.cues, 0.001)
        draft.report.seen["times in milliseconds"] += 1
    _mend_odd_ones(draft)


def _looks_like_milliseconds(cues: list[Cue]) -> bool:
    starts = [cue.start for cue in cues if cue.start is not None]
    if not starts:
        return False
    rates = [rate for cue in cues if (rate := _rate(cue)) is not None]
    if rates:
        return median(rates) < _SLOWEST_RATE
    return _overall_rate(cues, starts) < _SLOWEST_RATE or max(starts) > _LONGEST_MEETING_SECONDS


def _rate(cue: Cue) -> float | None:
    """Return words a second, or None where the cue cannot tell."""
    words = len(cue.text.split())
    if cue.start is None or cue.end is None or cue.end <= cue.start or words < _FEWEST_WORDS:
        return None
    return words / (cue.end - cue.start)


def _overall_rate(cues: list[Cue], starts: list[float]) -> float:
    """Return words a second over the file; one cue alone is taken to be in seconds."""
    span = max(starts) - min(starts)
    return sum(len(cue.text.split()) for cue in cues) / span if span else pace.WORDS_PER_SECOND


def _scale(cues: list[Cue], factor: float) -> None:
    for cue in cues:
        cue.start = None if cue.start is None else cue.start * factor
        cue.end = None if cue.end is None else cue.end * factor


def _mend_odd_ones(draft: Draft) -> None:
    """Bring single cues that are in the other unit back among their neighbours."""
    reached = 0.0
    for cue in draft.cues:
        if cue.start is None:
            continue
        factor = _odd_factor(cue, cue.start, reached)
        if factor != 1:
            _scale([cue], factor)
            draft.report.repaired["time in another unit than the rest"] += 1
        reached = max(reached, cue.start)


def _odd_factor(cue: Cue, start: float, reached: float) -> float:
    rate = _rate(cue)
    if rate is None or abs(start - reached) < _FAR_SECONDS:
        return 1
    if start > reached and rate < _SLOWEST_RATE and abs(start / 1000 - reached) < _NEAR_SECONDS:
        return 0.001
    if start < reached and rate > 1 / _SLOWEST_RATE and abs(start * 1000 - reached) < _NEAR_SECONDS:
        return 1000
    return 1
