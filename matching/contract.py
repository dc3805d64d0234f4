"""What an embedder and an explainer are.

Settings choose each by dotted path (EMBEDDER, EXPLAINER).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

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


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a profile. part names where it stands: "What it does", "Product: Ledger"."""

    part: str
    text: str


@dataclass(frozen=True, slots=True)
class Pairing:
    """A span of the signal's words beside a span of the profile that answers it.

    piece counts its evidence rows. fits is False where the profile's span speaks against it.
    """

    piece: int
    they_said: str
    profile_says: str
    profile_part: str
    likeness: float
    fits: bool = True


class Explainer(Protocol):
    """Finds the spans that show why a startup fits, and why it may not. Every span is verbatim."""

    def explain(
        self, quotes: Sequence[str], passages: Sequence[Passage], *, most: int
    ) -> list[Pairing]:
        """Return at most that many pairings that fit, the best first, then at most one that does
        not; none if nothing is alike.
        """
