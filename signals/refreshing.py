"""Telling the details of stored signals anew, by the rules of today: after an upgrade."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import capfirst

from signals import history, stages, threads, timing, withholding
from signals.extraction import pricing
from signals.models import DETAILS_VERSION, Meeting, Segment, Signal
from signals.words import AmountKind

BATCH = 200
# What is left alone once somebody has set it by hand.
KEPT = (
    "amount",
    "amount_kind",
    "amount_years",
    "timeframe",
    "due_from",
    "due_by",
    "due_is_deadline",
    "stage",
    "thread",
)
_AMOUNT = ("amount_kind", "amount_years", "amount_said")
_DAYS = ("due_from", "due_by", "due_is_deadline", "due_doubt")
# What is told of each group of fields that changed.
TOLD = {
    "stage": ("stage",),
    "kind of amount": _AMOUNT,
    "days": _DAYS,
    "thread": ("thread_id",),
    "withheld words": ("hidden", "redacted"),
}
_FIELDS = tuple(name for names in TOLD.values() for name in names)


@dataclass(slots=True)
class Refreshed:
    """How many signals were looked at, how many changed in what, and the last one's row id."""

    count: int = 0
    changed: Counter[str] = field(default_factory=Counter)
    last: int = 0


class _Undone(Exception):
    """Leaves a transaction so that nothing of it stays."""


def outdated(*, everything: bool = False, after: int = 0) -> QuerySet[Signal]:
    """Return the signals told by older rules, or all of them, from after that row id on."""
    rows = Signal.objects.filter(pk__gt=after).order_by("pk")
    return rows if everything else rows.filter(details_version__lt=DETAILS_VERSION)


def refresh(
    *, everything: bool = False, after: int = 0, batch: int = BATCH, dry_run: bool = False
) -> Iterator[Refreshed]:
    """Refresh batch by batch, each in a transaction of its own; yield what became of each.

    Whoever stops it may start it again: what is done is marked. A dry run stores nothing.
    """
    while True:
        rows = list(
            outdated(everything=everything, after=after)[:batch].values_list("pk", flat=True)
        )
        if not rows:
            return
        done = Refreshed(count=len(rows), last=rows[-1])
        try:
            with transaction.atomic():
                done.changed = _refresh(rows)
                if dry_run:
                    raise _Undone
        except _Undone:
            pass
        after = done.last
        yield done


def _refresh(ids: Sequence[int]) -> Counter[str]:
    """Refresh the signals; return how many changed in what."""
    # Locked in one order, as whoever stores signals locks them: the rows do not change meanwhile.
    of = Signal.objects.filter(pk__in=ids).values("meeting")
    meetings = list(Meeting.objects.filter(pk__in=of).order_by("pk").select_for_update(no_key=True))
    before, states = _as_stored(ids), _states(ids)
    _note_old_edits(ids)
    for meeting in meetings:
        withholding.refresh(meeting)
    signals = list(
        Signal.objects.filter(pk__in=ids)
        .select_related("meeting", "jurisdiction", "thread")
        .prefetch_related("evidence__segment")
        .defer("search")
        .order_by("pk")
    )
    for signal in signals:
        _settle(signal)
    Signal.objects.bulk_update(signals, [*_AMOUNT, *_DAYS, "stage", "details_version"])
    _join(signals, before)
    _write_history(ids, states)
    after = _as_stored(ids)
    return Counter(
        what
        for pk in ids
        for what, names in TOLD.items()
        if any(before[pk][name] != after[pk][name] for name in names)
    )


def _as_stored(ids: Sequence[int]) -> dict[int, dict[str, object]]:
    return {row["pk"]: row for row in Signal.objects.filter(pk__in=ids).values("pk", *_FIELDS)}


