"""The history of one signal as staff read it."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from civstart.lib import times
from signals.models import Review, Signal, SignalChange

PAGE_SIZE = 50
LONG = 24  # characters from which two texts are compared word by word

# What is tracked beside the model's own fields.
LABELS = {
    "start_seconds": "Begins at",
    "end_seconds": "Ends at",
    "thread": "Thread",
    "shown_in_full": "Shown to startups in full",
    "reason": "Reason",
    "decision": "Decision",
    "evidence": "Quote",
    "automatic": "Approved by rule",
}
CHOICES = {"reason": Review.Reason, "decision": Review.Decision}


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a difference: kept, added or removed."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a change: as it was and became, and word by word where both are long."""

    label: str
    before: str
    after: str
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class Entry:
    """One change with its differences."""

    change: SignalChange
    differences: list[Difference]


def signal_history(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """All changes of a signal, newest first."""
    signal = get_object_or_404(
        Signal.objects.select_related("jurisdiction__region"), public_id=public_id
    )
    return page(request, signal)


def page(request: HttpRequest, signal: Signal) -> HttpResponse:
    rows = signal.changes.select_related("by")
    shown = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        **admin.site.each_context(request),
        "title": "History",
        "signal": signal,
        "page": shown,
        "entries": [entry(change) for change in shown.object_list],
    }
    return render(request, "signals/staff/history.html", context)


def entry(change: SignalChange) -> Entry:
    names = sorted({*change.before, *change.after}, key=_place)
    is_first = change.what == SignalChange.What.FOUND
    return Entry(
        change,
        [
            _difference(name, change.before.get(name), change.after.get(name))
            for name in names
            if not (is_first and change.after.get(name) in (None, "", False))
        ],
    )


def _place(name: str) -> tuple[int, str]:
    """Return where a field stands among those of the form; what is told beside them comes last."""
    order = [field.name for field in Signal._meta.concrete_fields]
    return (order.index(name) if name in order else len(order)), name


def _difference(name: str, before: Any, after: Any) -> Difference:
    was, became = _words(name, before), _words(name, after)
    is_long = min(len(was), len(became)) >= LONG
    return Difference(_label(name), was, became, list(compared(was, became)) if is_long else [])


def _label(name: str) -> str:
    if name in LABELS:
        return LABELS[name]
    known = {field.name: field for field in Signal._meta.concrete_fields}
    return str(known[name].verbose_name).capitalize() if name in known else name


def _words(name: str, value: Any) -> str:
    """Return a stored value as people read it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    match name:
        case "start_seconds" | "end_seconds":
            return times.clock(float(value))
        case "confidence":
            return f"{float(value):.2f}"
        case "thread":
            return str(value[1])
        case "evidence":
            return " ".join(str(one["quote"]) for one in value)
        case "automatic":
            return (
                f"{value.get('rule', '')}: measured {value.get('right')} right of "
                f"{value.get('decided')}, at least {value.get('low')}"
            )
    if name in CHOICES:
        return str(dict(CHOICES[name].choices).get(value, value))
    field = {field.name: field for field in Signal._meta.concrete_fields}.get(name)
    choices = dict(getattr(field, "flatchoices", None) or ())
    return str(choices.get(value, value))


def compared(before: str, after: str) -> Iterator[Piece]:
    """Yield what was kept, removed and added, word by word."""
    old, new = before.split(), after.split()
    for kind, first, last, begin, end in SequenceMatcher(None, old, new, False).get_opcodes():
        if kind == "equal":
            yield Piece("kept", " ".join(old[first:last]))
            continue
        if last > first:
            yield Piece("removed", " ".join(old[first:last]))
        if end > begin:
            yield Piece("added", " ".join(new[begin:end]))
