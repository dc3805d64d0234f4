"""The calibrated bar: how likely it is that any startup of the directory fits a signal.

Three signs, all of the whole ranking: how near the best come in meaning and in wording, and how
far the two rankers that see meaning agree on who they put in front. Their weights are learned,
strongly regularised, from judged needs by `manage.py train_matching`, which writes fit.json;
docs/decisions/0013 has the figures, and what was tried and left out.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, Self

import numpy as np

from civstart.lib.errors import CivStartError
from matching.ranking import Ranked

FILE = Path(__file__).parent / "fit.json"
# In a directory of a thousand, the best three and the first twenty; in a smaller one fewer.
BEST_SHARE, MOST_BEST = 3 / 1000, 3
FRONT_SHARE, FEWEST_IN_FRONT, MOST_IN_FRONT = 0.02, 5, 20
RANKERS = ("Meaning", "Wording")


class NothingToLearn(CivStartError):
    """The judged needs all have the same answer, or there are none."""


def signs(ranked: Ranked) -> dict[str, float | None]:
    """Return the signs by name, each 0 to 1; None where the directory is too small to tell."""
    count = _best(ranked.directory)
    best = {name: _mean_of_best(ranked, name, count) for name in RANKERS}
    return best | {"Agreement": agreement(*ranked.orders[:2], directory=ranked.directory)}


def _mean_of_best(ranked: Ranked, name: str, count: int) -> float:
    """Return the mean share of its most points that the best by one part reach."""
    shares = sorted(
        (
            part.points / part.most
            for one in ranked.scored
            for part in one.parts
            if part.name == name and part.most
        ),
        reverse=True,
    )[:count]
    return sum(shares) / len(shares) if shares else 0.0


def _best(directory: int) -> int:
    return min(MOST_BEST, max(1, round(directory * BEST_SHARE)))


def agreement(*orders: Sequence[int], directory: int) -> float | None:
    """Return the share of the front that each two orders have in common, on average and corrected
    for chance: 0 as by lot, 1 the same startups. None where that cannot be told.
    """
    front = min(MOST_IN_FRONT, max(FEWEST_IN_FRONT, round(directory * FRONT_SHARE)))
    chance = front / directory if directory else 1.0
    if chance > 1 / 2 or not all(orders):
        return None
    fronts = [set(order[:front]) for order in orders]
    shares = [len(one & other) / front for one, other in combinations(fronts, 2)]
    return (sum(shares) / len(shares) - chance) / (1 - chance)


@dataclass(frozen=True, slots=True)
class Fit:
    """A logistic model of the signs: each has a mean, a deviation and a weight."""

    signs: dict[str, dict[str, float]]
    bias: float
    learned_from: dict[str, Any]

    @classmethod
    def read(cls, path: Path = FILE) -> Self:
        return cls(**json.loads(path.read_text(encoding="utf-8")))

    def write(self, path: Path = FILE) -> None:
        told = {"signs": self.signs, "bias": self.bias, "learned_from": self.learned_from}
        path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")

    def moves(self, found: dict[str, float | None]) -> dict[str, float]:
        """Return how far each sign moves the log-odds; an unknown one not at all."""
        return {
            name: 0.0
            if (value := found[name]) is None
            else round(one["weight"] * (value - one["mean"]) / one["deviation"], 3)
            for name, one in self.signs.items()
        }

    def probability(self, found: dict[str, float | None], *, beside: float = 0.0) -> float:
        """Return how likely it is that a startup fits, if as many needs had one as had none.

        beside moves the log-odds by what else is known.
        """
        odds = self.bias + sum(self.moves(found).values()) + beside
        return round(1 / (1 + math.exp(-odds)), 3)


@cache
def stored() -> Fit:
    return Fit.read()


# --- Learning -------------------------------------------------------------------------------

RIDGE = 10.0  # so strong that the weights stay near each other: there are few labelled needs
STEPS = 50


def learn(rows: Sequence[dict[str, float | None]], answered: Sequence[bool], **about: Any) -> Fit:
    """Return the model of the rows, with both answers given the same weight.

    Ridge logistic regression by Newton's method. Raise NothingToLearn without both answers.
    """
    _check_both(answered)
    names = list(rows[0])
    table = np.array([[row[name] or 0.0 for name in names] for row in rows])
    mean, deviation = table.mean(axis=0), table.std(axis=0)
    deviation[deviation == 0] = 1.0  # a sign that never differs says nothing
    design = np.c_[(table - mean) / deviation, np.ones(len(rows))]
    truth = np.asarray(answered, dtype=float)
    share = truth.mean()
    worth = np.where(truth > 0, 0.5 / share, 0.5 / (1 - share))
    ridge = np.diag([RIDGE] * len(names) + [1e-6])
    weights = np.zeros(len(names) + 1)
    for _ in range(STEPS):
        told = 1 / (1 + np.exp(-design @ weights))
        slope = design.T @ (worth * (told - truth)) + ridge @ weights
        bend = (design * (worth * told * (1 - told))[:, None]).T @ design + ridge
        weights -= np.linalg.solve(bend, slope)
    return Fit(
        {
            name: {
                "mean": round(float(mean[at]), 4),
                "deviation": round(float(deviation[at]), 4),
                "weight": round(float(weights[at]), 4),
            }
            for at, name in enumerate(names)
        },
        round(float(weights[-1]), 4),
        about,
    )


def _check_both(answered: Sequence[bool]) -> None:
    count = sum(map(bool, answered))
    if not 0 < count < len(answered):
        raise NothingToLearn(
            f"Of {len(answered)} judged needs {count} have a startup that fits. The bar is learned "
            "from both kinds: add needs that one fits, and needs that none does."
        )
