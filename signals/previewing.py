"""What a search would have told of, before anybody saves it."""

from dataclasses import dataclass

from django.utils import timezone

from signals import facets
from signals.browsing import Browsed
from signals.models import Signal


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
            found.append((11 * place, 36 - height, height, place >= len(self.weeks) - 4))
        return found


def preview(asked: Browsed, *, shown: int = 0) -> Preview:
    """Return what the question would have told of. Of the counts; two queries for signals shown."""
    counts = asked.counts
    return Preview(counts.recent, counts.weeks, _newest(asked, shown) if shown else [])


def _newest(asked: Browsed, shown: int) -> list[Signal]:
    recent = asked.filter.qs.filter(decided_at__gt=timezone.now() - facets.RECENT)
    return list(recent.order_by("-decided_at").for_lists()[:shown])
