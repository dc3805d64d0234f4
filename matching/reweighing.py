"""The same ranking under another policy, without asking embedders or indexes again."""

from matching import ranking
from matching.contract import Embedder
from matching.models import MatchPolicy
from matching.parts import PARTS
from matching.ranking import Part, Ranked, Scored
from signals.models import Signal

FINE = 1_000_000  # points a part: so many that what a share is rounded to does not matter


def measured(signal: Signal, embedder: Embedder) -> Ranked:
    """Rank by shares that any policy can weigh. Costs what a ranking costs."""
    return ranking.rank(signal, MatchPolicy(weights=dict.fromkeys(PARTS, FINE)), embedder)


def under(found: Ranked, policy: MatchPolicy) -> Ranked:
    """Return what ranking by the policy would have returned."""
    return Ranked(
        _best_first(found.scored, policy),
        _best_first(found.barred, policy),
        found.orders,
        found.directory,
    )


def _best_first(scored: list[Scored], policy: MatchPolicy) -> list[Scored]:
    made = [Scored(one.startup, _parts(one, policy), one.missing) for one in scored]
    return sorted(made, key=lambda one: (-one.score, one.startup.slug))


def _parts(one: Scored, policy: MatchPolicy) -> tuple[Part, ...]:
    weights = policy.weights
    return tuple(
        Part(
            part.name,
            round(part.points / FINE * weights[part.name], 1),
            weights[part.name],
        )
        for part in one.parts
        if part.name in weights
    )
