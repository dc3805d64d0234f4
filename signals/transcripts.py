"""What was said around a signal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from signals import links, redaction
from signals.models import Evidence, Segment, Signal

AROUND_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A segment as a reader sees it: the words before, in and after the quote; no quote, all in
    before.
    """

    segment: Segment
    speaker: str
    before: str
    quoted: str
    after: str
    video_url: str


def around(
    signal: Signal, *, seconds: float = AROUND_SECONDS, verbatim: bool = False
) -> list[Line]:
    """Return the segments from so many seconds before the evidence to as many after.

    As startups see them, unless verbatim. One query if prefetched.
    """
    stretch = _stretch(signal, seconds)
    if stretch is None:
        return []
    rows = Segment.objects.filter(stretch).select_related("speaker").order_by("index")
    in_full = verbatim or not signal.withholds
    return _lines(signal, rows, in_full=in_full)


def around_each(
    signals: Sequence[Signal], *, seconds: float = AROUND_SECONDS
) -> dict[int, list[Line]]:
    """Return what was said around each, by id, as startups see it. One query if prefetched."""
    stretches = {one.pk: _stretch(one, seconds) for one in signals}
    wanted = Q(pk=None)
    for stretch in filter(None, stretches.values()):
        wanted |= stretch
    rows = list(Segment.objects.filter(wanted).select_related("speaker").order_by("index"))
    return {
        one.pk: _lines(
            one, [row for row in rows if _is_around(one, row, seconds)], in_full=not one.withholds
        )
        for one in signals
    }


def _here(signal: Signal) -> list[Evidence]:
    """Return the evidence in the transcript of the first of it.

    What a merged signal brought along may be of another text, or an hour away.
    """
    pieces = list(signal.evidence.all())
    return [one for one in pieces if one.segment.transcript_id == pieces[0].segment.transcript_id]


def _stretch(signal: Signal, seconds: float) -> Q | None:
    """Return what the segments around the evidence fulfil; None without evidence."""
    here = _here(signal)
    if not here:
        return None
    near = Q()
    for piece in here:
        near |= Q(
            end_seconds__gte=piece.start_seconds - seconds,
            start_seconds__lte=piece.end_seconds + seconds,
        )
    return near & Q(transcript=here[0].segment.transcript_id)


def _is_around(signal: Signal, row: Segment, seconds: float) -> bool:
    return any(
        row.transcript_id == piece.segment.transcript_id
        and row.end_seconds >= piece.start_seconds - seconds
        and row.start_seconds <= piece.end_seconds + seconds
        for piece in _here(signal)
    )


def _lines(signal: Signal, rows: Iterable[Segment], *, in_full: bool) -> list[Line]:
    pieces = {piece.segment_id: piece for piece in reversed(_here(signal))}
    return [_line(signal, row, pieces.get(row.pk), in_full=in_full) for row in rows]


def _line(signal: Signal, segment: Segment, piece: Evidence | None, *, in_full: bool) -> Line:
    end = len(segment.text)
    at = (piece.first, piece.last) if piece else (end, end)
    return Line(
        segment=segment,
        speaker=_named(segment, in_full=in_full),
        before=_words(segment, 0, at[0], in_full=in_full),
        quoted=_words(segment, *at, in_full=in_full),
        after=_words(segment, at[1], end, in_full=in_full),
        video_url=links.at(signal.meeting.video_url, segment.start_seconds),
    )


def _words(segment: Segment, first: int, last: int, *, in_full: bool) -> str:
    words = segment.text[first:last]
    if in_full:
        return words
    return redaction.shown(words, redaction.within(segment.hidden, first, last))


def _named(segment: Segment, *, in_full: bool) -> str:
    if segment.speaker is None:
        return ""
    return segment.speaker.name if in_full else segment.speaker.shown