def _states(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return what the history tracks of each signal. One query."""
    rows = Signal.objects.filter(pk__in=ids).select_related("thread").defer("search")
    return {signal.pk: history.state_of(signal) for signal in rows}


def _write_history(ids: Sequence[int], before: dict[int, dict[str, Any]]) -> None:
    """Write what became different of each signal. Two queries for each that changed."""
    for signal in Signal.objects.filter(pk__in=ids).select_related("thread", "run").order_by("pk"):
        now, was = history.state_of(signal), before[signal.pk]
        if changed := [name for name, value in now.items() if was[name] != value]:
            history.write(
                signal,
                history.What.REFRESHED,
                before={name: was[name] for name in changed},
                after={name: now[name] for name in changed},
            )


def _settle(signal: Signal) -> None:
    """Tell the signal's details anew, save those that staff have set."""
    edited = set(signal.edited)
    if "stage" not in edited:
        signal.stage = stages.of(signal.heard, kind=signal.kind)
    if signal.amount is not None and not edited & {"amount", "amount_kind", "amount_years"}:
        _price(signal)
    if not edited & {"due_from", "due_by", "due_is_deadline"}:
        timing.settle(signal)
    signal.details_version = DETAILS_VERSION


def _price(signal: Signal) -> None:
    """Tell what kind of sum it is; one that an extractor knew is kept where the words tell none."""
    assert signal.amount is not None
    found = pricing.of_amount(signal.heard, signal.amount)
    found = found or pricing.of_amount(_discussion(signal), signal.amount)
    if found and found.kind != AmountKind.UNKNOWN:
        signal.amount_kind, signal.amount_years = found.kind, found.years
    signal.amount_kind = signal.amount_kind or AmountKind.UNKNOWN
    signal.amount_said = found.said if found else ""


def _discussion(signal: Signal) -> str:
    """Return what was said while the need was discussed. One query."""
    transcripts = {piece.segment.transcript_id for piece in signal.evidence.all()}
    words = Segment.objects.filter(
        transcript__in=transcripts,
        start_seconds__lte=signal.end_seconds,
        end_seconds__gte=signal.start_seconds,
    )
    return " ".join(words.order_by("index").values_list("text", flat=True))


def _join(signals: Iterable[Signal], before: dict[int, dict[str, object]]) -> None:
    """Join what has no thread yet, and derive anew the threads of those whose stage changed."""
    joiners: dict[int, threads.Joiner] = {}
    settled = set()
    for signal in signals:
        if signal.thread is None and "thread" not in signal.edited:
            place = signal.jurisdiction
            joiner = joiners.setdefault(place.pk, threads.Joiner(place, tells=False))
            if signal.status != Signal.Status.REJECTED:
                joiner.attach(signal)
        elif signal.thread and before[signal.pk]["stage"] != signal.stage:
            if signal.thread_id not in settled:
                threads.settle(signal.thread, tells=False)
            settled.add(signal.thread_id)


# --- What staff had set before that was noted on the row ----------------------------------------


def _note_old_edits(ids: Sequence[int]) -> None:
    """Note what the admin's log says staff changed of signals older than the note of it."""
    # Django logs the labels of fields, as the form shows them.
    fields = [field for field in Signal._meta.concrete_fields if field.name in KEPT]
    labels = {capfirst(str(field.verbose_name)): field.name for field in fields}
    found: dict[int, set[str]] = {}
    log = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Signal),
        object_id__in=[str(pk) for pk in ids],
        action_flag=CHANGE,
    )
    for pk, message in log.values_list("object_id", "change_message"):
        found.setdefault(int(pk or 0), set()).update(
            labels[one] for one in _changed(message) if one in labels
        )
    for signal in Signal.objects.filter(pk__in=found, details_version=0).only("pk", "edited"):
        signal.edited = sorted({*signal.edited, *found[signal.pk]})
        signal.save(update_fields=["edited"])


def _changed(message: str) -> Iterator[str]:
    try:
        parts = json.loads(message)
    except ValueError:
        return
    for part in parts if isinstance(parts, list) else []:
        yield from part.get("changed", {}).get("fields", [])
