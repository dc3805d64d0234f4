"""Knowing cheaply that nothing is stale: only what changed lately is looked at.

Words and vectors carry how new their profile was. To compare a hundred thousand takes a tenth of
a second, too long before each answer: so each kind remembers a time before which all is known to
be fresh. The clock compares everything anew (matching.tasks.catch_up).
"""

from datetime import datetime, timedelta

from matching.models import Freshness
from startups.models import StartupQuerySet

# A change is stamped when it is written and seen when it is committed, which may be later.
LONGEST_CHANGE = timedelta(hours=1)


def known(of: str) -> datetime | None:
    """Return before when all is known to be fresh; None if that is not known."""
    return Freshness.objects.filter(of=of).values_list("until", flat=True).first()


def lately_changed(startups: StartupQuerySet, since: datetime | None) -> StartupQuerySet:
    """Return those of the startups that may have changed since all was known to be fresh."""
    return startups.filter(updated_at__gte=since) if since else startups


def note(of: str, since: datetime | None, began: datetime) -> None:
    """Note that nothing is stale of what changed before a look that began then."""
    until = began - LONGEST_CHANGE
    if since is None or until - since > LONGEST_CHANGE / 4:  # a write each time would be waste
        Freshness.objects.bulk_create(
            [Freshness(of=of, until=until)],
            update_conflicts=True,
            unique_fields=["of"],
            update_fields=["until"],
        )
