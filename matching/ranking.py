"""Ranking startups for a signal: candidates by meaning and by words, fused, then a visible sum.

Three rankers look at the whole directory: the embedder in use and WordLlama, which see meaning,
and BM25, which sees words. Reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009) chooses
the candidates. Each part of the score is measured in its own right, so that it can be shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from civstart.lib import vectors
from matching import buyers, embedders, embedding, indexes, mirroring, nearness, wording
from matching.contract import Embedder, Neighbour
from matching.eligibility import Demands, Lack
from matching.models import MatchPolicy
from signals.models import Signal
from startups.models import Startup

CANDIDATES = 100
DEEPEST = 100  # startups in an order by meaning
FUSION = 60  # the constant of reciprocal rank fusion
# The most points for shared words go to who shares most, if it is at least this share of a need's
# words: what one profile in a thousand reaches.
WORDS_MOST = 0.07


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

    @property
    def score(self) -> float:
        return round(sum(part.points for part in self.parts), 1)


@dataclass(frozen=True, slots=True)
class Ranked:
    """What a directory answers: the eligible, the best first; those that lack something; the
    rankers' own orders; and of how many startups they are.
    """

    scored: list[Scored] = field(default_factory=list)
    barred: list[Scored] = field(default_factory=list)
    orders: tuple[list[int], ...] = ()
    directory: int = 0


def prepare(embedder: Embedder) -> None:
    """Bring words and vectors up to date. Raise EmbedderUnavailable; what is stored stays."""
    wording.refresh()
    second = embedders.of(vectors.WORDLLAMA.model)
    embedding.refresh_startups(second)
    if embedder.model != second.model:
        embedding.refresh_startups(embedder)


def rank(signal: Signal, policy: MatchPolicy, embedder: Embedder) -> Ranked:
    """Return the candidates scored. Needs the signal's jurisdiction__region, and prepare()."""
    among = list(
        Startup.objects.active()
        .filter(profile_words__length__gt=0)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    second = embedders.of(vectors.WORDLLAMA.model)
    meaning = embedding.vector_of(signal, embedder)
    likeness = embedding.vector_of(signal, second)
    words = wording.scores(wording.asked_by(embedding.words_of(signal)), among)
    most = max([WORDS_MOST, *words.values()])
    second_index = indexes.PgvectorIndex()
    alone = embedder.model == second.model  # there is no second opinion then
    orders = (
        _in_order(mirroring.nearest(meaning, embedder.model, most=DEEPEST)),
        # The second opinion is small, and always searched where it is stored.
        [] if alone else _in_order(second_index.nearest(likeness, second.model, most=DEEPEST)),
        _best_first(words),
    )
    chosen = fused(orders)[:CANDIDATES]
    cosines = (
        nearness.cosines(meaning, embedder.model, chosen),
        nearness.cosines(likeness, second.model, chosen),
    )
    startups = Startup.objects.filter(pk__in=chosen).defer("search").with_profile()
    demands = Demands(signal, among=chosen)
    found = [
        Scored(
            one,
            _parts(
                one,
                signal,
                policy,
                (cosines[0].get(one.pk), cosines[1].get(one.pk)),
                words.get(one.pk, 0.0) / most,
                embedder.model,
            ),
            tuple(demands.missing(one)),
        )
        for one in startups
    ]
    found.sort(key=lambda one: (-one.score, one.startup.slug))
    return Ranked(
        [one for one in found if not one.missing],
        [one for one in found if one.missing],
        orders,
        len(among),
    )


def _in_order(neighbours: Sequence[Neighbour]) -> list[int]:
    return [one.startup_id for one in neighbours]


def fused(orders: Sequence[Sequence[int]]) -> list[int]:
    """Return what the orders name, by the sum of the reciprocals of their ranks."""
    worth: dict[int, float] = {}
    for order in orders:
        for rank_, pk in enumerate(order):
            worth[pk] = worth.get(pk, 0.0) + 1 / (FUSION + rank_ + 1)
    return _best_first(worth)


def _best_first(worth: dict[int, float]) -> list[int]:
    return sorted(worth, key=lambda pk: (-worth[pk], pk))


def _parts(
    startup: Startup,
    signal: Signal,
    policy: MatchPolicy,
    cosines: tuple[float | None, float | None],
    words: float,
    model: str,
) -> tuple[Part, ...]:
    meaning, likeness = cosines
    shares = {
        "Meaning": 0.0 if meaning is None else vectors.SPACES[model].share(meaning),
        "Wording": 0.0 if likeness is None else vectors.WORDLLAMA.share(likeness),
        "Shared words": words,
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
    regions = {region.pk for region in startup.service_regions.all()}
    return 1.0 if signal.jurisdiction.region_id in regions else 2 / 3


def proof_share(startup: Startup, signal: Signal) -> float:
    """A case in the same state counts whole, any case two thirds, none nothing."""
    studies = list(startup.case_studies.all())
    if not studies:
        return 0.0
    return 1.0 if any(s.region_id == signal.jurisdiction.region_id for s in studies) else 2 / 3
