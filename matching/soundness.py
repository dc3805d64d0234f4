"""Vectors taken from an embedder only if they are what the contract says."""

from collections.abc import Sequence

import numpy as np

from matching.contract import Embedder, EmbedderUnavailable, type_of_vectors

SLACK = 0.01  # of a length; half precision and rounding


def documents(embedder: Embedder, texts: Sequence[str]) -> type_of_vectors:
    """Embed texts that are searched for. Raise EmbedderUnavailable if what comes is no vectors."""
    return _sound(embedder.documents(texts), embedder, len(texts))


def queries(embedder: Embedder, texts: Sequence[str]) -> type_of_vectors:
    """Embed texts to search with. Raise EmbedderUnavailable if what comes is no vectors."""
    return _sound(embedder.queries(texts), embedder, len(texts))


def _sound(made: type_of_vectors, embedder: Embedder, count: int) -> type_of_vectors:
    fault = _fault(made, count, embedder.dimensions)
    if fault:
        raise EmbedderUnavailable(
            f"What {embedder.model} answers cannot be used: {fault}. Nothing of it was stored; "
            "what waits is tried again."
        )
    return made


def _fault(made: type_of_vectors, count: int, dimensions: int) -> str:
    if len(made) != count:
        return f"{len(made)} vectors for {count} texts"
    if count and made.shape != (count, dimensions):
        return f"vectors of {' by '.join(map(str, made.shape[1:]))} numbers, not {dimensions}"
    if not np.isfinite(made).all():
        return "a vector holds what is no finite number"
    lengths = np.linalg.norm(made, axis=1) if count else np.zeros(0)
    if not np.logical_or(lengths == 0, np.abs(lengths - 1) < SLACK).all():
        return "a vector has not the length 1"
    return ""
