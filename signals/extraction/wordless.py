"""What marked excerpts of real meetings teach, kept as numbers where their words may not be kept.

A row is a passage: how often cues occur in it, how near it is to descriptions, whether it was
marked. No words can be read from it. The numbers hold for the features they were made with.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from civstart.lib.errors import CivStartError
from signals.extraction.features import Described, Matrix, fingerprint
from signals.extraction.scoring import Numbers
from signals.extraction.training import MARKED_SHARE, Lesson
from signals.words import Kind

FILE = Path(__file__).parent / "weights" / "marked.npz"
STEPS = 255  # between the least and the most of a column


class MadeOtherwise(CivStartError):
    """The numbers were made with features that are computed otherwise today."""


def save(lessons: Sequence[Lesson], path: Path = FILE) -> None:
    """Write the lessons' numbers, each to the nearest of 255 steps of its column."""
    matrix = np.vstack([one.described.matrix for one in lessons])
    least, most = matrix.min(axis=0), matrix.max(axis=0)
    hits = _beside([one.hits[:, : len(one.kinds)] for one in lessons])
    rows, columns = np.nonzero(hits)
    np.savez_compressed(
        path,
        features=np.array(fingerprint()),
        steps=np.round((matrix - least) / _apart(least, most) * STEPS).astype(np.uint8),
        least=least,
        most=most,
        hits=np.stack([rows, columns]).astype(np.int32),
        likeness=hits[rows, columns].astype(np.float32),
        within=np.concatenate([one.within for one in lessons]),
        near_misses=np.concatenate([_near_misses(one) for one in lessons]),
        kinds=np.array([Kind.values.index(kind) for one in lessons for kind in one.kinds], np.int8),
    )


def load(path: Path = FILE) -> list[Lesson]:
    """Return all that was saved as one lesson; none if there is no such file.

    Raise MadeOtherwise if the features have changed since.
    """
    if not path.exists():
        return []
    with np.load(path) as kept:
        if str(kept["features"]) != fingerprint():
            raise MadeOtherwise(
                f"{path} was made with other features. Make it anew with train_extractor "
                "--excerpts FOLDER, or delete it to learn without."
            )
        kinds = [str(Kind.values[at]) for at in kept["kinds"]]
        hits = np.zeros((len(kept["steps"]), len(kinds)))
        hits[tuple(kept["hits"])] = kept["likeness"]
        spread = _apart(kept["least"], kept["most"])
        matrix = (kept["least"] + kept["steps"] / STEPS * spread).astype(np.float32)
        none = np.zeros((0, 0), dtype=np.float32)
        described = Described((), (), [], matrix, none, none)
        within, near = kept["within"], kept["near_misses"]
        return [Lesson(described, hits, hits, within, kinds, near, MARKED_SHARE)]


def _apart(least: Matrix, most: Matrix) -> Matrix:
    return np.asarray(np.where(most > least, most - least, 1), dtype=np.float32)


def _near_misses(lesson: Lesson) -> NDArray[np.bool_]:
    if lesson.near_misses is None:
        return np.zeros(len(lesson.within), dtype=bool)
    return lesson.near_misses


def _beside(blocks: Sequence[Numbers]) -> Numbers:
    """Return the blocks down the diagonal of one matrix, zeros elsewhere."""
    whole = np.zeros((sum(len(one) for one in blocks), sum(one.shape[1] for one in blocks)))
    row = column = 0
    for one in blocks:
        whole[row : row + len(one), column : column + one.shape[1]] = one
        row, column = row + len(one), column + one.shape[1]
    return whole
