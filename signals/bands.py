"""The ranges by which amounts and days are counted and chosen while browsing."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Case, F, Func, IntegerField, Q, Value, When

# Where an amount's range begins, in dollars, with its name in addresses and on pages.
AMOUNTS: tuple[tuple[str, str, int], ...] = (
    ("to-50k", "Under $50,000", 0),
    ("50k-250k", "$50,000 to $250,000", 50_000),
    ("250k-1m", "$250,000 to $1 million", 250_000),
    ("from-1m", "$1 million or more", 1_000_000),
)
NO_AMOUNT = "none"
AMOUNT_CHOICES = (*((name, label) for name, label, _ in AMOUNTS), (NO_AMOUNT, "None named"))
SAID_CHOICES = (
    ("7", "Last 7 days"),
    ("30", "Last 30 days"),
    ("90", "Last 90 days"),
    ("365", "Last 12 months"),
)
WEEKS = 12
DUE_CHOICES = (("30", "Next 30 days"), ("90", "Next 90 days"), ("365", "Next 12 months"))


def amount(name: str) -> Q:
    """Return what an amount of that range fulfils. Raise KeyError if no range is called so."""
    if name == NO_AMOUNT:
        return Q(amount=None)
    place = [known for known, _, _ in AMOUNTS].index(name)
    within = Q(amount__gte=Decimal(AMOUNTS[place][2]))
    if place + 1 < len(AMOUNTS):
        within &= Q(amount__lt=Decimal(AMOUNTS[place + 1][2]))
    return within


def amount_band() -> Case:
    """Return the place of a signal's amount among AMOUNT_CHOICES, as an expression."""
    return Case(
        *(When(amount(name), Value(place)) for place, (name, _) in enumerate(AMOUNT_CHOICES)),
        output_field=IntegerField(),
    )


def said_since(days: str, *, today: date) -> Q:
    return Q(meeting__held_on__gte=today - timedelta(days=int(days)))


def said_band(*, today: date) -> Case:
    """Return the first of SAID_CHOICES the signal's meeting falls in; their number if in none."""
    return Case(
        *(
            When(said_since(days, today=today), Value(place))
            for place, (days, _) in enumerate(SAID_CHOICES)
        ),
        default=Value(len(SAID_CHOICES)),
        output_field=IntegerField(),
    )


def week(*, now: datetime) -> Func:
    """Return in which of the last weeks a signal was approved, from 1, the oldest."""
    last = int(now.timestamp()) + 1
    first = last - int(timedelta(weeks=WEEKS).total_seconds())
    return Func(
        F("decided_at"),
        template=f"width_bucket(date_part('epoch', %(expressions)s), {first}, {last}, {WEEKS})",
        output_field=IntegerField(),
    )
