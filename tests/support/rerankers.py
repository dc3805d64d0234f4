"""Re-rankers small enough to see through, chosen by settings.RERANKER in tests."""

from collections.abc import Sequence
from decimal import Decimal

from matching.contract import Candidate, Judged, Need, NotJudged


class Likes:
    """Gives the startups it likes a grade each, all others none."""

    name = "Likes"
    grades: dict[str, int] = {}
    asked: list[tuple[Need, list[Candidate]]] = []

    def judge(self, need: Need, candidates: Sequence[Candidate]) -> list[Judged]:
        self.asked.append((need, list(candidates)))
        return [Judged(one.slug, self.grades.get(one.slug, 0), "As told.") for one in candidates]


class Half:
    """Answers for the first half only."""

    name = "Half"

    def judge(self, need: Need, candidates: Sequence[Candidate]) -> list[Judged]:
        return [Judged(one.slug, 3, "First.") for one in candidates[: len(candidates) // 2]]


class Broken:
    name = "Broken"

    def judge(self, need: Need, candidates: Sequence[Candidate]) -> list[Judged]:
        raise NotJudged("It does not answer.")


class Dear(Likes):
    """Takes half a dollar for a question, of a dollar and a half a day."""

    name = "Dear"

    def likely_cost(self, need: Need, candidates: Sequence[Candidate]) -> Decimal:
        assert candidates
        return Decimal("0.5")

    def left_today(self) -> Decimal:
        return Decimal("1.5")
