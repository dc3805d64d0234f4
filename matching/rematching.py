"""Matching every approved signal anew: in slices, each signal once, whatever is killed meanwhile.

The row is the queue: it knows the last signal that was looked at. A worker claims it, and gives a
sign of life after each signal; whoever finds it silent for SILENCE goes on in its place. A signal
that was matched just before a kill is known by its run, and no pair is ever told twice. A signal
that cannot be matched is written down and passed over. What changed is kept by differing.
"""

import time
from datetime import timedelta

import structlog
from django.db import DatabaseError, DataError, IntegrityError, transaction
from django.db.models import Count, F, Max, Q
from django.utils import timezone
from django_q.tasks import async_task

from civstart.accounts.models import User
from civstart.lib.errors import CivStartError
from matching import differing, embedders, embedding, ranking, rematch_events, suggesting
from matching.contract import Embedder, EmbedderUnavailable, IndexUnavailable
from matching.embedders import UnknownModel
from matching.models import MatchPolicy, MatchRun, Rematch, RematchFailure
from signals.models import Signal, SignalQuerySet

log = structlog.get_logger()

SLICE_SECONDS = 20  # short, so that a worker turns to what people wait for
SILENCE = timedelta(minutes=3)  # longer than one signal takes, an embedder's waits included
BATCH = 50
LONGEST_TROUBLE = 500


class AlreadyRunning(CivStartError):
    """Another re-match is under way."""


class NotRunning(CivStartError):
    """The re-match is over, or paused, or not paused."""


class NotConfirmed(CivStartError):
    """What the person saw is not so, or not so any more."""


def signal_count() -> int:
    """Return how many signals a re-match started now would take."""
    return Signal.objects.approved().count()


@transaction.atomic
def start(*, by: User | None, policy: MatchPolicy | None = None) -> Rematch:
    """Begin to match every approved signal anew, and leave it to the workers.

    policy: that in use, if none is given. Raise AlreadyRunning if another one is under way.
    """
    rematch = begin(by=by, policy=policy)
    async_task("matching.tasks.rematch", group="rematch")
    return rematch


def confirm(*, typed: str, version: str) -> MatchPolicy:
    """Return the policy in use if the person has typed how many signals there are, and saw that
    version in use. Raise NotConfirmed otherwise.
    """
    policy, count = MatchPolicy.objects.current(), signal_count()
    if version != str(policy.version):
        raise NotConfirmed(
            f"Version {policy.version} of the policy was put in use since you opened the page. "
            "Look at what it says, then start again."
        )
    if typed.strip().replace(",", "") != str(count):
        raise NotConfirmed(
            f"{count:,} signals are approved; “{typed.strip()[:20]}” was typed. Type {count:,} to "
            "match them anew."
        )
    return policy


def begin(*, by: User | None, policy: MatchPolicy | None = None) -> Rematch:
    """Begin as start does, for a caller who runs the slices."""
    approved = Signal.objects.approved().aggregate(count=Count("pk"), last=Max("pk"))
    latest = MatchRun.objects.select_related("policy").order_by("-pk").first()
    try:
        with transaction.atomic():
            rematch = Rematch.objects.create(
                policy=policy or MatchPolicy.objects.get(is_current=True),
                before=latest.policy if latest else None,
                embedder=embedding.serving().model,
                by=by,
                total_count=approved["count"],
                goes_to=approved["last"] or 0,
            )
            rematch_events.record(rematch_events.STARTED, rematch, by=by)
            return rematch
    except IntegrityError as error:
        running = Rematch.objects.running().first()
        if running is None:
            raise
        raise AlreadyRunning(
            f"A re-match is under way already: {running.done_count:,} of {running.total_count:,} "
            "signals. Wait for its end, or stop it."
        ) from error


@transaction.atomic
def pause(rematch: Rematch, *, by: User) -> None:
    """Have the workers leave it alone until it is resumed. Raise NotRunning if none is at it."""
    paused = Rematch.objects.filter(pk=rematch.pk).pause(by=by)
    rematch.refresh_from_db()
    if not paused:
        raise NotRunning(f"The re-match is {rematch.state.lower()} already. Nothing was changed.")
    rematch_events.record(rematch_events.PAUSED, rematch, by=by)


