"""The explainer that asks Gemini. settings.EXPLAINER names it, or EXPLAIN=True chooses it."""

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

from django.conf import settings

from integrations.gemini import answers, asking, pairs, spans
from integrations.gemini.asking import NoAnswer
from integrations.gemini.client import Gemini, Patience
from integrations.gemini.pairs import Pair
from integrations.gemini.spans import Checked
from matching.contract import Explained, Pairing, Passage
from matching.explaining import LocalExplainer

# Reasons can be had without it, so it is waited for less than for grades.
PATIENCE = Patience(attempts=2, seconds=15.0, timeout=asking.PATIENCE.timeout)
CONNECT = partial(asking.connect, PATIENCE)
# From the first question of a signal to the last: others wait for the matches.
MOST_SECONDS = 45.0


class GeminiExplainer:
    """Asks one question for each startup. One explainer gives the reasons of one signal.

    Only spans that stand in both texts are kept. What is lost by that, and all where there is no
    answer, is made good by the local explainer, reason by reason.
    """

    def __init__(
        self,
        connect: Callable[[], Gemini] = CONNECT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = f"Gemini ({settings.GEMINI_EXPLAIN_MODEL})"
        self._connect, self._clock = connect, clock
        self._local = LocalExplainer()
        self._began: float | None = None

    def explain(
        self, quotes: Sequence[str], passages: Sequence[Passage], *, most: int
    ) -> list[Pairing]:
        if not any(quotes) or not passages:
            return Explained([], by=self.name)
        try:
            found = self._ask(quotes, passages, most)
        except NoAnswer as error:
            local = self._local.explain(quotes, passages, most=most)
            return Explained(local, by=self._local.name, failure=str(error))
        return self._made_good(found, quotes, passages, most)

    def _ask(self, quotes: Sequence[str], passages: Sequence[Passage], most: int) -> Checked:
        self._check_time()
        question = pairs.question(quotes, passages, most=most)
        with self._connect() as gemini:
            given, faults = asking.answer(gemini, question, _read)
        found = spans.checked(given, quotes, passages, most=most)
        for _ in range(faults):
            found.drop(spans.OTHER_SHAPE, fits=True)
        return found

    def _check_time(self) -> None:
        """Raise NoAnswer if the questions before have taken all the time there is."""
        now = self._clock()
        self._began = now if self._began is None else self._began
        if now - self._began > MOST_SECONDS:
            raise NoAnswer(
                f"Gemini took more than {MOST_SECONDS:g} s for the reasons before, so it was not "
                "asked for more."
            )

    def _made_good(
        self, found: Checked, quotes: Sequence[str], passages: Sequence[Passage], most: int
    ) -> Explained:
        """Return what was found, with reasons of the local explainer in place of those lost."""
        fits, doubts = found.missing(most)
        if not fits and not doubts:
            return Explained(found.kept, by=self.name, dropped=found.dropped)
        local = self._local.explain(quotes, passages, most=most)
        if not found.kept:
            why = "Gemini gave no reason that stands in both texts."
            return Explained(local, by=self._local.name, dropped=found.dropped, failure=why)
        added = _others(local, found.kept, fits=fits, doubts=doubts)
        by = f"{self.name} and {self._local.name}" if added else self.name
        # Stable: what fits comes first, and each explainer's own order stays.
        ordered = sorted([*found.kept, *added], key=lambda one: not one.fits)
        return Explained(ordered, by=by, dropped=found.dropped)


def _others(
    local: Sequence[Pairing], kept: Sequence[Pairing], *, fits: int, doubts: int
) -> list[Pairing]:
    """Return so many of the local pairings, the best first, that repeat none of those kept."""
    left = [one for one in local if not spans.repeats(one.they_said, one.profile_says, kept)]
    return [one for one in left if one.fits][:fits] + [one for one in left if not one.fits][:doubts]


def _read(text: str) -> tuple[list[Pair], int]:
    """Return the pairs, and the number of those of another shape. Raise NoAnswer for no list."""
    answer = json.loads(text)
    if not isinstance(answer, dict) or not isinstance(answer.get("pairs"), list):
        raise NoAnswer("Gemini's answer has another shape: it has no list of pairs.")
    faults: Counter[str] = Counter()
    return answers.items(text, "pairs", Pair, faults), faults.total()
