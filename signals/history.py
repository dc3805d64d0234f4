"""What a signal went through: each change written once, in the transaction of the change.

Whoever changes a signal does it inside changing(): the row is locked, and what became different
is stored with the evidence that stood beside it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import GeneratedField

from civstart.accounts.models import User
from signals.models import Evidence, Signal, SignalChange, Thread

What = SignalChange.What

# Told by the change itself, by its evidence, or computed from other fields.
UNTRACKED = frozenset(
    {
        "id",
        "public_id",
        "meeting",
        "jurisdiction",
        "run",
        "decided_at",
        "decided_by",
        "redaction_lifted_at",
        "redaction_lifted_by",
        "hidden",
        "heard",
        "created_at",
        "details_version",
        "edited",
        "redacted",
    }
)


def state_of(signal: Signal) -> dict[str, Any]:
    """Return what is tracked of the signal, by field. One query if the thread is not at hand."""
    fields = [
        field
        for field in Signal._meta.concrete_fields
        if field.name not in UNTRACKED and not isinstance(field, GeneratedField)
    ]
    state = {field.name: field.value_from_object(signal) for field in fields}
    thread: Thread | None = signal.thread
    state["thread"] = [str(thread.public_id), thread.title] if thread else None
    state["shown_in_full"] = signal.redaction_lifted_at is not None
    return state


@contextmanager
def changing(
    signal: Signal,
    what: SignalChange.What,
    *,
    by: User | None = None,
    note: str = "",
    told: dict[str, Any] | None = None,
) -> Iterator[None]:
    """Lock the signal's row, and record afterwards what the block changed of it.

    told is kept with what the row became: a reason. Nothing is written if the block raises, or if
    an edit changed nothing.
    """
    with transaction.atomic():
        before = state_of(_locked(signal.pk))
        yield
        after = state_of(Signal.objects.select_related("thread").get(pk=signal.pk))
        changed = [name for name, value in after.items() if before[name] != value]
        if changed or told or what != What.EDITED:
            write(
                signal,
                what,
                by=by,
                note=note,
                before={name: before[name] for name in changed},
                after={name: after[name] for name in changed} | (told or {}),
            )


def _locked(pk: int) -> Signal:
    rows = Signal.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("thread").get(pk=pk)


def write(
    signal: Signal,
    what: SignalChange.What,
    *,
    by: User | None = None,
    note: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> SignalChange:
    """Store one change with the evidence as it stands. Two queries."""
    run = signal.run
    return SignalChange.objects.create(
        signal=signal,
        what=what,
        by=by,
        note=note[:300],
        before=before or {},
        after=after or {},
        evidence=evidence_of(signal),
        extractor=run.extractor if run else "",
        extractor_version=run.extractor_version if run else "",
    )


def evidence_of(signal: Signal) -> list[dict[str, Any]]:
    """Return the quotes of the signal with their seconds and the file they stand in. One query."""
    rows = Evidence.objects.filter(signal=signal).order_by("position")
    return [
        {
            "quote": quote,
            "start_seconds": start,
            "end_seconds": end,
            "file": file,
            "version": version,
            "anchor": anchor,
        }
        for quote, start, end, file, version, anchor in rows.values_list(
            "quote",
            "start_seconds",
            "end_seconds",
            "segment__transcript__file_name",
            "segment__transcript__version",
            "anchor",
        )
    ]
