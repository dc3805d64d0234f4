"""Knowing cheaply that nothing is stale: only what changed lately is looked at.

Words and vectors carry how new their profile was. To compare a hundred thousand takes a tenth of
a second and more, too long before each answer: so each kind remembers a time before which all is
known to be fresh. The clock compares everything anew (matching.tasks.catch_up).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from matching.models import Freshness
from startups.models import StartupQuerySet

# A change is stamped when it is written and seen when it is committed: all are seen that were
# stamped before the oldest transaction that writes. The clocks of machines may differ by so much.
SLACK = timedelta(minutes=1)
EVERY = timedelta(minutes=1)  # to move the time on with each answer would be waste
LONGEST_CHANGE = timedelta(hours=1)  # where the database does not say who writes
# Of other roles a plain role is told that they write, not since when, nor what kind they are.
OLDEST_WRITER = """
    SELECT bool_or(xact_start IS NULL), min(xact_start)
    FROM pg_stat_activity
    WHERE datname = current_database() AND backend_xid IS NOT NULL
        AND coalesce(backend_type, 'client backend') = 'client backend'
        AND pid <> pg_backend_pid()
"""
# Of several kinds at once, and cheaply: whether all are known, lately enough, and nothing has
# changed that any of them may not have seen.
NOTHING_CHANGED = """
    SELECT count(*) = cardinality(%s::text[]) AND min(until) > %s AND NOT EXISTS (
        SELECT FROM startups_startup
        WHERE updated_at >= (SELECT min(until) FROM matching_freshness WHERE of = ANY(%s))
    )
    FROM matching_freshness WHERE of = ANY(%s)
"""


def nothing_changed(kinds: Sequence[str]) -> bool:
    """Whether no startup was changed since all of these were looked at. One query."""
    of, least = list(kinds), timezone.now() - SLACK - EVERY
    with connection.cursor() as cursor:
        cursor.execute(NOTHING_CHANGED, [of, least, of, of])
        return bool(cursor.fetchone()[0])


@dataclass(frozen=True, slots=True)
class Look:
    """A look for what is stale of one kind. since: all that changed before is known to be fresh;
    until: so is all that changed before, once this look is done; None if that is not worth noting.
    """

    of: str
    since: datetime | None
    until: datetime | None

    def late(self, startups: StartupQuerySet, *, thoroughly: bool = False) -> StartupQuerySet:
        """Return those of the startups that may have changed since all was known to be fresh."""
        if thoroughly or self.since is None:
            return startups
        return startups.filter(updated_at__gte=self.since)

    def done(self) -> None:
        """Note that nothing is stale that this look could see."""
        if self.until and (self.since is None or self.until > self.since):
            Freshness.objects.bulk_create(
                [Freshness(of=self.of, until=self.until)],
                update_conflicts=True,
                unique_fields=["of"],
                update_fields=["until"],
            )


def look(of: str) -> Look:
    """Begin to look for what is stale. Who writes is asked before, so that nobody is missed."""
    since = Freshness.objects.filter(of=of).values_list("until", flat=True).first()
    now = timezone.now()
    is_due = since is None or now - SLACK - since > EVERY
    return Look(of, since, _seen_by(now) if is_due else None)


def _seen_by(now: datetime) -> datetime:
    """Return before when every change must have been stamped that is not hidden any more."""
    with connection.cursor() as cursor:
        cursor.execute(OLDEST_WRITER)
        somebody_is_hidden, oldest = cursor.fetchone()
    if somebody_is_hidden:
        return now - LONGEST_CHANGE
    return min(now, oldest or now) - SLACK
