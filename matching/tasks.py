"""What matching does by the clock, or in the background."""

import time
from contextlib import suppress
from datetime import timedelta

from django.utils import timezone
from django_q.tasks import async_task

from matching import (
    embedders,
    embedding,
    evaluating,
    forgetting,
    meaning,
    mirroring,
    moving,
    previewing,
    ranking,
    reasons,
    rematching,
    spans,
    suggesting,
    trouble,
    verifying,
)
from matching.contract import EmbedderUnavailable, IndexUnavailable
from matching.models import PolicyPreview, Rematch
from signals.models import Evaluation, Signal, SignalQuerySet

MOST = 50
SPANS_SECONDS = 20  # of each minute, so that a worker has time for what people wait for
SLICE_SECONDS = 240  # well within a task's timeout
GRACE = timedelta(minutes=10)  # a delivery of its own tries for about as long


def catch_up() -> int:
    """Embed and match what was left behind while an embedder or an index stayed away; return how
    many signals.
    """
    embedder = embedding.serving()
    if not (embedding.stale(embedder.model).exists() or _unmatched().exists()):
        return 0
    try:
        with trouble.watched(embedder.model):
            ranking.prepare(embedder, thoroughly=True)
        signals = list(_unmatched().for_lists().order_by("decided_at")[:MOST])
        for signal in signals:
            suggesting.for_signal(signal)
    except (EmbedderUnavailable, IndexUnavailable):
        return 0  # noted where staff see it; the clock comes round again
    return len(signals)


def _unmatched() -> SignalQuerySet:
    """Approved signals nobody looked for startups for. Deliveries still under way come first."""
    late = timezone.now() - GRACE
    return Signal.objects.approved().filter(match_runs=None, decided_at__lt=late)


def embed_signals() -> None:
    """Embed approved signals that have no vector yet, so that searches by meaning find them."""
    model = embedding.serving().model
    try:
        with trouble.watched(model):
            meaning.embed_missing()
    except EmbedderUnavailable:
        return  # noted where staff see it; the clock comes round again


def fill_index() -> None:
    """Fill an index outside the database that is not filled, in as many tasks as it takes; take up
    what it was not told while it was away.
    """
    mirror, model = mirroring.in_use(), embedding.serving().model
    if mirror is None:
        return
    ends_at = time.monotonic() + SLICE_SECONDS

    def stop_if_late(done: int, of: int) -> None:
        if time.monotonic() > ends_at:
            raise _Late

    with suppress(IndexUnavailable, _Late):  # noted where staff see it; the clock comes again
        if mirroring.state_of(mirror, model).filled_at is None:
            verifying.fill(mirror, model, report=stop_if_late)
        mirroring.take_up(mirror, model)


class _Late(Exception):
    """The task has run as long as a task may."""


def keep_spans() -> None:
    """Store the meaning of the sentences of profiles that have none stored: those of before it was
    stored, or that changed unheard. What is left waits for the clock, as others wait for a worker.
    """
    if reasons.are_local():
        spans.refresh(seconds=SPANS_SECONDS)


def reembed() -> None:
    """Move to the embedder of settings.EMBEDDER, in as many tasks as it takes."""
    ends_at = time.monotonic() + SLICE_SECONDS

    def stop_if_late(progress: moving.Progress) -> None:
        if time.monotonic() > ends_at:
            raise _Late

    try:
        moving.move(embedders.wanted(), report=stop_if_late)
    except _Late:
        async_task("matching.tasks.reembed", group="reembed")


def rematch() -> None:
    """Go on with the re-match that is under way, if one is. What is left is queued behind what
    others wait for; the clock takes up what a crash cut short.
    """
    under_way = Rematch.objects.going().select_related("policy").first()
    if under_way and rematching.run_slice(under_way, seconds=rematching.SLICE_SECONDS):
        async_task("matching.tasks.rematch", group="rematch")


def forget_old_differences() -> int:
    """Remove what old re-matches changed, signal by signal; return of how many re-matches."""
    return forgetting.old_differences()


def preview_policy(preview_id: int, *, seconds: float = SLICE_SECONDS) -> None:
    """Try a policy on signals approved lately, in as many tasks as it takes."""
    preview = PolicyPreview.objects.select_related("policy", "against").filter(pk=preview_id)
    found = preview.filter(status=PolicyPreview.Status.RUNNING).first()
    if found and not previewing.run(found, until=time.monotonic() + seconds):
        async_task("matching.tasks.preview_policy", preview_id, group="policy preview")


def evaluate(evaluation_id: int) -> None:
    """Measure the next part of the evaluation and put the rest in the queue.

    One that is done, or given up, is left alone.
    """
    waiting = Evaluation.objects.filter(pk=evaluation_id, status=Evaluation.Status.RUNNING)
    found = waiting.first()
    if found and not evaluating.run(found):
        async_task("matching.tasks.evaluate", evaluation_id, group="evaluation")
