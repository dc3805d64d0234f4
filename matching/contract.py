"""What an embedder, a vector index, a re-ranker and an explainer are.

Settings choose each by dotted path (EMBEDDER, VECTOR_INDEX, RERANKER, EXPLAINER).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from civstart.lib.errors import CivStartError

type_of_vectors = NDArray[np.float32]


class EmbedderUnavailable(CivStartError):
    """The embedder cannot answer now. What is stored stays; what is missing is made later."""


class Embedder(Protocol):
    """Turns texts into vectors of length 1, so that their dot product is the cosine.

    Shape: texts by dimensions. A text the model sees nothing in gives a vector of zeros. model is
    one of civstart.lib.vectors.SPACES; what lies beyond most_words of a text may be cut off;
    english_only says that vectors of other languages mean nothing.
    Raise EmbedderUnavailable if asking later may help; whatever is returned is complete and sound.
    """

    model: str
    dimensions: int
    most_words: int
    english_only: bool

    def documents(self, texts: Sequence[str]) -> type_of_vectors:
        """Embed texts that are searched for."""

    def queries(self, texts: Sequence[str]) -> type_of_vectors:
        """Embed texts to search with."""


class IndexUnavailable(CivStartError):
    """The vector index cannot answer now. The vectors stay in the database; ask again later."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A startup and the cosine of its passage nearest to the vector asked with."""

    startup_id: int
    cosine: float


class VectorIndex(Protocol):
    """Finds the startups nearest in meaning. The vectors themselves stay in Embedding rows: an
    index can be lost and made again from them.
    """

    name: str

    def nearest(
        self, vector: type_of_vectors, model: str, *, most: int, region: str = ""
    ) -> list[Neighbour]:
        """Return at most that many startups, each once, the nearest first.

        vector has length 1 and the size of the model's space; to one of zeros nothing is near.
        Only active startups whose profile says enough. region (a state's code): only those that
        serve it or name no region. Raise IndexUnavailable if asking later may help.
        """


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage of a startup, as an index outside the database keeps it.

    name is the startup's public id, "#" and the passage's number; digest that of the startup's
    text; regions the codes of the states it serves, none for all of them.
    """

    name: str
    vector: type_of_vectors
    digest: str
    is_active: bool
    regions: tuple[str, ...] = ()

    @property
    def label(self) -> tuple[str, bool, tuple[str, ...]]:
        """All but the vector, which is the same where the digest is."""
        return self.digest, self.is_active, self.regions


@runtime_checkable
class Mirror(VectorIndex, Protocol):
    """A vector index outside the database. It is told of each change, and may lag behind.

    Each method raises IndexUnavailable if asking later may help, and that includes whatever staff
    can put right: an index that is missing, or made for vectors of another size.
    """

    def put(self, model: str, entries: Iterable[Entry]) -> None:
        """Keep the entries, over those of the same names."""

    def remove(self, model: str, names: Sequence[str]) -> None:
        """Forget what there is of the names."""

    def names(self, model: str) -> Iterator[str]:
        """List the names of all entries."""

    def held(self, model: str, names: Sequence[str]) -> list[Entry]:
        """Return what there is of the names."""

    def count(self, model: str) -> int:
        """Return about how many entries there are. Cheap."""

    def make(self, model: str) -> str:
        """Make a place for the model's vectors if there is none; return what it is called, or ""
        if there was one.
        """


@dataclass(frozen=True, slots=True)
class Need:
    """What a signal asks for, as startups see it: what is withheld from them is not in it."""

    title: str
    summary: str
    kind: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A startup as a re-ranker sees it: its slug, and its profile as text."""

    slug: str
    profile: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What a re-ranker says of a candidate.

    grade: 3 = would be introduced, 2 = worth suggesting, 1 = related only, 0 = not relevant.
    """

    slug: str
    grade: int
    reason: str


class NotJudged(CivStartError):
    """The re-ranker gave no answer that can be used. The order stays as it was."""


class Reranker(Protocol):
    """Reads the best candidates again, and grades each of them."""

    name: str

    def judge(self, need: Need, candidates: Sequence[Candidate]) -> list[Judged]:
        """Return one judgement for each candidate, in any order.

        Raise NotJudged, saying why, for anything less: a part of an answer is none.
        """


@runtime_checkable
class Paid(Protocol):
    """A re-ranker whose questions cost money."""

    def likely_cost(self, need: Need, candidates: Sequence[Candidate]) -> Decimal:
        """Return about what the question costs in USD. Nothing is asked."""

    def left_today(self) -> Decimal:
        """Return the USD that may be spent today yet."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a profile. part names where it stands: "What it does", "Product: Ledger"."""

    part: str
    text: str


@dataclass(frozen=True, slots=True)
class Pairing:
    """A span of the signal's words beside a span of the profile that answers it.

    piece counts its evidence rows. likeness is their cosine, where it was measured. fits is False
    where the profile's span speaks against it.
    """

    piece: int
    they_said: str
    profile_says: str
    profile_part: str
    likeness: float = 0.0
    fits: bool = True


class Explained(list[Pairing]):
    """Pairings with a word on how they came about.

    by says who found them, dropped how many pairings were not kept, by reason, and failure why
    they are not those of the explainer that was asked first.
    """

    def __init__(
        self,
        pairings: Iterable[Pairing],
        *,
        by: str,
        dropped: Mapping[str, int] | None = None,
        failure: str = "",
    ) -> None:
        super().__init__(pairings)
        self.by, self.dropped, self.failure = by, dict(dropped or {}), failure


class Explainer(Protocol):
    """Finds the spans that show why a startup fits, and why it may not. Every span is verbatim."""

    def explain(
        self, quotes: Sequence[str], passages: Sequence[Passage], *, most: int
    ) -> list[Pairing]:
        """Return at most that many pairings that fit, the best first, then at most one that does
        not; none if nothing is alike. As Explained, if there is more to say of them.
        """