@transaction.atomic
def resume(rematch: Rematch, *, by: User) -> None:
    """Let the workers go on. Raise NotRunning if it is not paused, or its policy is out of use."""
    in_use = MatchPolicy.objects.current()
    if rematch.policy_id != in_use.pk:
        raise NotRunning(
            f"Version {in_use.version} of the policy is in use, and this re-match goes by version "
            f"{rematch.policy.version}. Cancel it and start another, or put version "
            f"{rematch.policy.version} in use again."
        )
    paused = Rematch.objects.running().filter(pk=rematch.pk, paused_at__isnull=False)
    if not paused.update(paused_at=None, paused_by=None):
        raise NotRunning("The re-match is not paused. Nothing was changed.")
    rematch.refresh_from_db()
    rematch_events.record(rematch_events.RESUMED, rematch, by=by)
    async_task("matching.tasks.rematch", group="rematch")


def stop(rematch: Rematch, *, by: User | None = None) -> None:
    """End it where it is; what was told stays told. Raise NotRunning if it is over."""
    if not _end(rematch, Rematch.Status.STOPPED, by=by):
        raise NotRunning(f"The re-match of {rematch.started_at:%-d %b %Y} is over already.")


def run_slice(rematch: Rematch, *, seconds: float) -> bool:
    """Match the next signals for about so long; return whether some are left for another slice.

    False too if another worker is at it, if it is paused, or if the embedder or the index is away:
    that is noted in the row, and the clock comes round again.
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
    return not rematch.is_over and rematch.paused_at is None


# --- The row --------------------------------------------------------------------------------


def _claim(rematch: Rematch) -> bool:
    now = timezone.now()
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - SILENCE)
    claimed = Rematch.objects.going().filter(free, pk=rematch.pk).update(claimed_at=now)
    rematch.refresh_from_db()
    return bool(claimed)


def _let_go(rematch: Rematch, *, trouble: str = "") -> None:
    Rematch.objects.filter(pk=rematch.pk).update(claimed_at=None, trouble=trouble[:LONGEST_TROUBLE])


@transaction.atomic
def _end(rematch: Rematch, status: Rematch.Status, *, by: User | None = None) -> bool:
    """End it, and record that; return whether it went on until now."""
    row = Rematch.objects.running().filter(pk=rematch.pk)
    ended = row.update(
        status=status,
        finished_at=timezone.now(),
        stopped_by=by,
        paused_at=None,
        paused_by=None,
        trouble="",
    )
    rematch.refresh_from_db()
    if ended:
        rematch_events.record(rematch_events.ENDS[status], rematch, by=by)
    return bool(ended)


def _go_on(rematch: Rematch, *, ends_at: float) -> bool:
    """Match signal by signal; return whether none is left. Also stop if somebody ended it."""
    embedder = embedders.of(rematch.embedder)
    ranking.prepare(embedder)
    while signals := list(_next(rematch)[:BATCH]):
        with embedding.read_ahead(signals, embedder):
            for signal in signals:
                run, trouble = _match(rematch, signal, embedder)
                if not _note(rematch, signal, run, trouble):
                    return False
                if time.monotonic() > ends_at:
                    return not _next(rematch).exists()
    return True


def _match(rematch: Rematch, signal: Signal, embedder: Embedder) -> tuple[MatchRun | None, str]:
    """Return the run of the signal, and why it failed if it did. Raise what fails for all."""
    try:
        return suggesting.against(signal, rematch.policy, embedder, rematch=rematch), ""
    except (EmbedderUnavailable, IndexUnavailable, UnknownModel):
        raise
    except Exception as error:  # a hundred thousand others do not wait for this one
        if isinstance(error, DatabaseError) and not isinstance(error, DataError):
            raise
        log.exception("rematch passes over a signal", rematch=rematch.pk, signal=signal.pk)
        return None, f"{type(error).__name__}: {error}"


def _next(rematch: Rematch) -> SignalQuerySet:
    left = Signal.objects.approved().filter(pk__gt=rematch.done_to, pk__lte=rematch.goes_to)
    return left.for_lists().order_by("pk")


@transaction.atomic
def _note(rematch: Rematch, signal: Signal, run: MatchRun | None, trouble: str) -> bool:
    """Move on past the signal; return whether the re-match still goes on, and by this worker."""
    added = differing.counts(rematch, signal) | {
        "done_count": 1,
        "told_count": 0 if run is None else run.matches.count(),
        "abstained_count": 0 if run is None else int(not run.suggested_count),
        "failed_count": int(bool(trouble)),
    }
    moved = (
        Rematch.objects.going()
        .filter(pk=rematch.pk, done_to=rematch.done_to)
        .update(
            done_to=signal.pk,
            claimed_at=timezone.now(),
            **{name: F(name) + count for name, count in added.items()},
        )
    )
    if moved and trouble:
        RematchFailure.objects.create(
            rematch=rematch, signal=signal, error=trouble[:LONGEST_TROUBLE].replace("\x00", "")
        )
    rematch.done_to = signal.pk
    return bool(moved)
