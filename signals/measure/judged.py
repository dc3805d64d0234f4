"""Which decisions tell how good an extractor is: the last of each signal, made by a person."""

from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from civstart.accounts.models import User
from signals.models import Merger, SecondLook, Signal
from signals.standin import EMAIL


def by_people(*, first: date | None = None, last: date | None = None) -> QuerySet[Signal]:
    """Return the signals that people decided in those days, both included, None for no end.

    A signal has the decision it has now: what was reopened and waits counts for nothing, what was
    decided anew counts once, what was merged into another not at all. Automatic approvals count
    only once a person has confirmed them.
    """
    machine = User.objects.filter(email=EMAIL).values("pk")
    confirmed = SecondLook.objects.filter(
        signal=OuterRef("pk"),
        purpose=SecondLook.Purpose.AUTOMATIC,
        status__in=(SecondLook.Status.AGREED, SecondLook.Status.SETTLED),
    )
    rows = Signal.objects.order_by().filter(
        ~Q(decided_by__in=machine) | Exists(confirmed),
        ~Exists(Merger.objects.filter(signal=OuterRef("pk"))),
        status__in=(Signal.Status.APPROVED, Signal.Status.REJECTED),
    )
    if first:
        rows = rows.filter(decided_at__gte=_midnight(first))
    if last:
        rows = rows.filter(decided_at__lt=_midnight(last + timedelta(days=1)))
    return rows


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
