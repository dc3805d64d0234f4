"""Learning the local extractor's numbers from labelled meetings."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signals.extraction.choosing import candidates
from signals.extraction.features import Described, expected, signs
from signals.extraction.scoring import Logistic, Model, Numbers, fit, fit_bounded
from signals.words import Kind

RIDGE, RIDGE_KIND, RIDGE_CONFIDENCE = 300.0, 100.0, 1.0
WITHIN_WEIGHT = 0.6  # of a passage inside a labelled stretch that is not the labelled one
SIGNAL_WEIGHT = 6.0  # of all passages of one labelled signal together
BAR = 0.21  # of confidence; the best bar for F1 is half the F1 that can be reached
FOLDS = 4


@dataclass(frozen=True)
class Lesson:
    """One labelled meeting: hits[row, label] is how alike passage and labelled signal are, or 0."""

    described: Described
    hits: Numbers
    near_hits: Numbers  # the same for the passage with the words around it, as a summary gives them
    within: NDArray[np.bool_]  # the passage lies in the stretch of some labelled signal
    kinds: list[str]


def train(lessons: Sequence[Lesson]) -> Model:
    """Return the model that the meetings teach; its confidence is learned on meetings left out."""
    slope, offset = _confidence(lessons)
    return Model(_signal(lessons), _kind(lessons), slope=slope, offset=offset, bar=BAR)


def _signal(lessons: Sequence[Lesson]) -> Logistic:
    """Fit signal against the rest. Each labelled signal weighs the same, however long it is."""
    features = np.vstack([lesson.described.matrix for lesson in lessons])
    targets = np.concatenate([lesson.hits.max(axis=1) > 0 for lesson in lessons])
    weights = np.concatenate([_weights(lesson) for lesson in lessons])
    return fit_bounded(features, targets, weights, RIDGE, signs(), expected())


def _weights(lesson: Lesson) -> Numbers:
    hit = lesson.hits.max(axis=1) > 0
    weights = np.where(hit, 0.0, np.where(lesson.within, WITHIN_WEIGHT, 1.0))
    for column in lesson.hits.T:
        if column.sum() > 0:
            weights += SIGNAL_WEIGHT * column / column.sum()
    return weights


def _kind(lessons: Sequence[Lesson]) -> Logistic:
    features, targets, weights = [], [], []
    for lesson in lessons:
        for column, label in zip(lesson.hits.T, lesson.kinds, strict=True):
            best = [row for row in np.argsort(-column, kind="stable")[:4] if column[row] > 0]
            features.append(lesson.described.manner[best])
            targets.append(np.tile([value == label for value in Kind.values], (len(best), 1)))
            weights.append(np.full(len(best), 4 / max(1, len(best))))
    return fit(np.vstack(features), np.vstack(targets), np.concatenate(weights), RIDGE_KIND)


def _confidence(lessons: Sequence[Lesson]) -> tuple[float, float]:
    """Return slope and offset from score to chance, from meetings the model has not seen."""
    scores: list[float] = []
    right: list[bool] = []
    for fold in range(FOLDS):
        seen = [lesson for i, lesson in enumerate(lessons) if i % FOLDS != fold] or list(lessons)
        model = _signal(seen)
        for lesson in lessons[fold::FOLDS]:
            choices = candidates(lesson.described, model.scores(lesson.described.matrix)[:, 0])
            scores += [choice.score for choice in choices]
            right += _right(lesson, [choice.row for choice in choices])
    fitted = fit(
        np.array(scores)[:, None], np.array(right)[:, None], np.ones(len(scores)), RIDGE_CONFIDENCE
    )
    slope = fitted.weights[0][0] / fitted.deviations[0]
    return round(slope, 5), round(fitted.biases[0] - slope * fitted.means[0], 5)


def _right(lesson: Lesson, rows: Sequence[int]) -> list[bool]:
    """Return which of the rows, best first, hit a labelled signal that none before them hit."""
    left = lesson.near_hits.copy()
    right = []
    for row in rows:
        column = int(np.argmax(left[row]))
        right.append(bool(left[row, column] > 0))
        if right[-1]:
            left[:, column] = 0
    return right
