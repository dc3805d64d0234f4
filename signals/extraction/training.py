"""Learning the local extractor's numbers from labelled meetings."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signals.extraction.choosing import candidates
from signals.extraction.features import Described, describe, expected, signs
from signals.extraction.lessons import DISCUSSED, NEAR_MISS, SIGNAL, Excerpt, Mark
from signals.extraction.passages import Passage, Piece, cut, passages
from signals.extraction.scoring import Logistic, Model, Numbers, fit, fit_bounded
from signals.words import Kind

RIDGE, RIDGE_KIND, RIDGE_CONFIDENCE = 300.0, 100.0, 1.0
WITHIN_WEIGHT = 0.6  # of a passage inside a labelled stretch that is not the labelled one
SIGNAL_WEIGHT = 6.0  # of all passages of one labelled signal together
# Of the weight of a labelled meeting's passages: those of our own excerpts, and of real ones.
EXCERPT_SHARE, MARKED_SHARE = 0.3, 0.5
NEAR_MISS_WEIGHT = 2.0  # of a passage that only sounds like a signal
COVERED = 0.5  # of a passage's characters, for a mark to count as its own
BAR = 0.21  # of confidence; the best bar for F1 is half the F1 that can be reached
FOLDS = 4


@dataclass(frozen=True)
class Lesson:
    """One labelled meeting: hits[row, label] is how alike passage and labelled signal are, or 0.

    share weighs all of it against other lessons; near_misses are the passages known to sound like
    a signal and be none. Lessons of one group are of one meeting.
    """

    described: Described
    hits: Numbers
    near_hits: Numbers  # the same for the passage with the words around it, as a summary gives them
    within: NDArray[np.bool_]  # the passage lies in the stretch of some labelled signal
    kinds: list[str]
    near_misses: NDArray[np.bool_] | None = None
    share: float = 1.0
    group: str = ""


def train(meetings: Sequence[Lesson], excerpts: Sequence[Lesson] = ()) -> Model:
    """Return the model that labelled meetings and excerpts teach.

    Its confidence is learned on meetings left out, of which it saw nothing.
    """
    slope, offset = _confidence(meetings, excerpts)
    lessons = [*meetings, *excerpts]
    return Model(_signal(lessons), _kind(lessons), slope=slope, offset=offset, bar=BAR)


def lesson(excerpt: Excerpt, *, share: float = 1.0, group: str = "") -> Lesson:
    """Return what an excerpt teaches: a passage hits a signal by the share it has of its quote."""
    pieces = cut(excerpt.heard)
    passed = passages(pieces)
    signals = excerpt.marked(SIGNAL)
    hits = _covered(pieces, passed, signals)
    hits[hits < COVERED] = 0
    within = _covered(pieces, passed, excerpt.marked(SIGNAL, DISCUSSED)).max(axis=1) >= COVERED
    near = _covered(pieces, passed, excerpt.marked(NEAR_MISS)).max(axis=1) >= COVERED
    kinds = [mark.said_of_it["kind"] for mark in signals]
    return Lesson(describe(pieces, passed), hits, hits, within, kinds, near, share, group)


def _covered(pieces: Sequence[Piece], passed: Sequence[Passage], marks: Sequence[Mark]) -> Numbers:
    """Return which share of each passage each mark covers, shape (passages, marks or 1)."""
    shares = np.zeros((len(passed), max(1, len(marks))))
    for row, passage in enumerate(passed):
        own = pieces[passage.first : passage.last]
        length = sum(len(piece.text) for piece in own)
        for column, mark in enumerate(marks):
            shares[row, column] = sum(_shared(piece, mark) for piece in own) / max(1, length)
    return shares


def _shared(piece: Piece, mark: Mark) -> int:
    """Return how many characters of the piece lie in the mark, which may run over segments."""
    index = piece.span.index
    if not mark.first[0] <= index <= mark.last[0]:
        return 0
    first = mark.first[1] if index == mark.first[0] else 0
    last = mark.last[1] if index == mark.last[0] else piece.span.last
    return max(0, min(piece.span.last, last) - max(piece.span.first, first))


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
    if lesson.near_misses is not None:
        weights = np.where(lesson.near_misses & ~hit, NEAR_MISS_WEIGHT, weights)
    return lesson.share * weights


def _kind(lessons: Sequence[Lesson]) -> Logistic:
    features, targets, weights = [], [], []
    for lesson in lessons:
        for column, label in zip(lesson.hits.T, lesson.kinds, strict=False):
            best = [row for row in np.argsort(-column, kind="stable")[:4] if column[row] > 0]
            features.append(lesson.described.manner[best])
            targets.append(np.tile([value == label for value in Kind.values], (len(best), 1)))
            weights.append(np.full(len(best), 4 * lesson.share / max(1, len(best))))
    return fit(np.vstack(features), np.vstack(targets), np.concatenate(weights), RIDGE_KIND)


def _confidence(lessons: Sequence[Lesson], excerpts: Sequence[Lesson]) -> tuple[float, float]:
    """Return slope and offset from score to chance, from meetings the model has not seen."""
    scores: list[float] = []
    right: list[bool] = []
    groups = list(dict.fromkeys(lesson.group for lesson in lessons))
    for fold in range(FOLDS):
        left_out = groups[fold::FOLDS]
        seen = [lesson for lesson in lessons if lesson.group not in left_out] or list(lessons)
        model = _signal([*seen, *excerpts])
        for lesson in (lesson for lesson in lessons if lesson.group in left_out):
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
