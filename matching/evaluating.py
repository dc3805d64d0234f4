"""Evaluations that staff start: one at a time, in the background, part by part."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_q.exceptions import TimeoutException
from django_q.tasks import async_task

from civstart.accounts.models import User
from civstart.lib.errors import CivStartError
from matching import evaluations, measuring
from signals.extraction import labelled
from signals.measure.evaluations import WAYS, Measured, extraction
from signals.models import Evaluation
from signals.models.evaluations import LONGEST_PART

PERMISSION = "signals.add_evaluation"
type_of_report = Callable[[str], None]
type_of_part = Callable[[type_of_report], Measured]
What, Status = Evaluation.What, Evaluation.Status
LONGEST_TROUBLE, LONGEST_DOING = 500, 100
NEEDED = {
    What.EXTRACTION: (
        "gold/signals_dev.jsonl",
        "gold/score_extraction.py",
        "gold/meeting_text.py",
        "transcripts",
    ),
    What.MATCHING: (
        "gold/matches_dev.jsonl",
        "gold/score_matching.py",
        "startups/startups_1000.jsonl",
    ),
}
OVERDUE = "It did not get on for 12 minutes. See that a worker runs, and start it again."
logger = logging.getLogger(__name__)


class NotStarted(CivStartError):
    """The evaluation cannot be started now."""


class TooLong(CivStartError):
    """A part took longer than a task may."""

    def __init__(self) -> None:
        super().__init__(
            "A part of it took longer than a worker may take, 10 minutes. Start it when the "
            "machine has less to do, or run manage.py evaluate with --keep, which may take longer."
        )


def lacking(what: Evaluation.What) -> str:
    """Return what is missing to evaluate, as sentences with the next step; "" if nothing is."""
    if what == What.JUDGEMENTS:
        return "" if evaluations.is_judged() else str(evaluations.NothingJudged())
    if not settings.LABELS_DIR:
        return (
            "There are no labelled examples: LABELS_DIR is not set. Set it to a folder with "
            f"{', '.join(NEEDED[what])}, and start the site again."
        )
    folder = Path(settings.LABELS_DIR)
    missing = next((name for name in NEEDED[what] if not (folder / name).exists()), "")
    if not missing:
        return ""
    return f"LABELS_DIR is {folder}, and {missing} is not in it. Add it, or set another folder."


def start(what: str, *, by: User) -> Evaluation:
    """Have a worker evaluate. Raise NotStarted if one is under way, or something is missing."""
    if what not in What.values:
        known = ", ".join(What.values)
        raise NotStarted(f"There is no evaluation “{what[:40]}”. Choose one of {known}.")
    if not by.has_perm(PERMISSION):
        raise NotStarted("To start an evaluation takes the right “Can add evaluation”.")
    if missing := lacking(What(what)):
        raise NotStarted(missing)
    give_up_overdue()
    now = timezone.now()
    try:
        with transaction.atomic():
            made = Evaluation.objects.create(
                what=what, by=by, started_at=now, moved_at=now, doing="Waiting for a worker"
            )
            async_task("matching.tasks.evaluate", made.pk, group="evaluation")
    except IntegrityError as error:
        raise NotStarted(
            "An evaluation is under way already. Wait until it is done, then start this one."
        ) from error
    return made


def give_up_overdue() -> None:
    """Mark what does not get on: its worker was ended, or none runs."""
    overdue = Evaluation.objects.filter(
        status=Status.RUNNING, moved_at__lt=timezone.now() - LONGEST_PART
    )
    overdue.update(status=Status.FAILED, finished_at=timezone.now(), trouble=OVERDUE, doing="")


def run(evaluation: Evaluation, parts: Sequence[type_of_part] | None = None) -> bool:
    """Measure the next part of it; return whether it is at its end.

    Each part is kept when it is done, so a worker that is ended costs no more than one.
    """
    parts = parts or PARTS[What(evaluation.what)]
    number = evaluation.done_count
    named = f", part {number + 1} of {len(parts)}" if len(parts) > 1 else ""
    report = partial(_report, evaluation, named=named)
    try:
        measured = parts[number](report)
    except TimeoutException:
        _fail(evaluation, TooLong())
        raise
    except Exception as error:  # the labels bring a program of their own
        logger.exception("Evaluation %s failed", evaluation.pk)
        _fail(evaluation, error)
        return True
    return not _kept(evaluation, measured, last=number + 1 == len(parts))


def _report(evaluation: Evaluation, doing: str, *, named: str) -> None:
    said = f"{doing}{named}"[:LONGEST_DOING]
    _at_this_part(evaluation).update(doing=said, moved_at=timezone.now())


def _fail(evaluation: Evaluation, error: Exception) -> None:
    said = str(error) if isinstance(error, CivStartError) else f"{type(error).__name__}: {error}"
    _at_this_part(evaluation).update(
        status=Status.FAILED,
        finished_at=timezone.now(),
        trouble=said[:LONGEST_TROUBLE],
        doing="",
    )


def _kept(evaluation: Evaluation, measured: Measured, *, last: bool) -> bool:
    """Keep the part; return whether another is to be measured, by the caller."""
    now = timezone.now()
    end = {"status": Status.DONE, "finished_at": now, "doing": ""} if last else {}
    kept = _at_this_part(evaluation).update(
        figures=evaluation.figures | measured.figures,
        calibration=measured.calibration or evaluation.calibration,
        about=measured.about,
        done_count=evaluation.done_count + 1,
        moved_at=now,
        **end,
    )
    return bool(kept) and not last


def _at_this_part(evaluation: Evaluation) -> QuerySet[Evaluation]:
    """Nobody, once another worker did the part or it was given up."""
    return Evaluation.objects.filter(
        pk=evaluation.pk, status=Status.RUNNING, done_count=evaluation.done_count
    )


def _extraction(report: type_of_report, *, way: str) -> Measured:
    report(f"Extracting, {way}")
    folder = Path(settings.LABELS_DIR)
    return extraction(labelled.Labels.at(folder / "gold", folder / "transcripts"), [way])


def _matching(report: type_of_report) -> Measured:
    folder = Path(settings.LABELS_DIR)
    return evaluations.matching(
        measuring.Labels(folder / "gold"),
        folder / "startups" / "startups_1000.jsonl",
        partial(beside, report),
    )


def beside(report: type_of_report, doing: str) -> None:
    """Report on a connection of its own: this one works on tables of which nothing stays."""

    def told() -> None:
        try:
            report(doing)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(told).result()


PARTS: dict[Evaluation.What, Sequence[type_of_part]] = {
    What.EXTRACTION: [partial(_extraction, way=way) for way in WAYS],
    What.MATCHING: [_matching],
    What.JUDGEMENTS: [evaluations.judgements],
}
