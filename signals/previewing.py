"""What a search would have told of, before anybody saves it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Func, IntegerField
from django.utils import timezone

from signals import facets
from signals.browsing import Browsed
from signals.models import Signal

WEEKS = 12


@dataclass(frozen=True, slots=True)
class Preview:
    """What a search would have told of: in 30 days, and in each of 12 weeks, the oldest first."""

    count: int
    weeks: list[int]
    signals: list[Signal]

    @property
    def more(self) -> int:
        """How many there are beside those shown."""
        return self.count - len(self.signals)

    @property
    def tallest(self) -> int:
        return max(self.weeks) or 1

    @property
    def bars(self) -> list[tuple[int, int, int, bool]]:
        """Left edge, top, height, and whether it is of the last 30 days, in a box of 132 by 36."""
        found = []
        for place, count in enumerate(self.weeks):
            height = max(1, round(34 * count / self.tallest))
            found.append((11 * place, 36 - height, height, place >= WEEKS - 4))
        return found


def preview(asked: Browsed, *, shown: int = 0) -> Preview:
    """Return what the question would have told of. One query beside those of its counts, three
    with signals to show.
    """
    now = timezone.now()
    rows = asked.filter.qs.filter(decided_at__gt=now - timedelta(weeks=WEEKS))
    weeks = [0] * WEEKS
    for week, count in rows.order_by().values_list(_week(now)).annotate(count=Count("*")):
        weeks[min(week, WEEKS) - 1] += count
    recent = rows.filter(decided_at__gt=now - facets.RECENT).order_by("-decided_at")
    signals = list(recent.for_lists()[:shown]) if shown else []
    return Preview(asked.counts.recent, weeks, signals)


def _week(now: datetime) -> Func:
    """Return which of the weeks a signal was approved in, from 1, as an expression."""
    last = int(now.timestamp()) + 1
    first = last - int(timedelta(weeks=WEEKS).total_seconds())
    return Func(
        F("decided_at"),
        template="width_bucket(extract(epoch from %(expressions)s)::float8,"
        f" {first}, {last}, {WEEKS})",
        output_field=IntegerField(),
    )
