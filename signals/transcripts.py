"""What was said around a signal."""

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
    evidence = list(signal.evidence.all())
    if not evidence:
        return []
    # What a merged signal brought along may be of another text, or an hour away.
    transcript_id = evidence[0].segment.transcript_id
    here = [piece for piece in evidence if piece.segment.transcript_id == transcript_id]
    pieces = {piece.segment_id: piece for piece in reversed(here)}
    near = Q()
    for piece in here:
        near |= Q(
            end_seconds__gte=piece.start_seconds - seconds,
            start_seconds__lte=piece.end_seconds + seconds,
        )
    rows = (
        Segment.objects.filter(near, transcript=transcript_id)
        .select_related("speaker")
        .order_by("index")
    )
    in_full = verbatim or not signal.withholds
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
