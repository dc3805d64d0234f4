"""How far two reviewers agree who did not know of each other."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from signals.models import Review, SecondLook

APPROVE = Review.Decision.APPROVE


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two decided on the same signals.

    kappa is Cohen's: 1 if they always agree, 0 if no more than by chance, None where chance alone
    explains everything.
    """

    names: tuple[str, str]
    both_approve: int
    first_only: int
    second_only: int
    both_reject: int

    @property
    def count(self) -> int:
        return self.both_approve + self.first_only + self.second_only + self.both_reject

    @property
    def agreed(self) -> int:
        return self.both_approve + self.both_reject

    @property
    def percent(self) -> float | None:
        return 100 * self.agreed / self.count if self.count else None

    @property
    def kappa(self) -> float | None:
        """Return Cohen's kappa (Cohen, 1960), -1 to 1."""
        if not self.count:
            return None
        n = self.count
        first = (self.both_approve + self.first_only) / n
        second = (self.both_approve + self.second_only) / n
        chance = first * second + (1 - first) * (1 - second)
        return None if chance >= 1 else (self.agreed / n - chance) / (1 - chance)


@dataclass(frozen=True, slots=True)
class Agreements:
    """Over all blind looks, and pair by pair, those with most looks first."""

    overall: Agreement
    pairs: list[Agreement]


def agreements(*, since: date | None = None) -> Agreements:
    """Return the agreement of all pairs of reviewers. One query.

    Checks of automatic approvals are left out: a rule has no opinion to agree with.
    """
    looks = SecondLook.objects.blind().judged()
    if since:
        looks = looks.filter(at__date__gte=since)
    counted = (
        looks.order_by()
        .values_list("first_by__name", "by__name", "first_by", "by", "first_decision", "decision")
        .annotate(count=Count("pk"))
    )
    cells: dict[tuple[tuple[int, str], tuple[int, str]], list[int]] = defaultdict(lambda: [0] * 4)
    whole = [0] * 4
    for first_name, second_name, first, second, one, other, count in counted:
        whole[_cell(one, other)] += count
        left, right = (first, first_name), (second, second_name)
        if left > right:
            left, right, one, other = right, left, other, one
        cells[left, right][_cell(one, other)] += count
    pairs = [Agreement((left[1], right[1]), *counts) for (left, right), counts in cells.items()]
    pairs.sort(key=lambda pair: (-pair.count, pair.names))
    return Agreements(Agreement(("First", "Second"), *whole), pairs)


def _cell(one: str, other: str) -> int:
    """Return the place in both approve, first only, second only, both reject."""
    return 2 * (one != APPROVE) + (other != APPROVE)
