"""The numbers a passage is judged by: cue phrases in and around it, likeness to prototypes."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signals.extraction import cues, prototypes, topics
from signals.extraction.embedding import DIMENSIONS, Vectors, embed
from signals.extraction.passages import Passage, Piece, text_of, words_around

Matrix = NDArray[np.float32]
Stretches = list[tuple[int, int]]

NEAR, WIDE = 50, 200  # words on each side
GROUPS = len(cues.GROUPS)
VARIETIES, SHAPES = 4, 6  # columns
EXPECTED = 0.15  # of a standardised feature


@dataclass(frozen=True, slots=True)
class Described:
    """What is known of the passages of one meeting; rows go with passages."""

    pieces: Sequence[Piece]
    passages: Sequence[Passage]
    texts: list[str]
    matrix: Matrix
    near_vectors: Vectors  # of the passages together with what was said around them
    topics: Matrix  # how much points to each category

    @property
    def manner(self) -> Matrix:
        """The cue counts in and near the passages, which tell the kind."""
        return self.matrix[:, VARIETIES : VARIETIES + 2 * GROUPS]

    @property
    def word_count(self) -> int:
        return sum(piece.words for piece in self.pieces)


def describe(pieces: Sequence[Piece], passages: Sequence[Passage]) -> Described:
    """Return the features of all passages of a meeting; there must be one at least."""
    stretches = [
        [(one.first, one.last) for one in passages],
        [words_around(pieces, one, NEAR) for one in passages],
        [words_around(pieces, one, WIDE) for one in passages],
    ]
    texts = [text_of(pieces, *stretch) for stretch in stretches[0]]
    vectors = embed(texts)
    near_vectors = embed([text_of(pieces, *stretch) for stretch in stretches[1]])
    matrix = np.hstack(
        [
            _cue_rates(pieces, stretches),
            _shape(pieces, passages),
            *(
                prototypes.likeness(name, some)
                for some in (vectors, near_vectors)
                for name in prototypes.TABLES
            ),
        ]
    ).astype(np.float32)
    pointers = _pointers(pieces, stretches, vectors, near_vectors)
    return Described(pieces, passages, texts, matrix, near_vectors, pointers)


def fingerprint() -> str:
    """Return what tells whether two matrices mean the same in each column."""
    tables = [prototypes.ALL[name] for name in prototypes.TABLES]
    said = repr((NEAR, WIDE, list(cues.GROUPS.items()), tables, DIMENSIONS))
    return hashlib.sha256(said.encode()).hexdigest()[:20]


def signs() -> NDArray[np.int8]:
    """Return for each column of the matrix 1 if it speaks for a signal, -1 against, 0 either."""
    manner = [group.speaks for group in cues.GROUPS.values()] * 3
    nearness = [
        prototypes.SPEAKS[name] for name in prototypes.TABLES for _ in prototypes.labels(name)
    ]
    return np.array([1, -1, 1, -1, *manner, *([0] * SHAPES), *nearness * 2], dtype=np.int8)


def expected() -> NDArray[np.float64]:
    """Return the weights to be expected before any meeting was read: small, by the groups' signs.

    Training starts from them and departs only where the labelled meetings say so. They count
    most in the passage itself, so that a plain request among small talk is still heard.
    """
    own = np.array([group.speaks for group in cues.GROUPS.values()])
    nearness = [
        prototypes.LEANS[name] for name in prototypes.TABLES for _ in prototypes.labels(name)
    ]
    near = [0.3 * lean for lean in nearness]
    return EXPECTED * np.array(
        [2, -1, 1, -1, *own, *(0.3 * own), *(0.1 * own), *([0] * SHAPES), *nearness, *near]
    )


def _cue_rates(pieces: Sequence[Piece], stretches: list[Stretches]) -> Matrix:
    """Return cue counts, as logarithms of rates, in the passage, near it and widely around it."""
    counts = _running(cues.count([piece.text for piece in pieces]))
    words = _running(np.array([[piece.words] for piece in pieces], dtype=np.float32))
    blocks = [_variety(_within(counts, stretches[0])), _variety(_within(counts, stretches[1]))]
    for stretch, least, per in zip(stretches, (8, 20, 50), (20, 100, 400), strict=True):
        said = np.maximum(least, _within(words, stretch))
        blocks.append(np.log1p(_within(counts, stretch) / said * per))
    return np.hstack(blocks)


def _variety(counts: Matrix) -> Matrix:
    """Return how many groups that speak for a signal, and against one, occur at all."""
    speaks = np.array([group.speaks for group in cues.GROUPS.values()])
    occurs = counts > 0
    return np.stack(
        [occurs[:, speaks > 0].sum(axis=1), occurs[:, speaks < 0].sum(axis=1)], axis=1
    ).astype(np.float32)


def _pointers(
    pieces: Sequence[Piece], stretches: list[Stretches], vectors: Vectors, near_vectors: Vectors
) -> Matrix:
    """Return how much words and vectors point to each category: nearer words count more."""
    counts = _running(topics.count([piece.text for piece in pieces]))
    said = sum(
        share * np.log1p(_within(counts, stretch))
        for share, stretch in zip((1.0, 0.5, 0.25), stretches, strict=True)
    )
    meant = sum(
        near - near.mean(axis=1, keepdims=True)
        for near in (prototypes.likeness("categories", some) for some in (vectors, near_vectors))
    )
    return np.asarray(said + 2 * meant + topics.HANDICAPS, dtype=np.float32)


def _running(rows: Matrix) -> Matrix:
    return np.vstack([np.zeros((1, rows.shape[1]), dtype=np.float32), np.cumsum(rows, axis=0)])


def _within(running: Matrix, stretches: Stretches) -> Matrix:
    firsts, lasts = np.array(stretches, dtype=int).T
    return np.asarray(running[lasts] - running[firsts])


def _shape(pieces: Sequence[Piece], passages: Sequence[Passage]) -> Matrix:
    """Return length and place in the meeting."""
    begin, lasting = pieces[0].start, max(1.0, pieces[-1].end - pieces[0].start)
    place = np.array([(one.middle - begin) / lasting for one in passages])
    words = np.array([one.words for one in passages])
    columns = [
        np.log(np.maximum(1, words)),
        words < 10,
        words > 30,
        place,
        place < 0.1,
        place > 0.9,
    ]
    return np.stack(columns, axis=1).astype(np.float32)
