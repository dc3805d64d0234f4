"""Which startups are looked at for a signal: the first of three rankers, fused.

The embedder in use and WordLlama see meaning, BM25 sees words. Reciprocal rank fusion (Cormack,
Clarke and Büttcher, 2009) chooses among the first of each. Where many of those do not serve the
signal's state, the rankers are asked again for such as do: those out of place shall not crowd out
the eligible, and stay to be told of as near misses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from civstart.lib import vectors
from matching import embedders, embedding, indexes, mirroring, nearness, wording
from matching.contract import Embedder, Neighbour, type_of_vectors
from matching.wording import Asked
from signals.models import Signal

MOST = 100
DEEPEST = 100  # startups in an order
IN_PLACE = 50  # of the candidates shall serve the signal's state, if there are so many
FUSION = 60  # the constant of reciprocal rank fusion
# The most points for shared words go to who shares most, if it is at least this share of a need's
# words: what one profile in a thousand reaches.
WORDS_MOST = 0.07

Orders = tuple[list[int], list[int], list[int]]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How near a startup is to the signal: two cosines, None without a vector, and its share of
    the words that the one who shares most has.
    """

    meaning: float | None
    wording: float | None
    words: float


@dataclass(frozen=True)
class Candidates:
    """The startups to score, the rankers' orders they come from, and how near they are."""

    ids: list[int]
    orders: Orders
    meaning: dict[int, float]
    wording: dict[int, float]
    words: dict[int, float]

    @cached_property
    def most_words(self) -> float:
        """The share of words that gives the most points."""
        return max([WORDS_MOST, *self.words.values()])

    def likeness(self, startup: int) -> Likeness:
        return Likeness(
            self.meaning.get(startup),
            self.wording.get(startup),
            self.words.get(startup, 0.0) / self.most_words,
        )


@dataclass(frozen=True)
class Rankers:
    """The three rankers, asked with one signal."""

    embedder: Embedder
    second: Embedder
    meaning: type_of_vectors
    likeness: type_of_vectors
    asked: Asked

    @classmethod
    def of(cls, signal: Signal, embedder: Embedder) -> "Rankers":
        second = embedders.of(vectors.WORDLLAMA.model)
        meaning = embedding.vector_of(signal, embedder)
        alone = embedder.model == second.model
        return cls(
            embedder,
            second,
            meaning,
            meaning if alone else embedding.vector_of(signal, second),
            wording.asked_by(embedding.words_of(signal)),
        )

    @property
    def alone(self) -> bool:
        """Whether the embedder in use is the second opinion too, which is none then."""
        return self.embedder.model == self.second.model

    def orders(self, region: str, words: dict[int, float]) -> Orders:
        """Return the first of each ranker; words are the shares of those it may name."""
        near = mirroring.nearest(self.meaning, self.embedder.model, most=DEEPEST, region=region)
        # The second opinion is small, and always searched where it is stored.
        beside = indexes.beside()
        alike = (
            []
            if self.alone
            else beside.nearest(self.likeness, self.second.model, most=DEEPEST, region=region)
        )
        return _in_order(near), _in_order(alike), _best_first(words)[:DEEPEST]


def of(signal: Signal, embedder: Embedder) -> Candidates:
    """Return whom to score. Needs the signal's jurisdiction__region."""
    rankers = Rankers.of(signal, embedder)
    found = wording.nearest(rankers.asked)
    words = wording.scores(rankers.asked, found)
    orders = rankers.orders("", words)
    ids = _with_those_in_place(signal, rankers, orders, words)
    if unscored := [pk for pk in ids if pk not in words]:
        words = words | wording.scores(rankers.asked, unscored)
    near = nearness.cosines(rankers.meaning, embedder.model, ids)
    alike = near if rankers.alone else nearness.cosines(rankers.likeness, rankers.second.model, ids)
    return Candidates(ids, orders, near, alike, words)


def _with_those_in_place(
    signal: Signal, rankers: Rankers, orders: Orders, words: dict[int, float]
) -> list[int]:
    region = signal.jurisdiction.region.code
    best = fused(orders)
    chosen = best[:MOST]
    if len(indexes.open_to(region, chosen)) >= min(IN_PLACE, len(chosen)):
        return chosen
    here = indexes.open_to(region, words)
    nearby = {pk: share for pk, share in words.items() if pk in here}
    closer = fused(rankers.orders(region, nearby))
    return list(dict.fromkeys([*best[: MOST - IN_PLACE], *closer[:IN_PLACE]]))


def _in_order(neighbours: Sequence[Neighbour]) -> list[int]:
    return [one.startup_id for one in neighbours]


def fused(orders: Sequence[Sequence[int]]) -> list[int]:
    """Return what the orders name, by the sum of the reciprocals of their ranks."""
    worth: dict[int, float] = {}
    for order in orders:
        for rank, pk in enumerate(order):
            worth[pk] = worth.get(pk, 0.0) + 1 / (FUSION + rank + 1)
    return _best_first(worth)


def _best_first(worth: dict[int, float]) -> list[int]:
    return sorted(worth, key=lambda pk: (-worth[pk], pk))
