"""Editing a signal: the one way in which staff change its words and fields."""

from collections.abc import Mapping

from django.db import transaction

from civstart.accounts.models import User
from civstart.events import outbox
from civstart.lib.errors import CivStartError
from signals import history, threads, timing, withholding
from signals.models import Signal
from signals.refreshing import KEPT
from signals.words import AmountKind

# Changed by what follows from a decision, by the thread's own verbs, or never.
CLOSED = history.UNTRACKED | {"status", "thread", "search"}
AMOUNT = frozenset({"amount", "amount_kind", "amount_years"})
DUE = frozenset({"due_from", "due_by", "due_is_deadline"})


class NotEditable(CivStartError):
    """A field that is not edited by hand."""


@transaction.atomic
def edit(signal: Signal, changes: Mapping[str, object], *, by: User, note: str = "") -> list[str]:
    """Store new values of the signal's fields, and what they were; return the fields' names.

    What is withheld of residents and the stage of the thread are derived anew. Raise NotEditable
    for a field that is closed; values are checked by the caller's form.
    """
    for name in changes:
        if name in CLOSED or name not in {field.name for field in Signal._meta.concrete_fields}:
            raise NotEditable(
                f'"{name}" of a signal is not edited by hand. Change a field of its own words.'
            )
    if not changes:
        return []
    with history.changing(signal, history.What.EDITED, by=by, note=note):
        for name, value in changes.items():
            setattr(signal, name, value)
        signal.save(update_fields={*changes, *_take_in(signal, list(changes))})
        withholding.note(signal)
        if signal.thread:
            threads.settle(signal.thread, by=by)
    outbox.record("signal.edited", subject=signal, by=by, data={"fields": sorted(changes)})
    return list(changes)


def _take_in(signal: Signal, changed: list[str]) -> set[str]:
    """Follow a change of staff: their days stay, and new words are resolved.

    Return the fields that were set, which are not saved.
    """
    if "amount" in changed and "amount_said" not in changed:
        signal.amount_said = ""  # it was said of another sum
    if signal.amount is None:
        signal.amount_kind, signal.amount_years = "", None
    elif not signal.amount_kind and AMOUNT & set(changed):
        signal.amount_kind = AmountKind.UNKNOWN
    if DUE & set(changed):
        signal.due_doubt = ""
    elif "timeframe" in changed and not DUE & set(signal.edited):
        timing.settle(signal)
    signal.edited = sorted({*signal.edited, *(name for name in changed if name in KEPT)})
    return {"amount_said", "due_doubt", "edited", *AMOUNT, *DUE}
