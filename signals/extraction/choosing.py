"""Choosing among the passages of a meeting: the best of each stretch, each need once."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from signals.extraction.features import Described
from signals.extraction.scoring import Model, Numbers

APART = 60.0  # seconds between the middles of two signals
SHORTEST = 8  # words
# A meeting gives at most one signal in so many words: when learning, and when reading for staff,
# who would rather reject one than miss one.
WORDS_A_SIGNAL, WORDS_WHEN_THOROUGH = 700, 350
FLOOR = 0.12  # confidence below which nothing is worth a look

# A passage loses up to REPEATED of its score for being like a better one: nothing at a cosine of
# UNLIKE, the more the nearer in meaning, fading over FADING seconds. (Maximal marginal relevance,
# Carbonell and Goldstein, 1998.)
REPEATED, UNLIKE, FADING = 2.0, 0.4, 3000.0
SAME = 0.9  # cosine at which passages with their surroundings are the same words again

# Meetings differ in how they speak and how they were transcribed, so scores are taken partly
# relative to the meeting's own best: the mean of one passage in so many words, at least of LEAST.
# A meeting without any business is not lifted by more than LIFT.
LEVEL_SHARE, LEVEL_WORDS, LEVEL_LEAST, LIFT = 0.6, 1500, 4, 0.7


class Choice(NamedTuple):
    row: int
    score: float


def choose(described: Described, model: Model) -> list[tuple[int, float]]:
    """Return (row, confidence) of the passages worth a look, the most confident first.

    Those from model.bar on are more likely signals than not to be worth their reading; below it
    they are ranked for the reader who reads on.
    """
    scores = model.signal.scores(described.matrix)[:, 0]
    choices = candidates(described, scores, words_a_signal=WORDS_WHEN_THOROUGH)
    confidences = model.confidence(np.array([choice.score for choice in choices]))
    chosen = [
        (choice.row, float(confidence))
        for choice, confidence in zip(choices, confidences, strict=True)
        if confidence >= FLOOR
    ]
    return sorted(chosen, key=lambda one: -one[1])


def candidates(
    described: Described, scores: Numbers, *, words_a_signal: int = WORDS_A_SIGNAL
) -> list[Choice]:
    """Return the best passages of all stretches, best first, scored relative to the meeting."""
    most = max(LEVEL_LEAST, described.word_count // words_a_signal)
    choices = [choice for choice, _ in zip(_best(described, scores), range(most), strict=False)]
    count = max(LEVEL_LEAST, described.word_count // LEVEL_WORDS)
    level = LEVEL_SHARE * float(np.mean([choice.score for choice in choices[:count]] or [0.0]))
    level = max(level, -LIFT)
    return [Choice(choice.row, choice.score - level) for choice in choices]


def _best(described: Described, scores: Numbers) -> Iterator[Choice]:
    """Yield the best passage left, again and again, none near a better one, likeness penalised."""
    middles = np.array([one.middle for one in described.passages])
    words = np.array([one.words for one in described.passages])
    vectors = _centred(described.near_vectors)
    left = np.where(words >= SHORTEST, scores, -np.inf)
    penalties = np.zeros(len(scores))
    while True:
        row = int(np.argmax(left - penalties))
        if left[row] == -np.inf:
            return
        yield Choice(row, float(left[row] - penalties[row]))
        away = np.abs(middles - middles[row])
        alike = np.clip(vectors @ vectors[row] - UNLIKE, 0, 1) / (1 - UNLIKE)
        penalties = np.maximum(penalties, REPEATED * alike * np.exp(-away / FADING))
        same = described.near_vectors @ described.near_vectors[row] > SAME
        left[(away < APART) | same] = -np.inf
        left[row] = -np.inf


def _centred(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return unit vectors without what all passages of the meeting share."""
    own = vectors - vectors.mean(axis=0)
    return np.asarray(own / (np.linalg.norm(own, axis=1, keepdims=True) + 1e-9))
