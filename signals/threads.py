"""Joining what a government says about one need over meetings, and how far the need has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.template.defaultfilters import pluralize
from django.utils import timezone
from django.utils.formats import date_format

from civstart.accounts.models import User
from civstart.events import outbox
from civstart.lib.errors import CivStartError
from civstart.places.models import Jurisdiction
from signals import alikeness, history, stages
from signals.alikeness import Need
from signals.models import Signal, Thread, ThreadStep
from signals.words import Stage

# Signals a new one is compared with, the latest of its jurisdiction.
MOST_COMPARED = 2000
# The stages drawn ahead of where a need stands.
MILESTONES = (Stage.BUDGET_REQUEST, Stage.RFP_OUT, Stage.AWARD)


class WrongThread(CivStartError):
    """A signal cannot go where somebody wants to put it."""


class Joiner:
    """Attaches the signals of a jurisdiction to threads, one after another."""

    def __init__(self, jurisdiction: Jurisdiction, *, tells: bool = True) -> None:
        self.jurisdiction = jurisdiction
        self.tells = tells
        self._known: list[Signal] | None = None

    def attach(self, signal: Signal) -> Thread:
        """Put the signal into the thread of the signals alike, or into a new one; save it."""
        if self._known is None:
            self._known = self._load(signal)
            self._pool = alikeness.Pool([need_of(known) for known in self._known])
        thread = self._thread_alike(signal) or _new_thread(signal)
        signal.thread = thread
        signal.save(update_fields=["thread"])
        self._known.append(signal)
        self._pool.add(need_of(signal))
        settle(thread, tells=self.tells)
        return thread

    def _load(self, signal: Signal) -> list[Signal]:
        return list(
            Signal.objects.filter(jurisdiction=self.jurisdiction, thread__isnull=False)
            .exclude(status=Signal.Status.REJECTED)
            .exclude(pk=signal.pk)
            .select_related("thread")
            .defer("search")
            .order_by("-pk")[:MOST_COMPARED]
        )

    def _thread_alike(self, signal: Signal) -> Thread | None:
        assert self._known is not None
        best, found = 0.0, None
        for known, alike in zip(self._known, self._pool.alike(need_of(signal)), strict=True):
            if alike >= _bar(signal, known) and alike > best and _may_follow(signal, known):
                best, found = alike, known.thread
        return found


def _bar(signal: Signal, known: Signal) -> float:
    is_same_meeting = signal.meeting_id == known.meeting_id
    return alikeness.SAME_NEED_IN_MEETING if is_same_meeting else alikeness.SAME_NEED


def _may_follow(signal: Signal, known: Signal) -> bool:
    """Return whether the thread is open to the signal. After an award only what tells of it is."""
    thread = known.thread
    return thread is not None and (
        thread.closed_at is None or signal.stage in (Stage.AWARD, Stage.RENEWAL)
    )


def need_of(signal: Signal) -> Need:
    return Need(signal.title, signal.heard, signal.summary, signal.category)


def _new_thread(signal: Signal) -> Thread:
    return Thread.objects.create(
        jurisdiction_id=signal.jurisdiction_id, title=signal.title, category=signal.category
    )


# --- How far it has come -----------------------------------------------------------------------


@transaction.atomic
def settle(thread: Thread, *, by: User | None = None, tells: bool = True) -> None:
    """Derive stage and steps of the thread from its signals; record the event if the stage moved.

    tells=False records none: the rules have changed, and not the need.

    Only approved signals count as soon as there is one: what waits for review moves nothing that
    startups are told. Rejected ones never count.
    """
    locked = Thread.objects.select_for_update().get(pk=thread.pk)
    counted = _counted(locked)
    steps = _steps(counted)
    locked.steps.all().delete()
    ThreadStep.objects.bulk_create(
        ThreadStep(thread=locked, stage=one.stage, reached_on=one.meeting.held_on, signal=one)
        for one in steps
    )
    before, moved_by = locked.stage, steps[-1] if steps else None
    _reach(locked, moved_by)
    thread.refresh_from_db()
    if tells and moved_by and locked.stage != before and len(counted) > 1:
        outbox.record(
            "signal.stage_changed",
            subject=moved_by,
            by=by,
            data={"thread": str(locked.public_id), "from": before, "to": locked.stage},
        )


def settle_of(signal: Signal, *, by: User) -> None:
    """Settle the thread of the signal, if it has one."""
    if signal.thread is not None:
        settle(signal.thread, by=by)


def _counted(thread: Thread) -> list[Signal]:
    """Return the signals that tell the stage, in order of date; undated ones come first."""
    rows = list(
        thread.signals.exclude(status=Signal.Status.REJECTED)
        .select_related("meeting")
        .defer("search")
    )
    approved = [one for one in rows if one.status == Signal.Status.APPROVED]
    return sorted(approved or rows, key=lambda one: (one.meeting.held_on or date.min, one.pk))


def _steps(rows: Sequence[Signal]) -> list[Signal]:
    """Return the signals that each reached a stage further than all before."""
    steps: list[Signal] = []
    for one in rows:
        is_same_day = bool(steps) and steps[-1].meeting.held_on == one.meeting.held_on
        if not steps or _place(one) > _place(steps[-1]):
            if is_same_day and steps[-1].meeting_id == one.meeting_id:
                steps.pop()  # of one meeting the furthest counts
            steps.append(one)
    return steps


def _place(signal: Signal) -> int:
    return stages.ORDER[Stage(signal.stage)]


def _reach(thread: Thread, furthest: Signal | None) -> None:
    """Store the stage the furthest signal tells. An award closes; its term dates the renewal."""
    held_on = furthest.meeting.held_on if furthest else None
    thread.stage = furthest.stage if furthest else Stage.NEED
    thread.stage_since = held_on
    is_award = thread.stage == Stage.AWARD
    thread.closed_at = (thread.closed_at or timezone.now()) if is_award else None
    if furthest and thread.stage in (Stage.AWARD, Stage.RENEWAL):
        said = f"{furthest.heard} {furthest.timeframe}"
        since = held_on or furthest.created_at.date()
        thread.renewal_on = stages.renewal_on(said, from_day=since) or thread.renewal_on
    else:
        thread.renewal_on = None
    thread.save(update_fields=["stage", "stage_since", "closed_at", "renewal_on"])


# --- What staff change -------------------------------------------------------------------------


@transaction.atomic
def move(signal: Signal, thread: Thread, *, by: User) -> None:
    """Put the signal into another thread of its jurisdiction. A thread left empty goes.

    Raise WrongThread if it is there already, or if another government's need it is.
    """
    if signal.thread_id == thread.pk:
        raise WrongThread(f'"{signal.title}" is in that thread already.')
    if signal.jurisdiction_id != thread.jurisdiction_id:
        raise WrongThread(
            f'"{signal.title}" was said by {signal.jurisdiction}; the thread "{thread}" is of '
            f"{thread.jurisdiction}. Choose a thread of the same government."
        )
    _put(signal, thread, by=by)


@transaction.atomic
def split(signal: Signal, *, by: User) -> Thread:
    """Give the signal a thread of its own. Raise WrongThread if it is alone already."""
    if signal.thread and not signal.thread.signals.exclude(pk=signal.pk).exists():
        raise WrongThread(f'"{signal.title}" is alone in its thread already.')
    thread = _new_thread(signal)
    _put(signal, thread, by=by)
    return thread


def _put(signal: Signal, thread: Thread, *, by: User) -> None:
    left = signal.thread
    with history.changing(signal, history.What.THREAD, by=by):
        signal.thread = thread
        signal.save(update_fields=["thread"])
    outbox.record(
        "signal.thread_changed",
        subject=signal,
        by=by,
        data={"from": str(left.public_id) if left else None, "to": str(thread.public_id)},
    )
    settle(thread, by=by)
    if left and not left.signals.exists():
        left.delete()
    elif left:
        settle(left, by=by)


# --- How it is shown ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """A stage as the signal's page draws it: done, now or ahead."""

    label: str
    state: str
    days: str = ""
    quote: str = ""
    signal: Signal | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """How a need has moved: its stages, and over how many meetings, speakers and months."""

    steps: list[Shown]
    words: str
    renewal_on: date | None


