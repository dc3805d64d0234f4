"""Ranking startups for a signal: candidates by meaning and by words, then a visible sum.

Each part of the score is measured in its own right, so that it can be shown.
"""

from dataclasses import dataclass, field

from civstart.lib import vectors
from matching import buyers, candidates, embedders, embedding, freshness, totals, wording
from matching.candidates import Likeness
from matching.contract import Embedder
from matching.eligibility import Demands, Lack
from matching.models import MatchPolicy
from signals.models import Signal
from startups.models import Startup


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score: what it is called, its points and the most it could give."""

    name: str
    points: float
    most: float


@dataclass(frozen=True, slots=True)
class Scored:
    """A startup with its score, the sum of its parts (0 to 100), and what it lacks, if anything."""

    startup: Startup
    parts: tuple[Part, ...]
    missing: tuple[Lack, ...] = ()
    score: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "score", round(sum(part.points for part in self.parts), 1))


@dataclass(frozen=True, slots=True)
class Ranked:
    """What a directory answers: the eligible, the best first; those that lack something; the
    rankers' own orders; and of how many startups they are.
    """

    scored: list[Scored] = field(default_factory=list)
    barred: list[Scored] = field(default_factory=list)
    orders: tuple[list[int], ...] = ()
    directory: int = 0


def prepare(embedder: Embedder, *, thoroughly: bool = False) -> None:
    """Bring words and vectors up to date. Raise EmbedderUnavailable; what is stored stays.

    thoroughly: compare all of them, not only those of profiles that changed lately.
    """
    second = embedders.of(vectors.WORDLLAMA.model)
    kinds = {wording.WORDS, second.model, embedder.model}
    if not thoroughly and freshness.nothing_changed(sorted(kinds)):
        return
    wording.refresh(thoroughly=thoroughly)
    embedding.refresh_startups(second, thoroughly=thoroughly)
    if embedder.model != second.model:
        embedding.refresh_startups(embedder, thoroughly=thoroughly)


def rank(signal: Signal, policy: MatchPolicy, embedder: Embedder) -> Ranked:
    """Return the candidates scored. Needs the signal's jurisdiction__region, and prepare()."""
    found = candidates.of(signal, embedder)
    startups = Startup.objects.filter(pk__in=found.ids).defer("search").with_contents()
    demands = Demands(signal, among=found.ids)
    scored = [
        Scored(
            one,
            _parts(one, signal, policy, found.likeness(one.pk), embedder.model),
            tuple(demands.missing(one)),
        )
        for one in startups
    ]
    scored.sort(key=lambda one: (-one.score, one.startup.slug))
    return Ranked(
        [one for one in scored if not one.missing],
        [one for one in scored if one.missing],
        found.orders,
        totals.directory(),
    )


def _parts(
    startup: Startup,
    signal: Signal,
    policy: MatchPolicy,
    like: Likeness,
    model: str,
) -> tuple[Part, ...]:
    shares = {
        "Meaning": 0.0 if like.meaning is None else vectors.SPACES[model].share(like.meaning),
        "Wording": 0.0 if like.wording is None else vectors.WORDLLAMA.share(like.wording),
        "Shared words": like.words,
        "Government buyers": buyers.share(startup),
        "Place": place_share(startup, signal),
        "Proof": proof_share(startup, signal),
    }
    return tuple(
        Part(name, round(share * policy.weights[name], 1), policy.weights[name])
        for name, share in shares.items()
        if name in policy.weights
    )


def place_share(startup: Startup, signal: Signal) -> float:
    """Serving this state by name counts whole, serving all of them two thirds."""
    return 1.0 if signal.jurisdiction.region_id in startup.contents.regions else 2 / 3


def proof_share(startup: Startup, signal: Signal) -> float:
    """A case in the same state counts whole, any case two thirds, none nothing."""
    cases = startup.contents.cases
    if not cases:
        return 0.0
    return 1.0 if any(one.region_id == signal.jurisdiction.region_id for one in cases) else 2 / 3
