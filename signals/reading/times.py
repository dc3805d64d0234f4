"""Settling the times of cues: the missing filled in, small faults mended, large ones refused."""

from collections.abc import Iterator
from itertools import pairwise

from signals.reading import pace, units
from signals.reading.clock import show
from signals.reading.draft import Cue, Draft, Timed
from signals.reading.model import Format, TimeUnit, UnreadableTranscript

# In the real files we have, the largest step back is 0.1 s and the longest silence 97 s.
_BACKWARDS_SECONDS = 30
# A step back as small as this is the clock's fault; the order of the words is right.
_JITTER_SECONDS = 2
_GAP_SECONDS = 3600
_LONGEST_MEETING_SECONDS = 48 * 3600

# An overlap is cut off the earlier cue, unless that leaves it too fast to have been said.
_SMALL_OVERLAP_SECONDS, _FASTEST = 5, 5.0
_NOT_WORTH_COUNTING = 0.05

_CAPTIONS = (Format.WEBVTT, Format.SRT)


def settle(draft: Draft, *, allow_gaps: bool) -> list[Timed]:
    """Return the cues in order of time, in seconds, none ending after the next begins.

    Raise UnreadableTranscript if time runs back by more than half a minute, reaches beyond two
    days, or, unless gaps are allowed, stands still for an hour.
    """
    if not any(cue.start is not None for cue in draft.cues):
        _guess_all(draft)
    units.settle(draft)
    _mend_ends(draft)
    _fill_missing(draft)
    cues = _in_order(draft)
    _refuse_endless(draft, cues)
    if not allow_gaps:
        _refuse_gaps(draft, cues)
    _part_overlaps(draft, cues)
    return cues


def _guess_all(draft: Draft) -> None:
    """Give the cues of a file without times those of a person speaking steadily."""
    if draft.report.format in _CAPTIONS:
        raise draft.error(
            draft.cues[0],
            "neither this cue nor any other has a time that can be read;"
            " write times as 00:01:02.500 --> 00:01:05.000.",
        )
    draft.report.time_unit = TimeUnit.NONE
    draft.report.notes.append(
        "The file has no times: they are guessed from the number of words,"
        " so links to the second will not be exact."
    )
    texts = [cue.text for cue in draft.cues]
    times = pace.spread(texts, 0, pace.natural(sum(len(text.split()) for text in texts)))
    for cue, (start, end) in zip(draft.cues, times, strict=True):
        cue.start, cue.end = start, end


def _mend_ends(draft: Draft) -> None:
    for cue in draft.cues:
        if cue.start is None or cue.end is None:
            continue
        if cue.end <= cue.start:
            reason = "zero-length cue" if cue.end == cue.start else "cue that ends before it starts"
            draft.report.repaired[reason] += 1
            cue.end = None


def _fill_missing(draft: Draft) -> None:
    """Place cues without a start between their neighbours, by their number of words."""
    cues = draft.cues
    for first, after in _runs_without_start(cues):
        texts = [cue.text for cue in cues[first:after]]
        needed = pace.natural(sum(len(text.split()) for text in texts))
        limit = cues[after].start if after < len(cues) else None
        start = _speech_end(cues[first - 1]) if first else max(0.0, (limit or 0.0) - needed)
        end = start + needed if limit is None else min(limit, start + needed)
        times = pace.spread(texts, min(start, end), end)
        for cue, (cue_start, cue_end) in zip(cues[first:after], times, strict=True):
            cue.start, cue.end = cue_start, cue_end
        draft.report.repaired["missing start time"] += after - first


def _runs_without_start(cues: list[Cue]) -> Iterator[tuple[int, int]]:
    """Yield first and after-last index of each run of cues without a start."""
    first: int | None = None
    for index, cue in enumerate(cues):
        if cue.start is None and first is None:
            first = index
        elif cue.start is not None and first is not None:
            yield first, index
            first = None
    if first is not None:
        yield first, len(cues)


def _natural_end(cue: Cue) -> float:
    if cue.end is not None:
        return cue.end
    return (cue.start or 0.0) + pace.natural(len(cue.text.split()))


def _speech_end(cue: Cue) -> float:
    """Return when the cue's words are over, which may be long before its end."""
    start = cue.start or 0.0
    return start + pace.spoken_within(len(cue.text.split()), _natural_end(cue) - start)


def _in_order(draft: Draft) -> list[Timed]:
    cues = [_timed(cue) for cue in draft.cues]
    latest = cues[0]
    for cue in cues:
        _mend_order(draft, cue, latest)
        latest = cue if cue.start >= latest.start else latest
    cues.sort(key=lambda cue: cue.start)
    return cues


def _timed(cue: Cue) -> Timed:
    return Timed(
        text=cue.text,
        place=cue.place,
        start=cue.start or 0.0,
        end=_natural_end(cue),
        speaker=cue.speaker or "",
        is_parted=cue.is_parted or cue.starts_turn,
    )


def _mend_order(draft: Draft, cue: Timed, latest: Timed) -> None:
    """Move a cue that starts a moment too early; leave a few seconds to sorting; refuse more."""
    early = latest.start - cue.start
    if early > _BACKWARDS_SECONDS:
        raise draft.error(
            cue,
            f"the time runs back to {show(cue.start)} from {show(latest.start)}"
            f" in {draft.counted_in} {latest.place}. Correct the wrong time,"
            " or split the file if two recordings were joined.",
        )
    if early > 0:
        draft.report.repaired["cue out of order"] += 1
        cue.start = latest.start if early <= _JITTER_SECONDS else cue.start


def _refuse_endless(draft: Draft, cues: list[Timed]) -> None:
    last = cues[-1]
    if last.start > _LONGEST_MEETING_SECONDS:
        raise draft.error(
            last,
            f"the time {show(last.start)} is beyond two days, longer than any meeting."
            " Correct it or its unit.",
        )


def _refuse_gaps(draft: Draft, cues: list[Timed]) -> None:
    for cue, following in pairwise(cues):
        if following.start - _said_by(cue) >= _GAP_SECONDS:
            raise _gap(draft, cue, following)


def _said_by(cue: Timed) -> float:
    """Return when the cue's words are over, which may be long before its end."""
    return cue.start + pace.spoken_within(len(cue.text.split()), cue.end - cue.start)


def _gap(draft: Draft, cue: Timed, following: Timed) -> UnreadableTranscript:
    return draft.error(
        following,
        f"nothing is said from {show(_said_by(cue))} to {show(following.start)}."
        " Correct the time if it is wrong; pass --allow-gaps if the meeting was adjourned.",
    )


def _part_overlaps(draft: Draft, cues: list[Timed]) -> None:
    """End each cue where the next starts, or if it is too full for that start the next later."""
    for cue, following in pairwise(cues):
        cue.end = max(cue.end, cue.start)
        overlap = cue.end - following.start
        if overlap <= 0:
            continue
        if overlap > _NOT_WORTH_COUNTING:
            draft.report.repaired["cues that overlap"] += 1
        if overlap <= _SMALL_OVERLAP_SECONDS or _fits(cue, following.start):
            cue.end = max(cue.start, following.start)
        following.start = max(following.start, cue.end)
    cues[-1].end = max(cues[-1].end, cues[-1].start)


def _fits(cue: Timed, end: float) -> bool:
    return len(cue.text.split()) <= (end - cue.start) * _FASTEST
