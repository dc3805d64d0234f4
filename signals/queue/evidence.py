"""Writing the evidence of a signal anew from places in what was said."""

from collections.abc import Sequence
from decimal import Decimal

from signals import redaction, stages
from signals.extraction import amounts
from signals.finding import seconds_of
from signals.models import Evidence, Signal
from signals.queue.absorbing import reread
from signals.queue.quoting import Span
from signals.words import SpeakerRole

type_of_row = dict[str, object]


def write(signal: Signal, spans: Sequence[Span]) -> None:
    """Have the signal's own quote stand at the spans. Rows that others cite are kept and moved.

    Quotes of merged signals stay. Times, speaker, stage and what is withheld follow.
    """
    rows = list(signal.evidence.filter(position__lt=Evidence.A_QUOTE).order_by("position"))
    for position, span in enumerate(spans):
        piece = rows[position] if position < len(rows) else Evidence(signal=signal)
        _fill(piece, position, span)
        piece.save()
    for gone in rows[len(spans) :]:
        _hand_over(gone, rows[len(spans) - 1])
        gone.delete()
    follow(signal, spans)


def create(signal: Signal, spans: Sequence[Span]) -> None:
    """Give a signal that was just stored its quote."""
    for position, span in enumerate(spans):
        piece = Evidence(signal=signal)
        _fill(piece, position, span)
        piece.save()
    follow(signal, spans)


def _fill(piece: Evidence, position: int, span: Span) -> None:
    piece.position, piece.segment = position, span.segment
    piece.first, piece.last, piece.quote = span.first, span.last, span.words
    piece.start_seconds, piece.end_seconds = seconds_of(span.segment, span.first, span.last)
    piece.hidden = redaction.within(span.segment.hidden, span.first, span.last)
    piece.anchor, piece.difference, piece.written = Evidence.Anchor.EXACT, "", ""


def _hand_over(gone: Evidence, kept: Evidence) -> None:
    """Let what cites the one row cite the other: apps above keep reasons with evidence."""
    for relation in Evidence._meta.related_objects:
        field = relation.field.name
        relation.related_model._default_manager.filter(**{field: gone}).update(**{field: kept})


def follow(signal: Signal, spans: Sequence[Span]) -> None:
    """Set what depends on the quote: when it was said, by whom, the stage, what is withheld."""
    begin, _ = seconds_of(spans[0].segment, spans[0].first, spans[0].last)
    _, end = seconds_of(spans[-1].segment, spans[-1].first, spans[-1].last)
    signal.start_seconds, signal.end_seconds = begin, end
    speaker = spans[0].segment.speaker
    if speaker is not None:
        signal.speaker_name = speaker.name
        if speaker.role != SpeakerRole.UNKNOWN:
            signal.speaker_role = speaker.role
    quote = " ".join(span.words for span in spans)
    signal.stage = stages.of(quote, kind=signal.kind)
    signal.save(
        update_fields=["start_seconds", "end_seconds", "speaker_name", "speaker_role", "stage"]
    )
    reread(signal)


def amount_in(spans: Sequence[Span]) -> Decimal | None:
    """Return the largest sum the words name, or None."""
    return amounts.largest(" ".join(span.words for span in spans))


def as_rows(signal: Signal) -> list[type_of_row]:
    """Return the signal's own quote as it stands, to be put back by put_back."""
    pieces = signal.evidence.filter(position__lt=Evidence.A_QUOTE).order_by("position")
    return [
        {
            "segment_id": piece.segment_id,
            "first": piece.first,
            "last": piece.last,
            "quote": piece.quote,
            "start_seconds": piece.start_seconds,
            "end_seconds": piece.end_seconds,
            "hidden": piece.hidden,
            "anchor": piece.anchor,
            "difference": piece.difference,
            "written": piece.written,
        }
        for piece in pieces
    ]


def put_back(signal: Signal, rows: Sequence[type_of_row]) -> None:
    """Have the quote stand as as_rows() told."""
    known = list(signal.evidence.filter(position__lt=Evidence.A_QUOTE).order_by("position"))
    for position, values in enumerate(rows):
        piece = known[position] if position < len(known) else Evidence(signal=signal)
        for name, value in values.items():
            setattr(piece, name, value)
        piece.position = position
        piece.save()
    for gone in known[len(rows) :]:
        _hand_over(gone, known[len(rows) - 1])
        gone.delete()
    reread(signal)
