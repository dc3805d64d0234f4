"""Embedders small enough to see through, chosen by settings.EMBEDDER in tests."""

from collections.abc import Callable, Sequence

import numpy as np

from matching.contract import type_of_vectors
from matching.embedders import MiniLmEmbedder


class Spoiling(MiniLmEmbedder):
    """MiniLM, whose answers are spoiled as long as spoil says how; texts holds what was asked."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.spoil: Callable[[type_of_vectors], type_of_vectors] = lambda made: made

    def documents(self, texts: Sequence[str]) -> type_of_vectors:
        self.texts += texts
        return self.spoil(super().documents(texts))

    def queries(self, texts: Sequence[str]) -> type_of_vectors:
        self.texts += texts
        return self.spoil(super().queries(texts))


def first_number(value: float) -> Callable[[type_of_vectors], type_of_vectors]:
    def spoil(made: type_of_vectors) -> type_of_vectors:
        spoiled = np.array(made)
        spoiled[0, 0] = value
        return spoiled

    return spoil
