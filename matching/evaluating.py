"""Evaluations that staff start: one at a time, in the background, part by part."""

import logging
import time
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_q.exceptions import TimeoutException
from django_q.tasks import async_task

from civstart.accounts.models import User
from civstart.lib.errors import CivStartError
from matching import estimating, evaluation_parts, evaluations, reranking
from matching.estimating import Estimate
from matching.evaluation_parts import SCORING, OutOfTime, Work
from matching.measuring import Labels
from signals.models import Evaluation, EvaluationPart
from signals.models.evaluations import LONGEST_PART

PERMISSION = "signals.add_evaluation"
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


class NotCancelled(CivStartError):
    """The evaluation is over already."""


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


def start(what: str, *, by: User, reranks: bool = False) -> Evaluation:
    """Have a worker evaluate. Raise NotStarted if one is under way, or something is missing.

    reranks: have the re-ranker of the settings grade the best, which may cost.
    """
    if what not in What.values:
        known = ", ".join(What.values)
        raise NotStarted(f"There is no evaluation “{what[:40]}”. Choose one of {known}.")
    _check(What(what), by, reranks=reranks)
    give_up_overdue()
    now = timezone.now()
    made = Evaluation(what=what, by=by, reranks=reranks, started_at=now, moved_at=now)
    _queue(made)
    _forget_parts(What(what), but=made)  # who starts anew does not go on with an earlier one
    return made


def estimate() -> Estimate | None:
    """Return what it costs to have the labelled needs graded; None if that cannot be chosen."""
    if lacking(What.MATCHING):
        return None
    folder = Path(settings.LABELS_DIR)
    return estimating.of_labels(Labels(folder / "gold"), folder / NEEDED[What.MATCHING][-1])


def _check(what: Evaluation.What, by: User, *, reranks: bool) -> None:
    """Raise NotStarted, saying why, if the person may not, or something is missing."""
    if not by.has_perm(PERMISSION):
        raise NotStarted("To start an evaluation takes the right “Can add evaluation”.")
    if reranks and what != What.MATCHING:
        raise NotStarted(f"No re-ranker grades for “{what.label}”. Start it without.")
    if reranks and reranking.chosen() is None:
        raise NotStarted(reranking.NONE)
    if missing := lacking(what):
        raise NotStarted(missing)


@transaction.atomic
def go_on(evaluation: Evaluation, *, by: User) -> None:
    """Have a worker go on with one that stopped, after the parts that are measured.

    Raise NotStarted if it is running or done, another is under way, or something is missing.
    """
    # Who pressed the button twice comes second here, and sees that it runs.
    evaluation.refresh_from_db(from_queryset=Evaluation.objects.select_for_update())
    if evaluation.status == Status.RUNNING:
        raise NotStarted("That evaluation is under way already. Nothing was changed.")
    kept = evaluation.parts.count()
    if not evaluation.can_go_on or kept != evaluation.done_count:
        raise NotStarted("Nothing is kept of that evaluation to go on with. Measure anew.")
    _check(What(evaluation.what), by, reranks=evaluation.reranks)
    give_up_overdue()
    evaluation.status, evaluation.trouble = Status.RUNNING, ""
    evaluation.moved_at, evaluation.finished_at = timezone.now(), None
    _queue(evaluation)


def _queue(evaluation: Evaluation) -> None:
    evaluation.doing = "Waiting for a worker"
    try:
        with transaction.atomic():
            evaluation.save()
            async_task("matching.tasks.evaluate", evaluation.pk, group="evaluation")
    except IntegrityError as error:
        raise NotStarted(
            "An evaluation is under way already. Wait until it is done, then start this one."
        ) from error


