"""What was said around a signal."""

from dataclasses import dataclass

from signals import links
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


def around(signal: Signal, *, seconds: float = AROUND_SECONDS) -> list[Line]:
    """Return the segments from so many seconds before the evidence to as many after.

    One query if prefetched.
    """
    pieces = {piece.segment_id: piece for piece in signal.evidence.all()}
    if not pieces:
        return []
    first = min(piece.start_seconds for piece in pieces.values()) - seconds
    last = max(piece.end_seconds for piece in pieces.values()) + seconds
    transcript_id = next(iter(pieces.values())).segment.transcript_id
    rows = (
        Segment.objects.filter(
            transcript=transcript_id, end_seconds__gte=first, start_seconds__lte=last
        )
        .select_related("speaker")
        .order_by("index")
    )
    return [_line(signal, row, pieces.get(row.pk)) for row in rows]


def _line(signal: Signal, segment: Segment, piece: Evidence | None) -> Line:
    at = (piece.first, piece.last) if piece else (len(segment.text),) * 2
    return Line(
        segment=segment,
        speaker=segment.speaker.name if segment.speaker else "",
        before=segment.text[: at[0]],
        quoted=segment.text[at[0] : at[1]],
        after=segment.text[at[1] :],
        video_url=links.at(signal.meeting.video_url, segment.start_seconds),
    )
