"""By which day signals have to be answered: pages, order, filter and calendar all ask here."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Case, F, Func, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from signals.models import DUE, Signal, SignalQuerySet

# A day by which, or one day on which, something happens: not a season or a fiscal year.
HAS_DEADLINE = Q(due_by__isnull=False) & (Q(due_is_deadline=True) | Q(due_from=F("due_by")))


def deadline(signal: Signal) -> date | None:
    """Return the day by which, or on which, it is due; None where only a time is named."""
    is_day = signal.due_is_deadline or signal.due_from == signal.due_by
    return signal.due_by if is_day else None


def to_come(rows: SignalQuerySet) -> SignalQuerySet:
    """Return those that are due from today on, the soonest first."""
    due = rows.filter(HAS_DEADLINE, due_by__gte=timezone.now().date())
    return due.order_by("due_by", "pk")


def parted(rows: SignalQuerySet, *, today: date) -> tuple[SignalQuerySet, SignalQuerySet]:
    """Return those that are due from today on, the soonest first, and the others as they were."""
    is_to_come = HAS_DEADLINE & Q(due_by__gte=today)
    # What has a deadline is due by it; said so that the index of what is due is read in order.
    due = rows.alias(day=DUE).filter(is_to_come, day__gte=today)
    return due.order_by("day", "-decided_at", "-pk"), rows.exclude(is_to_come)


def within(days: int, *, today: date) -> Q:
    """Return what a signal fulfils that is due from today until so many days from now."""
    return HAS_DEADLINE & Q(due_by__range=(today, today + timedelta(days=days)))


def soonest_first(rows: QuerySet[Signal], *, today: date) -> list[object]:
    """Return what to order the rows by, so that the next deadline comes first and none last."""
    is_to_come = HAS_DEADLINE & Q(due_by__gte=today)
    return [Case(When(is_to_come, then="due_by")).asc(nulls_last=True)]


def in_order(ids: Sequence[int]) -> list[object]:
    """Return what to order by, so that these come first, in this order."""
    if not ids:
        return []
    listed: ArrayField[list[int], list[int]] = ArrayField(BigIntegerField())
    place = Func(
        Value(list(ids), output_field=listed),
        F("pk"),
        function="array_position",
        output_field=IntegerField(),
    )
    # Only those listed are looked for in the list: the others would be compared with all of it.
    return [Case(When(pk__in=list(ids), then=place)).asc(nulls_last=True)]


def dated(signals: Iterable[Signal]) -> list[tuple[date, Signal]]:
    """Return those that have a deadline, the soonest first."""
    found = [(day, one) for one in signals if (day := deadline(one))]
    return sorted(found, key=lambda pair: (pair[0], pair[1].pk))
