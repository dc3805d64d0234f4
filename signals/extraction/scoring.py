"""A logistic model in plain numpy: fitting, storing, and turning features into confidence."""

import functools
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

WEIGHTS_FILE = Path(__file__).parent / "weights" / "local.json"
CLIP = 4.0  # standard deviations
HALVES = [0.5**i for i in range(12)]


@dataclass(frozen=True, slots=True)
class Logistic:
    """Scores rows of features: standardised, weighted, summed. One column of weights a class."""

    means: list[float]
    deviations: list[float]
    weights: list[list[float]]
    biases: list[float]

    def scores(self, features: NDArray[Any]) -> Numbers:
        """Return the log-odds of each class, shape (rows, classes)."""
        spread = (np.asarray(features, dtype=float) - self.means) / self.deviations
        return np.asarray(
            np.clip(spread, -CLIP, CLIP) @ np.array(self.weights).T + np.array(self.biases)
        )


def fit(
    features: NDArray[Any],
    targets: NDArray[Any],
    weights: Numbers,
    ridge: float,
    expected: Numbers | None = None,
) -> Logistic:
    """Fit one logistic regression for each column of targets (0 or 1), rows weighted.

    ridge draws the weights of standardised features towards those expected, or to 0.
    """
    means, deviations = features.mean(axis=0), features.std(axis=0) + 1e-3
    spread = np.clip((features - means) / deviations, -CLIP, CLIP).astype(float)
    drawn = np.zeros(features.shape[1]) if expected is None else expected
    fitted = [_newton(spread, one.astype(float), weights, ridge, drawn) for one in targets.T]
    return Logistic(
        means=_rounded(means),
        deviations=_rounded(deviations),
        weights=[_rounded(one[:-1]) for one in fitted],
        biases=[round(float(one[-1]), 5) for one in fitted],
    )


def fit_bounded(
    features: NDArray[Any],
    targets: NDArray[Any],
    weights: Numbers,
    ridge: float,
    signs: NDArray[Any],
    expected: Numbers,
) -> Logistic:
    """Fit one logistic regression in which no weight goes against its sign (0 is free)."""
    means, deviations = features.mean(axis=0), features.std(axis=0) + 1e-3
    spread = np.clip((features - means) / deviations, -CLIP, CLIP).astype(float)
    signs, target = np.asarray(signs), targets.astype(float)
    open_, found = np.ones(len(signs), dtype=bool), np.append(expected, 0.0)
    while True:
        kept = np.append(open_, True)
        # Each round begins where the last ended, which is near.
        near = found[kept]
        found = np.zeros(len(kept))
        found[kept] = _newton(spread[:, open_], target, weights, ridge, expected[open_], near)
        wrong = found[:-1] * signs < 0
        if not wrong.any():
            break
        open_ &= ~wrong
    return Logistic(
        means=_rounded(np.where(open_, means, 0)),
        deviations=_rounded(np.where(open_, deviations, 1)),
        weights=[_rounded(found[:-1])],
        biases=[round(float(found[-1]), 5)],
    )


def _newton(
    spread: Numbers,
    target: Numbers,
    weights: Numbers,
    ridge: float,
    expected: Numbers,
    begin: Numbers | None = None,
) -> Numbers:
    """Minimise the ridge-penalised logistic loss by Newton's steps; the last number is the bias."""
    rows = np.hstack([spread, np.ones((len(spread), 1))])
    penalty = np.append(np.full(spread.shape[1], ridge), 1e-6)
    drawn = np.append(expected, 0.0)

    def loss(found: Numbers) -> float:
        scores = rows @ found
        fits = weights * (np.logaddexp(0, scores) - target * scores)
        return float(fits.sum() + (penalty * (found - drawn) ** 2).sum() / 2)

    found = drawn if begin is None else begin
    least = loss(found)
    for _ in range(40):
        chances = sigmoid(rows @ found)
        slope = rows.T @ (weights * (chances - target)) + penalty * (found - drawn)
        bend = (rows * (weights * chances * (1 - chances))[:, None]).T @ rows + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        # A whole step can overshoot where the chances are near 0 or 1, so it is halved as needed.
        share = next((s for s in HALVES if loss(found - s * step) < least), 0.0)
        found = found - share * step
        before, least = least, loss(found)
        if before - least < 1e-7 * before:
            break
    return found


def sigmoid(scores: NDArray[Any]) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -30, 30))))


def _rounded(numbers: NDArray[Any]) -> list[float]:
    return [round(float(one), 5) for one in numbers]


@dataclass(frozen=True, slots=True)
class Model:
    """Everything learned: what is a signal, of which kind, and how sure to be.

    slope and offset turn a score into the chance that a reader agrees (Platt, 1999). A passage
    is proposed when that chance reaches bar.
    """

    signal: Logistic
    kind: Logistic
    slope: float
    offset: float
    bar: float

    def confidence(self, scores: NDArray[Any]) -> Numbers:
        return sigmoid(self.slope * np.asarray(scores) + self.offset)


def save(model: Model, path: Path) -> None:
    """Write the model as JSON."""
    path.write_text(json.dumps(asdict(model)) + "\n", encoding="utf-8")


@functools.cache
def load(path: Path = WEIGHTS_FILE) -> Model:
    """Return the model in the file, read once a process."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    signal, kind = Logistic(**stored.pop("signal")), Logistic(**stored.pop("kind"))
    return Model(signal, kind, **stored)
