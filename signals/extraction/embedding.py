"""Sentence vectors from wordllama's static embeddings, whose weights come inside its wheel."""

import functools
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

DIMENSIONS = 256
LONGEST = 2_000  # characters; what follows changes a mean of word vectors little


@functools.cache
def model() -> Any:
    """Return wordllama's model, loaded once a process (0.1 s, 60 MB). Opens no connection."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    # wordllama calls logging.basicConfig when imported; the caller's logging is put back.
    import wordllama

    root.handlers[:] = handlers
    root.setLevel(level)
    return wordllama.WordLlama.load(
        cache_dir=Path(wordllama.__file__).parent, disable_download=True
    )


def embed(texts: Sequence[str]) -> Vectors:
    """Return a unit vector for each text, shape (len(texts), 256); zeros for one without words."""
    if not texts:
        return np.zeros((0, DIMENSIONS), dtype=np.float32)
    raw = model().embed([text[:LONGEST] or " " for text in texts])
    return unit(np.nan_to_num(np.asarray(raw, dtype=np.float32)))


def unit(vectors: Vectors) -> Vectors:
    """Return the rows scaled to length one; rows of zeros stay zeros."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)
