"""What an evaluation is made of: parts that a worker measures one after another.

A part is a task of its own and keeps what it found, so that none nears the time a task may take,
and a worker that is ended costs one part.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import connection

from civstart.lib.errors import CivStartError
from matching import evaluations, measuring, reranking
from matching.contract import Candidate, Judged, Need, Reranker
from signals.extraction import labelled
from signals.measure import evaluations as of_extraction
from signals.measure.evaluations import Found, Measured, Part
from signals.models import Evaluation

type_of_report = Callable[[str], None]
Kept = Sequence[dict[str, Any]]
What = Evaluation.What
ASKING_SECONDS = 240  # of a task; then the rest is asked in another one
SCORING = "Scoring all parts together"


class LabelsChanged(CivStartError):
    """The labels are not those it was begun with."""

    def __init__(self) -> None:
        super().__init__("The labels were changed since it began. Measure anew.")


class OutOfTime(Exception):
    """A task has asked as long as a task may, or is wanted; what was answered is remembered."""


class Work(Protocol):
    """The parts of an evaluation, named in the order they are measured."""

    @property
    def names(self) -> Sequence[str]: ...

    def find(self, number: int, report: type_of_report) -> dict[str, Any]:
        """Return what the part finds, fit for JSON. Raise OutOfTime to be called again for it."""

    def measured(self, found: Kept) -> Measured:
        """Return the figures of what all parts found."""


class Whole:
    """What is measured in one part."""

    def __init__(self, measure: Callable[[type_of_report], Measured]) -> None:
        self.names = ("everything",)
        self._measure = measure

    def find(self, number: int, report: type_of_report) -> dict[str, Any]:
        found = self._measure(report)
        return {
            "figures": found.figures,
            "calibration": found.calibration,
            "about": found.about,
        }

    def measured(self, found: Kept) -> Measured:
        return Measured(**found[0])


class Extraction:
    """Extraction: a part for each group of meetings that is left out in turn."""

    def __init__(self, folder: Path) -> None:
        self._labels = labelled.Labels.at(folder / "gold", folder / "transcripts")
        self._parts = of_extraction.parts(self._labels)
        self.names = [str(part) for part in self._parts]

    def find(self, number: int, report: type_of_report) -> dict[str, Any]:
        report("Extracting")
        found = of_extraction.find(self._labels, self._parts[number])
        return found.as_json() | {"digest": of_extraction.about(self._labels)["digest"]}

    def measured(self, found: Kept) -> Measured:
        """Raise LabelsChanged if a part was measured on others."""
        if len(found) != len(self._parts):
            raise LabelsChanged
        made = of_extraction.measured(
            self._labels,
            [self._found(part, kept) for part, kept in zip(self._parts, found, strict=True)],
        )
        if any(kept["digest"] != made.about["digest"] for kept in found):
            raise LabelsChanged
        return made

    def _found(self, part: Part, kept: dict[str, Any]) -> Found:
        return Found(part, kept["rows"], kept["unsure"], kept["bar"])


def work(evaluation: Evaluation) -> Work:
    """Return what the evaluation is made of. Reads the labels."""
    folder = Path(settings.LABELS_DIR)
    match What(evaluation.what):
        case What.EXTRACTION:
            return Extraction(folder)
        case What.MATCHING:
            return Whole(partial(_matching, folder, reranker=_reranker(evaluation)))
        case _:
            return Whole(evaluations.judgements)


def _matching(folder: Path, report: type_of_report, *, reranker: Reranker | None) -> Measured:
    return evaluations.matching(
        measuring.Labels(folder / "gold"),
        folder / "startups" / "startups_1000.jsonl",
        partial(beside, report),
        reranker=reranker,
    )


def _reranker(evaluation: Evaluation) -> Reranker | None:
    if not evaluation.reranks:
        return None
    running = Evaluation.objects.filter(pk=evaluation.pk, status=Evaluation.Status.RUNNING)
    return InTime(reranking.asked(), is_wanted=running.exists)


class InTime:
    """A re-ranker that is asked for so long, and no more once its answers are not wanted; what it
    answered before is remembered by it.
    """

    def __init__(
        self,
        reranker: Reranker,
        seconds: float = ASKING_SECONDS,
        *,
        is_wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        self.name = reranker.name
        self._reranker, self._seconds, self._is_wanted = reranker, seconds, is_wanted
        self._ends_at: float | None = None

    def judge(self, need: Need, candidates: Sequence[Candidate]) -> list[Judged]:
        """Raise OutOfTime once the time since the first question is over, or nobody wants it."""
        now = time.monotonic()
        if self._ends_at is None:
            self._ends_at = now + self._seconds
        if now > self._ends_at or not self._is_wanted():
            raise OutOfTime
        return self._reranker.judge(need, candidates)


def beside(report: type_of_report, doing: str) -> None:
    """Report on a connection of its own: this one works on tables of which nothing stays."""

    def told() -> None:
        try:
            report(doing)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(told).result()
