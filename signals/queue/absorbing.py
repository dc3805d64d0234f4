"""The quotes a signal takes over from one that was merged into it, and giving them back."""

from signals import withholding
from signals.models import Evidence, Merger, Signal


def quotes(of: Signal, into: Signal) -> list[int]:
    """Copy the evidence of one signal to another that lacks it; return the rows' ids.

    Each signal keeps evidence: without any it could not exist. A copy begins at the next hundred
    of positions, so that two quotes are never read as one.
    """
    known = list(into.evidence.all())
    last = max((piece.position for piece in known), default=0)
    offset = (last // Evidence.A_QUOTE + 1) * Evidence.A_QUOTE
    copies = [
        Evidence(
            signal=into,
            segment_id=piece.segment_id,
            position=offset + piece.position,
            first=piece.first,
            last=piece.last,
            quote=piece.quote,
            start_seconds=piece.start_seconds,
            end_seconds=piece.end_seconds,
            hidden=piece.hidden,
            anchor=piece.anchor,
            difference=piece.difference,
        )
        for piece in of.evidence.all()
        if not any(_overlap(piece, other) for other in known)
    ]
    made = Evidence.objects.bulk_create(copies)
    reread(into)
    return [piece.pk for piece in made]


def _overlap(a: Evidence, b: Evidence) -> bool:
    return a.segment_id == b.segment_id and a.first < b.last and b.first < a.last


def give_back(ids: list[int], signal: Signal) -> bool:
    """Remove these rows of the signal's evidence. Remove none and return False if one is cited."""
    rows = Evidence.objects.filter(pk__in=ids, signal=signal)
    if any(
        relation.related_model._default_manager.filter(
            **{f"{relation.field.name}__in": rows}
        ).exists()
        for relation in Evidence._meta.related_objects
    ):
        return False
    rows.delete()
    reread(signal)
    return True


def release(signal: Signal) -> None:
    """Forget that the signal was merged into another one, if it was; the other keeps the quotes."""
    Merger.objects.filter(signal=signal).delete()


def reread(signal: Signal) -> None:
    """Have the signal's words for search be those of its evidence."""
    pieces = signal.evidence.order_by("position")
    signal.heard = " ".join(pieces.values_list("quote", flat=True))
    signal.save(update_fields=["heard"])
    withholding.note(signal)