def moved(signal: Signal, *, to_staff: bool) -> Moved | None:
    """Return how the need of the signal has moved, None if it was heard once. Three queries.

    Others than staff see approved signals only.
    """
    if signal.thread is None:
        return None
    rows = Signal.objects.for_lists().filter(thread=signal.thread)
    rows = rows.exclude(status=Signal.Status.REJECTED) if to_staff else rows.approved()
    heard = sorted(rows, key=lambda one: (one.meeting.held_on or date.min, one.pk))
    if len(heard) < 2:
        return None
    steps = _steps(heard)
    reached = [
        _shown(step, _days(step, heard), "now" if step is steps[-1] else "done") for step in steps
    ]
    ahead = [
        Shown(Stage(stage).label, "ahead")
        for stage in MILESTONES
        if stages.ORDER[stage] > _place(steps[-1])
    ]
    is_told = steps[-1].stage in (Stage.AWARD, Stage.RENEWAL)
    return Moved(reached + ahead, _words(heard), signal.thread.renewal_on if is_told else None)


def _shown(step: Signal, days: str, state: str) -> Shown:
    return Shown(Stage(step.stage).label, state, days, step.shown_quote, step)


def _days(step: Signal, heard: Sequence[Signal]) -> str:
    """Return when the need was heard at that stage: "18 Jun and 20 Aug 2026"."""
    days = sorted(
        {one.meeting.held_on for one in heard if one.stage == step.stage and one.meeting.held_on}
    )
    if not days:
        return ""
    last = date_format(days[-1], "j M Y")
    return last if len(days) == 1 else f"{date_format(days[0], 'j M Y')} to {last}"


def _words(heard: Sequence[Signal]) -> str:
    """Return over what it was heard: "4 meetings, 3 speakers, 8 months"."""
    meetings = len({one.meeting_id for one in heard})
    speakers = len({one.speaker_name for one in heard if one.speaker_name})
    days = [one.meeting.held_on for one in heard if one.meeting.held_on]
    months = round((max(days) - min(days)).days / 30.4) if days else 0
    counts = ((meetings, "meeting"), (speakers, "speaker"), (months, "month"))
    return ", ".join(f"{count} {word}{pluralize(count)}" for count, word in counts if count)
