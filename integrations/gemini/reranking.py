"""The re-ranker that asks Gemini. settings.RERANKER names it, or RERANK=True chooses it."""

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial

from django.conf import settings

from integrations.gemini import asking, grading
from integrations.gemini.asking import NoAnswer
from integrations.gemini.client import Gemini
from integrations.gemini.grading import Grade, Grades
from matching.contract import Candidate, Judged, Need, NotJudged


class GeminiReranker:
    """Grades all candidates with one question. An answer that is not whole is asked for anew the
    next time; a whole one is remembered.
    """

    def __init__(self, connect: Callable[[], Gemini] = asking.connect) -> None:
        self.name = f"Gemini ({settings.GEMINI_RERANK_MODEL})"
        self._connect = connect

    def judge(self, need: Need, candidates: Sequence[Candidate]) -> list[Judged]:
        if not candidates:
            return []
        listed = grading.in_order(need, candidates)
        read = partial(_whole, count=len(listed))
        try:
            with self._connect() as gemini:
                grades = asking.answer(gemini, grading.question(need, listed), read)
        except NoAnswer as error:
            raise NotJudged(str(error)) from error
        return [Judged(listed[one.number - 1].slug, one.grade, one.reason) for one in grades]

    def likely_cost(self, need: Need, candidates: Sequence[Candidate]) -> Decimal:
        asked = grading.question(need, grading.in_order(need, candidates))
        return grading.likely_cost(asked, len(candidates))

    def left_today(self) -> Decimal:
        return asking.left_today()


def _whole(text: str, *, count: int) -> list[Grade]:
    """Return one grade for each of the numbers 1 to count. Raise NoAnswer for anything else."""
    grades = Grades.model_validate_json(text).grades
    numbers = Counter(one.number for one in grades)
    if unknown := sorted(numbers.keys() - set(range(1, count + 1))):
        raise NoAnswer(f"Gemini graded candidate {unknown[0]}; there are {count}.")
    if len(numbers) < count:
        raise NoAnswer(f"Gemini graded {len(numbers)} of {count} candidates.")
    if twice := [number for number, times in numbers.items() if times > 1]:
        raise NoAnswer(f"Gemini graded candidate {twice[0]} twice.")
    return grades
