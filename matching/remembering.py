"""Grades a re-ranker gave before, used again where asking anew would cost: to preview a policy."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from matching.contract import Candidate, Judged, Need
from signals.models import Signal


@dataclass(slots=True)
class Remembered:
    """A re-ranker that grades as one did when the signal was matched; 0 for whom it did not."""

    name: str
    grades: Mapping[str, int]

    def judge(self, need: Need, candidates: Sequence[Candidate]) -> list[Judged]:
        return [
            Judged(one.slug, self.grades.get(one.slug, 0), "As at the last matching.")
            for one in candidates
        ]

    def know(self, slugs: Iterable[str]) -> bool:
        """Whether each of the startups was graded."""
        return self.grades.keys() >= set(slugs)


def of(signal: Signal) -> Remembered | None:
    """Return the grades given last; None if there are none, or the site uses no re-ranker."""
    if not settings.RERANKER:
        return None
    graded = signal.match_runs.filter(reread__has_key="grades").exclude(reread__grades=[])
    told = graded.order_by("-started_at", "-pk").values_list("reread", flat=True).first()
    if told is None:
        return None
    return Remembered(told["by"], {one["startup"]: one["grade"] for one in told["grades"]})
