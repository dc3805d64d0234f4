"""What an embedder and an explainer are.

Settings choose each by dotted path (EMBEDDER, EXPLAINER).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

type_of_vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into vectors of length 1, so that their dot product is the cosine.

    Shape: texts by dimensions.
    """

    model: str
    dimensions: int

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

    piece counts its evidence rows.
    """

    piece: int
    they_said: str
    profile_says: str
    profile_part: str
    likeness: float


class Explainer(Protocol):
    """Finds the spans that show why a startup fits. Every span is verbatim."""

    def explain(
        self, quotes: Sequence[str], passages: Sequence[Passage], *, most: int
    ) -> list[Pairing]:
        """Return at most that many pairings, the best first; none if nothing is alike."""
