"""Who of those that clear the bar is told: a few popular startups do not take every introduction.

Nobody below the bar is ever told in their place, and no place is filled for its own sake.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from django.db.models import Count
from django.utils import timezone

from matching.models import Match, MatchPolicy
from matching.ranking import Scored
from signals.models import Signal

LARGE = 1_000_000  # people; what does not say how many it has goes after those that do


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A startup that clears the bar and is not told, and why, as a sentence."""

    scored: Scored
    why: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who is told, the best first, and who is not though they would be by score alone."""

    told: Sequence[Scored] = ()
    passed_over: Sequence[PassedOver] = ()


@dataclass(frozen=True, slots=True)
class Exposure:
    """How many signals each startup was told of lately, by its key, and who knows of this one."""

    counts: Mapping[int, int]
    knowing: Collection[int] = ()

    def of(self, one: Scored) -> int:
        return self.counts.get(one.startup.pk, 0)

    def knows(self, one: Scored) -> bool:
        return one.startup.pk in self.knowing


def exposure(
    signal: Signal,
    scored: Sequence[Scored],
    policy: MatchPolicy,
    *,
    at: datetime | None = None,
) -> Exposure:
    """Return how often those that clear the bar were told in the days before, this signal apart.

    at: as it was then, when nobody knew of this one; else now. Two queries, none if the policy asks
    for no fairness.
    """
    among = [one.startup.pk for one in scored if one.score >= policy.bar]
    if not among or (policy.most_told is None and not policy.tie_points):
        return Exposure({})
    until = at or timezone.now()
    rows = Match.objects.exclude(status=Match.Status.WITHDRAWN).filter(startup__in=among)
    counts = rows.exclude(signal=signal).filter(
        created_at__gt=until - timedelta(days=policy.told_days), created_at__lte=until
    )
    told = dict(counts.order_by().values_list("startup").annotate(count=Count("pk")))
    knowing = [] if at else list(rows.filter(signal=signal).values_list("startup", flat=True))
    return Exposure(told, knowing)


def choose(able: Sequence[Scored], policy: MatchPolicy, known: Exposure) -> Chosen:
    """Choose who of the able, the best first, is told.

    Who was told of as many signals as the policy's cap waits while others are able. Within a tie
    those told of fewer go first, then the smaller. Who knows of the signal already keeps its place.
    """
    capped = [one for one in able if _is_capped(one, policy, known)]
    if len(capped) == len(able):
        capped = []
    free = [one for one in able if one not in capped]
    first = _fewest_told_first(free, policy.most_suggestions, policy.tie_points, known)
    told = sorted(first, key=_by_score)
    by_score_alone = sorted(able, key=_by_score)[: policy.most_suggestions]
    passed_over = [
        PassedOver(
            one, _capped_why(one, policy, known) if one in capped else _tied_why(one, policy)
        )
        for one in by_score_alone
        if one not in told
    ]
    return Chosen(told, passed_over)


def _is_capped(one: Scored, policy: MatchPolicy, known: Exposure) -> bool:
    if policy.most_told is None or known.knows(one):
        return False
    return known.of(one) >= policy.most_told


def _by_score(one: Scored) -> tuple[float, str]:
    return -one.score, one.startup.slug


def _fewest_told_first(
    able: Sequence[Scored], most: int, within: float, known: Exposure
) -> list[Scored]:
    """Return so many of them, the best first, but each time of those so near the best left, who was
    told least.
    """
    left = sorted(able, key=_by_score)
    ordered: list[Scored] = []
    while left and len(ordered) < most:
        tied = list(takewhile(lambda one: one.score >= left[0].score - within, left))
        first = min(tied, key=lambda one: _turn(one, known)) if within else left[0]
        left.remove(first)
        ordered.append(first)
    return ordered


def _turn(one: Scored, known: Exposure) -> tuple[bool, int, int, tuple[float, str]]:
    size = one.startup.team_size
    return (
        not known.knows(one),
        known.of(one),
        LARGE if size is None else size,
        _by_score(one),
    )


def _capped_why(one: Scored, policy: MatchPolicy, known: Exposure) -> str:
    count, days = known.of(one), policy.told_days
    return (
        f"{one.startup.name} was left out: it was told of {count} signal{'s' * (count != 1)} in "
        f"{days} day{'s' * (days != 1)}, and others clear the bar."
    )


def _tied_why(one: Scored, policy: MatchPolicy) -> str:
    points = policy.tie_points
    return (
        f"{one.startup.name} was left out: others within {points:g} point{'s' * (points != 1)} of "
        "it were told of fewer signals, or are smaller."
    )