def cancel(evaluation: Evaluation, *, by: User) -> None:
    """End it where it is; the part a worker is at is thrown away. Raise NotCancelled if it is over
    already.
    """
    if not by.has_perm(PERMISSION):
        raise NotCancelled("To cancel an evaluation takes the right “Can add evaluation”.")
    running = Evaluation.objects.filter(pk=evaluation.pk, status=Status.RUNNING)
    said = f"{by} cancelled it."
    if not running.update(**_ended(Status.CANCELLED, said)):
        raise NotCancelled("That evaluation is over already. Nothing was changed.")


def give_up_overdue() -> None:
    """Mark what does not get on: its worker was ended, or none runs."""
    overdue = Evaluation.objects.filter(
        status=Status.RUNNING, moved_at__lt=timezone.now() - LONGEST_PART
    )
    overdue.update(**_ended(Status.FAILED, OVERDUE))


def _ended(status: Evaluation.Status, trouble: str = "") -> dict[str, object]:
    return {
        "status": status,
        "finished_at": timezone.now(),
        "trouble": trouble[:LONGEST_TROUBLE].replace("\x00", ""),
        "doing": "",
    }


def run(evaluation: Evaluation, work: Work | None = None) -> bool:
    """Measure the next part of it, or that part's rest; return whether it is at its end.

    After the last part the figures are counted, of all parts together.
    """
    number = evaluation.done_count
    try:
        work = work or evaluation_parts.work(evaluation)
        _at_this_part(evaluation).update(part_count=len(work.names))
        if number < len(work.names) and not _find(evaluation, work, number):
            return True
        if evaluation.done_count >= len(work.names):
            return _count(evaluation, work)
    except OutOfTime:
        return not _at_this_part(evaluation).update(moved_at=timezone.now())
    except TimeoutException:
        _fail(evaluation, TooLong())
        raise
    except Exception as error:  # the labels bring a program of their own
        logger.exception("Evaluation %s failed", evaluation.pk)
        _fail(evaluation, error)
    return not Evaluation.objects.filter(pk=evaluation.pk, status=Status.RUNNING).exists()


def _find(evaluation: Evaluation, work: Work, number: int) -> bool:
    """Measure one part and keep what it finds; False if another worker did or it was ended."""
    began = time.monotonic()
    named = work.names[number] if len(work.names) > 1 else ""
    found = work.find(number, partial(_report, evaluation, named=named))
    with transaction.atomic():
        if not _at_this_part(evaluation).update(done_count=number + 1, moved_at=timezone.now()):
            return False
        EvaluationPart.objects.create(
            evaluation=evaluation,
            number=number,
            found=found,
            took_seconds=round(time.monotonic() - began, 1),
        )
    evaluation.done_count = number + 1
    return True


def _count(evaluation: Evaluation, work: Work) -> bool:
    """Count the figures of all parts and end it. Words of the labels are not kept any longer."""
    _report(evaluation, SCORING, named="")
    made = work.measured([part.found for part in evaluation.parts.all()])
    done = _at_this_part(evaluation).update(
        figures=made.figures,
        calibration=made.calibration,
        about=made.about,
        **_ended(Status.DONE),
    )
    if done:
        _forget_parts(What(evaluation.what))
    return True


def _forget_parts(what: Evaluation.What, *, but: Evaluation | None = None) -> None:
    rows = EvaluationPart.objects.filter(evaluation__what=what)
    rows.exclude(evaluation=but).delete()


def _report(evaluation: Evaluation, doing: str, *, named: str) -> None:
    said = f"{doing}, {named}" if named else doing
    _at_this_part(evaluation).update(doing=said[:LONGEST_DOING], moved_at=timezone.now())


def _fail(evaluation: Evaluation, error: Exception) -> None:
    said = str(error) if isinstance(error, CivStartError) else f"{type(error).__name__}: {error}"
    _at_this_part(evaluation).update(**_ended(Status.FAILED, said))


def _at_this_part(evaluation: Evaluation) -> QuerySet[Evaluation]:
    """Nobody, once another worker did the part or it was given up."""
    return Evaluation.objects.filter(
        pk=evaluation.pk, status=Status.RUNNING, done_count=evaluation.done_count
    )
