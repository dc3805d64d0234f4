"""Moving matching to another embedder: its vectors are made beside the old, which serve on."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from matching import embedders, embedding, mirroring, trouble, verifying
from matching.contract import Embedder
from matching.models import VectorModel
from signals.models import Signal
from startups.models import Startup

BATCH = 100

Report = Callable[["Progress"], object]


@dataclass(frozen=True, slots=True)
class Progress:
    """How many startups and approved signals have a vector, of how many."""

    done: int
    total: int


def is_due() -> bool:
    """Whether settings.EMBEDDER names another model than the one in use."""
    return embedding.serving().model != embedders.wanted().model


def move(embedder: Embedder, *, report: Report = lambda progress: None) -> bool:
    """Make all vectors of the embedder, then put it in use; return whether it was not before.

    What is stored already is not made again, so a move that was cut short goes on where it was.
    Raise EmbedderUnavailable or IndexUnavailable if one of them is; the old one serves on.
    """
    embedding.serving()  # the row of what serves meanwhile
    row, _ = VectorModel.objects.get_or_create(
        model=embedder.model, defaults={"status": VectorModel.Status.FILLING}
    )
    VectorModel.objects.filter(pk=row.pk, status=VectorModel.Status.RETIRED).update(
        status=VectorModel.Status.FILLING, started_at=timezone.now()
    )
    with trouble.watched(embedder.model):
        _fill(embedder, report)
        if mirror := mirroring.in_use():
            mirror.make(embedder.model)
            verifying.fill(mirror, embedder.model)
    return _switch(embedder.model)


def _fill(embedder: Embedder, report: Report) -> None:
    """Embed batch by batch until nothing is missing, also of what changed meanwhile."""
    while True:
        _report(embedder, report)
        if startups := list(embedding.stale(embedder.model).order_by("pk").with_profile()[:BATCH]):
            embedding.embed_startups(startups, embedder)
        elif signals := embedding.unembedded(embedder.model)[:BATCH]:
            embedding.embed_signals(signals, embedder)
        else:
            return


def _report(embedder: Embedder, report: Report) -> None:
    total = Startup.objects.active().count() + Signal.objects.approved().count()
    missing = embedding.stale(embedder.model).count() + len(embedding.unembedded(embedder.model))
    progress = Progress(total - missing, total)
    VectorModel.objects.filter(model=embedder.model).update(
        done_count=progress.done, total_count=progress.total
    )
    report(progress)


@transaction.atomic
def _switch(model: str) -> bool:
    """Put the model in use and retire the one before. Both are kept: to go back costs nothing."""
    rows = VectorModel.objects.select_for_update().order_by("pk")
    before = next((row for row in rows if row.status == VectorModel.Status.SERVING), None)
    if before and before.model == model:
        return False
    if before:
        VectorModel.objects.filter(pk=before.pk).update(status=VectorModel.Status.RETIRED)
    VectorModel.objects.filter(model=model).update(
        status=VectorModel.Status.SERVING, served_at=timezone.now()
    )
    return True
