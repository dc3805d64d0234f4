"""Vectors that lie as those of texts do: in clusters within clusters, along few directions, and
all of them somewhat alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from civstart.lib.vectors import Space

Matrix = NDArray[np.float32]
IN_A_FIELD = 60  # clusters of startups that sell nearly the same
OF_FIELD, OF_CLUSTER, OF_ITSELF = 0.55, 0.55, 0.63
FLATNESS = 0.5  # the k-th direction carries 1/k of the variance: about as in sentence embeddings
BATCH = 5000


@dataclass
class Clusters:
    """The places of so many fields in the space of a model."""

    space: Space
    fields: int
    seed: int = 3
    chance: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        self.chance = np.random.default_rng(self.seed)
        size = self.space.dimensions
        scale = np.arange(1, size + 1) ** -FLATNESS
        self.scale = (scale / np.linalg.norm(scale)).astype(np.float32)
        self.places = self._cast((self.fields,))
        self.clusters = self._cast((self.fields, IN_A_FIELD))
        # So long that two vectors that have nothing to do with each other are as alike as measured.
        length = np.sqrt(self.space.strange / (1 - self.space.strange))
        self.common = (length * np.ones(size) / np.sqrt(size)).astype(np.float32)

    def vectors(self, of: Sequence[int]) -> Matrix:
        """Return a vector of length 1 for each of the fields named."""
        made = np.empty((len(of), self.space.dimensions), dtype=np.float32)
        fields = np.asarray(of)
        within = self.chance.integers(IN_A_FIELD, size=len(fields))
        for first in range(0, len(fields), BATCH):
            rows = slice(first, first + BATCH)
            at = fields[rows]
            made[rows] = (
                self.common
                + OF_FIELD * self.places[at]
                + OF_CLUSTER * self.clusters[at, within[rows]]
                + OF_ITSELF * self._cast((len(at),))
            )
            made[rows] /= np.linalg.norm(made[rows], axis=1, keepdims=True)
        return made

    def _cast(self, shape: tuple[int, ...]) -> Matrix:
        size = (*shape, self.space.dimensions)
        return self.chance.standard_normal(size, dtype=np.float32) * self.scale
