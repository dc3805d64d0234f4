"""Matching every approved signal anew: in slices, each signal once, whatever is killed meanwhile.

The row is the queue: it knows the last signal that was looked at. A worker claims it, and gives a
sign of life after each signal; whoever finds it silent for SILENCE goes on in its place. A signal
that was matched just before a kill is known by its run, and no pair is ever told twice.
"""

import time
from datetime import timedelta

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Max, Q
from django.utils import timezone
from django_q.tasks import async_task

from civstart.accounts.models import User
from civstart.lib.errors import CivStartError
from matching import embedders, embedding, ranking, suggesting
from matching.contract import EmbedderUnavailable, IndexUnavailable
from matching.embedders import UnknownModel
from matching.models import MatchPolicy, MatchRun, Rematch
from signals.models import Signal, SignalQuerySet

log = structlog.get_logger()

SLICE_SECONDS = 20  # short, so that a worker turns to what people wait for
SILENCE = timedelta(minutes=3)  # longer than one signal takes, an embedder's waits included
BATCH = 50


class AlreadyRunning(CivStartError):
    """Another re-match is under way."""


class NotRunning(CivStartError):
    """The re-match is over."""


@transaction.atomic
def start(*, by: User | None, policy: MatchPolicy | None = None) -> Rematch:
    """Begin to match every approved signal anew, and leave it to the workers.

    policy: that in use, if none is given. Raise AlreadyRunning if another one is under way.
    """
    rematch = begin(by=by, policy=policy)
    async_task("matching.tasks.rematch", group="rematch")
    return rematch


def begin(*, by: User | None, policy: MatchPolicy | None = None) -> Rematch:
    """Begin as start does, for a caller who runs the slices."""
    approved = Signal.objects.approved().aggregate(count=Count("pk"), last=Max("pk"))
    try:
        with transaction.atomic():
            return Rematch.objects.create(
                policy=policy or MatchPolicy.objects.get(is_current=True),
                embedder=embedding.serving().model,
                by=by,
                total_count=approved["count"],
                goes_to=approved["last"] or 0,
            )
    except IntegrityError as error:
        running = Rematch.objects.running().first()
        if running is None:
            raise
        raise AlreadyRunning(
            f"A re-match is under way already: {running.done_count:,} of {running.total_count:,} "
            "signals. Wait for its end, or stop it."
        ) from error


def stop(rematch: Rematch) -> None:
    """End it where it is; what was told stays told. Raise NotRunning if it is over."""
    if not _end(rematch, Rematch.Status.STOPPED):
        raise NotRunning(f"The re-match of {rematch.started_at:%-d %b %Y} is over already.")


def run_slice(rematch: Rematch, *, seconds: float) -> bool:
    """Match the next signals for about so long; return whether some are left for another slice.

    False too if another worker is at it, or if the embedder or the index is away: that is noted in
    the row, and the clock comes round again.
    """
    if not _claim(rematch):
        return False
    try:
        done = _go_on(rematch, ends_at=time.monotonic() + seconds)
    except (EmbedderUnavailable, IndexUnavailable, UnknownModel) as error:
        log.warning("rematch waits", rematch=rematch.pk, error=str(error))
        _let_go(rematch, trouble=str(error))
        return False
    _let_go(rematch)
    if done:
        _end(rematch, Rematch.Status.DONE)
    rematch.refresh_from_db()
    return rematch.status == Rematch.Status.RUNNING


# --- The row --------------------------------------------------------------------------------


def _claim(rematch: Rematch) -> bool:
    now = timezone.now()
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - SILENCE)
    claimed = Rematch.objects.running().filter(free, pk=rematch.pk).update(claimed_at=now)
    rematch.refresh_from_db()
    return bool(claimed)


def _let_go(rematch: Rematch, *, trouble: str = "") -> None:
    Rematch.objects.filter(pk=rematch.pk).update(claimed_at=None, trouble=trouble[:500])


def _end(rematch: Rematch, status: Rematch.Status) -> int:
    return (
        Rematch.objects.running()
        .filter(pk=rematch.pk)
        .update(status=status, finished_at=timezone.now(), trouble="")
    )


def _go_on(rematch: Rematch, *, ends_at: float) -> bool:
    """Match signal by signal; return whether none is left. Also stop if somebody ended it."""
    embedder = embedders.of(rematch.embedder)
    ranking.prepare(embedder)
    while signals := list(_next(rematch)[:BATCH]):
        for signal in signals:
            run = suggesting.against(signal, rematch.policy, embedder, rematch=rematch)
            if not _note(rematch, signal, run):
                return False
            if time.monotonic() > ends_at:
                return not _next(rematch).exists()
    return True


def _next(rematch: Rematch) -> SignalQuerySet:
    left = Signal.objects.approved().filter(pk__gt=rematch.done_to, pk__lte=rematch.goes_to)
    return left.for_lists().order_by("pk")


def _note(rematch: Rematch, signal: Signal, run: MatchRun | None) -> bool:
    """Move on past the signal; return whether the re-match still goes on, and by this worker."""
    told = 0 if run is None else run.matches.count()
    abstained = 0 if run is None else int(not run.suggested_count)
    moved = (
        Rematch.objects.running()
        .filter(pk=rematch.pk, done_to=rematch.done_to)
        .update(
            done_to=signal.pk,
            done_count=F("done_count") + 1,
            told_count=F("told_count") + told,
            abstained_count=F("abstained_count") + abstained,
            claimed_at=timezone.now(),
        )
    )
    rematch.done_to = signal.pk
    return bool(moved)
