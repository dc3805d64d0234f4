"""What the head of every staff page shows of the review queue."""

from signals.models import Signal


def waiting_count() -> int:
    return Signal.objects.pending().count()
