"""How good rankings are by what staff judged: nDCG, recall, and whether "none" was said rightly.

The measures are those of the labelled needs' own scorer, for a site that has judgements alone.
nDCG has the gain 2^grade - 1 and the discount log2(place + 1) (Järvelin and Kekäläinen, 2002).
Of a directory that few have judged it is told twice: of the judged startups alone, in the order
they came in (Sakai, 2007), which is kind, and with those nobody judged as wrong, which is harsh.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matching.judging import GOOD
from matching.measuring import TOP


@dataclass(frozen=True, slots=True)
class Graded:
    """A need with the grades that staff gave, all startups as they were ranked, and whether the
    answer was that none fits.
    """

    grades: Mapping[str, int]
    ranking: Sequence[str]
    abstained: bool

    @property
    def is_answerable(self) -> bool:
        return max(self.grades.values()) >= GOOD

    @property
    def ndcg(self) -> float:
        return _ndcg(self.grades, self.ranking)

    @property
    def ndcg_of_judged(self) -> float:
        return _ndcg(self.grades, [slug for slug in self.ranking if slug in self.grades])

    @property
    def recall(self) -> float:
        good = [slug for slug, grade in self.grades.items() if grade >= GOOD]
        return sum(slug in self.ranking[:TOP] for slug in good) / len(good)


def _ndcg(grades: Mapping[str, int], ranking: Sequence[str]) -> float:
    best = sorted(grades.values(), reverse=True)
    return _gain(grades.get(slug, 0) for slug in ranking[:TOP]) / _gain(best[:TOP])


def _gain(grades: Iterable[int]) -> float:
    return math.fsum((2**grade - 1) / math.log2(at + 2) for at, grade in enumerate(grades))


def score(needs: Sequence[Graded]) -> dict[str, float | int | None]:
    """Return the figures; None for what these needs cannot tell."""
    answerable = [one for one in needs if one.is_answerable]
    rightly = _mean(float(one.abstained) for one in needs if not one.is_answerable)
    answered = _mean(float(not one.abstained) for one in answerable)
    front = [slug in one.grades for one in needs for slug in one.ranking[:TOP]]
    return {
        "needs": len(needs),
        "answerable": len(answerable),
        "judged": sum(len(one.grades) for one in needs),
        "ndcg10_judged": _mean(one.ndcg_of_judged for one in answerable),
        "ndcg10": _mean(one.ndcg for one in answerable),
        "recall10": _mean(one.recall for one in answerable),
        "abstain_when_right": rightly,
        "answer_when_right": answered,
        "balanced": None if rightly is None or answered is None else _mean((rightly, answered)),
        "judged_in_top10": _mean(map(float, front)),
    }


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return round(math.fsum(found) / len(found), 3) if found else None
