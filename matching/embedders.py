"""The embedders that run on this machine, and how one is found."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import wordllama
from django.conf import settings
from django.utils.module_loading import import_string

from civstart.lib import minilm, vectors
from civstart.lib.errors import CivStartError
from matching.contract import Embedder, type_of_vectors


class UnknownModel(CivStartError):
    """No embedder is known for the model whose vectors are stored."""


class MiniLmEmbedder:
    """all-MiniLM-L6-v2, 384 dimensions. About 60 profiles a second on one core."""

    model = minilm.MODEL
    dimensions = minilm.DIMENSIONS
    most_words = 170
    english_only = True

    def documents(self, texts: Sequence[str]) -> type_of_vectors:
        return minilm.encode(texts)

    def queries(self, texts: Sequence[str]) -> type_of_vectors:
        return minilm.encode(texts)


class WordLlamaEmbedder:
    """WordLlama, 256 dimensions: the mean of its words' vectors, whatever their order.

    Weights and tokenizer come in its wheel. About 60,000 short texts a second.
    """

    model = vectors.WORDLLAMA.model
    dimensions = vectors.WORDLLAMA.dimensions
    most_words = 2000
    english_only = True

    def documents(self, texts: Sequence[str]) -> type_of_vectors:
        found = np.asarray(_wordllama().embed(list(texts)), dtype=np.float32)
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        unit: type_of_vectors = np.divide(
            found, lengths, out=np.zeros_like(found), where=lengths > 0
        )
        return unit

    def queries(self, texts: Sequence[str]) -> type_of_vectors:
        return self.documents(texts)


@cache
def _wordllama() -> Any:
    folder = Path(wordllama.__file__).parent
    return wordllama.WordLlama.load(cache_dir=folder, disable_download=True)


@cache
def at(path: str) -> Embedder:
    """Return the embedder of a dotted path, made once for the process."""
    made: Embedder = import_string(path)()
    return made


def wanted() -> Embedder:
    """Return the embedder that settings.EMBEDDER asks for."""
    return at(settings.EMBEDDER)


def prepare() -> None:
    """Load the model that settings ask for, if it runs on this machine."""
    embedder = wanted()
    if isinstance(embedder, MiniLmEmbedder | WordLlamaEmbedder):
        embedder.queries(["water main"])


def of(model: str) -> Embedder:
    """Return the embedder of a model whose vectors are stored. Raise UnknownModel if none is
    known.
    """
    path = settings.EMBEDDERS.get(model)
    if path is None:
        raise UnknownModel(
            f"Nothing in settings.EMBEDDERS makes vectors of {model!r}. Put it back, or set "
            f"EMBEDDER and run `manage.py reembed`; it knows {', '.join(settings.EMBEDDERS)}."
        )
    return at(path)
