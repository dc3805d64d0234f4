"""Changing what a startup is not told of: what a change would hide is shown before it is saved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from civstart.accounts.models import User
from civstart.events import outbox
from civstart.lib.errors import CivStartError
from matching import excluding
from matching.excluding import Limits
from matching.models import Exclusions, Feedback, Match
from matching.models.feedback import LONGEST_WORD
from signals.models import Signal
from signals.words import Category
from startups import membership
from startups.models import Startup

MOST_WORDS = 30
MOST_CUSTOMERS = 500
MONTH = timedelta(days=30)
SHOWN = 10
ON_LIST = Q(status=Match.Status.SUGGESTED)


class NotLimited(CivStartError):
    """A startup cannot be kept from being told of that. field names what is wrong."""

    def __init__(self, said: str, *, field: str = "") -> None:
        super().__init__(said)
        self.field = field


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would hide of what came before, and what it would show again."""

    matches: list[Match]
    match_count: int
    kept_count: int  # of these, those on the startup's list still
    of_matches: int
    signals: list[Signal]
    signal_count: int
    of_signals: int
    back_count: int


def preview(startup: Startup, limits: Limits, *, shown: int = SHOWN) -> Preview:
    """Return which of the startup's matches the change would have kept away, and which signals
    approved in the last 30 days; beyond what is kept away now. At most eight queries.
    """
    now = Limits.of(excluding.stored(startup))
    newly, again = limits.hits() & ~now.hits(), now.hits() & ~limits.hits()
    month = Signal.objects.approved().filter(decided_at__gt=timezone.now() - MONTH)
    counts = month.aggregate(
        all=Count("pk"), newly=Count("pk", filter=newly), again=Count("pk", filter=again)
    )
    own = Match.objects.visible().filter(startup=startup)
    vanished = own.filter(signal__in=Signal.objects.approved().filter(newly))
    gone = vanished.aggregate(all=Count("pk"), kept=Count("pk", filter=ON_LIST))
    return Preview(
        list(vanished.for_lists().order_by("-created_at")[:shown]),
        gone["all"],
        gone["kept"],
        own.count(),
        list(month.filter(newly).for_lists().order_by("-decided_at")[:shown]),
        counts["newly"],
        counts["all"],
        counts["again"],
    )


# --- Saving ------------------------------------------------------------------------------------


@transaction.atomic
def save(
    startup: Startup,
    limits: Limits,
    *,
    by: User,
    seen: datetime | None,
    because: Feedback | None = None,
) -> Exclusions:
    """Keep the startup from being told of that from now on; what it was told stays.

    seen: when what the person looked at was last changed. Raise NotLimited if that is not so any
    more, or the limits cannot be.
    """
    limits = checked(startup, limits)
    Startup.objects.select_for_update(no_key=True).get(pk=startup.pk)  # one change at a time
    row = Exclusions.objects.filter(startup=startup).select_related("changed_by").first()
    if row is not None and row.changed_at != seen:
        raise NotLimited(
            f"{row.changed_by} changed this at {row.changed_at:%H:%M} UTC, after you opened it. "
            "Look at what it says now, then change it."
        )
    row = row or Exclusions(startup=startup)
    row.categories, row.words = list(limits.categories), list(limits.words)
    row.smallest, row.largest = limits.smallest, limits.largest
    row.changed_by, row.changed_at = by, timezone.now()
    row.save()
    row.regions.set(limits.regions)
    row.customers.set(limits.customers)
    if because:
        Feedback.objects.filter(pk=because.pk).update(led_to_change=True)
    outbox.record(
        "exclusions.changed",
        subject=row,
        by=by,
        data={"startup": startup.slug},
        audience=[membership.group(startup.public_id)],
    )
    return row


def checked(startup: Startup, limits: Limits) -> Limits:
    """Return the limits with their words tidied. Raise NotLimited for what cannot be."""
    words = tuple(dict.fromkeys(" ".join(word.split()) for word in limits.words if word.strip()))
    _check_words(words)
    _check_amounts(limits.smallest, limits.largest)
    if set(limits.categories) - set(Category.values):
        unknown = sorted(set(limits.categories) - set(Category.values))[0]
        raise NotLimited(f"There is no category {unknown!r}.", field="categories")
    if len(set(limits.categories)) == len(Category):
        raise NotLimited(
            "That is every category, so you would be told of nothing. Leave one in.",
            field="categories",
        )
    _check_places(startup, limits)
    return Limits(
        limits.regions,
        limits.customers,
        tuple(dict.fromkeys(limits.categories)),
        words,
        limits.smallest,
        limits.largest,
    )


def _check_words(words: tuple[str, ...]) -> None:
    if len(words) > MOST_WORDS:
        said = f"{len(words)} words are too many; {MOST_WORDS} is the most."
        raise NotLimited(said, field="words")
    for word in words:
        if len(word) > LONGEST_WORD:
            raise NotLimited(
                f"“{word[:30]}…” is {len(word)} characters long; {LONGEST_WORD} is the most.",
                field="words",
            )
        if "\x00" in word:
            raise NotLimited("A word has a sign in it that no text has.", field="words")
    if empty := excluding.words_of_nothing(words):
        raise NotLimited(
            f"“{empty[0]}” stands in nearly every text, so it cannot be looked for. Choose a word "
            "that says something.",
            field="words",
        )


def _check_amounts(smallest: Decimal | None, largest: Decimal | None) -> None:
    if smallest is not None and smallest < 0:
        raise NotLimited("An amount is not below 0.", field="smallest")
    if largest is not None and largest <= 0:
        raise NotLimited("The largest amount is above 0.", field="largest")
    if smallest is not None and largest is not None and smallest > largest:
        raise NotLimited(
            f"The smallest amount, ${smallest:,.0f}, is above the largest, ${largest:,.0f}. "
            "Turn them around.",
            field="smallest",
        )


def _check_places(startup: Startup, limits: Limits) -> None:
    if len(limits.customers) > MOST_CUSTOMERS:
        raise NotLimited(
            f"{len(limits.customers)} customers are too many; {MOST_CUSTOMERS} is the most.",
            field="customers",
        )
    served = {one.pk for one in startup.service_regions.all()}
    if served and served <= {one.pk for one in limits.regions}:
        raise NotLimited(
            "That is every state you serve, so you would be told of nothing. Leave one in, or ask "
            "your program manager to change the states of your profile.",
            field="regions",
        )


# --- Told in words ----------------------------------------------------------------------------


def described(limits: Limits) -> Iterable[str]:
    """Return what is kept away, line by line."""
    if limits.regions:
        yield "States: " + ", ".join(one.name for one in limits.regions)
    if limits.customers:
        yield "Customers: " + ", ".join(str(one) for one in limits.customers)
    if limits.categories:
        yield "Categories: " + ", ".join(Category(one).label for one in limits.categories)
    if limits.words:
        yield "Words: " + ", ".join(f"“{word}”" for word in limits.words)
    if limits.smallest is not None:
        yield f"Amounts below ${limits.smallest:,.0f}"
    if limits.largest is not None:
        yield f"Amounts above ${limits.largest:,.0f}"
