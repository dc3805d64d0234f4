"""Which signals wait for review, and in which order: the surest first, pleas of residents last.

Pages go by a signal's place in that order and not by counting, so that the 50,000th is reached as
fast as the first (index signal_queue_pleas_last).
"""

from collections.abc import Iterator

from django.db.models import Q

from civstart.accounts.models import User
from signals.models import Desk, Signal, SignalQuerySet
from signals.models.signal_rules import PLEA


def waiting() -> SignalQuerySet:
    """Return the signals that wait, in the order of the queue."""
    rows: SignalQuerySet = (
        Signal.objects.pending()
        .select_related("jurisdiction__region")
        .defer("search", "heard", "summary", "hidden", "redacted")
        .alias(comes_last=PLEA)
        .order_by("comes_last", "-confidence", "pk")
    )
    return rows


def first(rows: SignalQuerySet, most: int) -> list[Signal]:
    return list(rows[:most])


def following(rows: SignalQuerySet, after: Signal, most: int) -> list[Signal]:
    """Return the next rows behind the signal's place, whether or not it waits still. Three
    queries at most.
    """
    found: list[Signal] = []
    for part in _behind(rows, after):
        if len(found) < most:
            found += part[: most - len(found)]
    return found


def _behind(rows: SignalQuerySet, place: Signal) -> Iterator[SignalQuerySet]:
    """Yield what follows in parts, each one range of the index: however many are as sure as the
    place, those before it are not read.
    """
    alike = rows.filter(Q(comes_last=int(place.is_plea)))
    yield alike.filter(confidence=place.confidence, pk__gt=place.pk)
    yield alike.filter(confidence__lt=place.confidence)
    if not place.is_plea:
        yield rows.filter(Q(comes_last=1))


def next_for(person: User, rows: SignalQuerySet, after: Signal | None) -> Signal | None:
    """Return what the person is to look at next: behind the signal, else from the beginning.

    What others hold is left to them.
    """
    held = Desk.objects.holding().exclude(user=person).values("signal")
    free = rows.exclude(pk__in=held)
    if after is None:
        return free.first()
    behind = following(free, after, 1)
    return behind[0] if behind else free.exclude(pk=after.pk).first()
