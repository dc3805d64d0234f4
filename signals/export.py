"""Signals as a table for spreadsheets, as startups see them: streamed, bounded, safe to open."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.conf import settings

from civstart.lib import tables
from signals import deadlines
from signals.models import Signal

MOST_ROWS = 10_000
FIRST = 200  # so many are looked for first, so that nobody waits for the whole order
CHUNK = 500
COLUMNS = (
    "Title",
    "Place",
    "Kind",
    "Category",
    "Stage",
    "Strength",
    "Amount",
    "Currency",
    "Amount kind",
    "When, as said",
    "Due from",
    "Due by",
    "Deadline",
    "Quote",
    "Speaker",
    "Role",
    "Body",
    "Meeting",
    "Second",
    "Recording",
    "Approved",
    "Page",
)


def lines(ordered: Callable[[], Any]) -> Iterator[str]:
    """Yield the table line by line; at most 10,000 rows. Three queries for each 500 of them.

    ordered: returns the ids in order, to be sliced. It is called when the head is on its way.
    """
    return tables.lines(COLUMNS, _rows(ordered))


def _rows(ordered: Callable[[], Any]) -> Iterator[list[object]]:
    ids = ordered()
    first = list(ids[: min(FIRST, MOST_ROWS)])
    yield from _chunk(first)
    # What is decided meanwhile moves the others: none comes twice, and none is left out.
    sent = set(first)
    found = ids[:MOST_ROWS] if len(first) == FIRST else ()
    rest = islice((pk for pk in found if pk not in sent), MOST_ROWS - len(first))
    while chunk := list(islice(rest, CHUNK)):
        yield from _chunk(chunk)


def _chunk(ids: Sequence[int]) -> Iterator[list[object]]:
    known = Signal.objects.approved().for_lists().in_bulk(ids)
    yield from (_row(known[pk]) for pk in ids if pk in known)


def _row(signal: Signal) -> list[object]:
    pieces = list(signal.evidence.all())
    meeting = signal.meeting
    return [
        signal.shown_title,
        str(signal.jurisdiction),
        signal.get_kind_display(),
        signal.get_category_display(),
        signal.get_stage_display(),
        signal.get_strength_display(),
        "" if signal.amount is None else f"{signal.amount:.2f}",
        "" if signal.amount is None else signal.currency,
        signal.get_amount_kind_display(),
        signal.shown_timeframe,
        signal.due_from or "",
        signal.due_by or "",
        deadlines.deadline(signal) or "",
        signal.shown_quote,
        signal.shown_speaker,
        signal.get_speaker_role_display(),
        meeting.body.name,
        meeting.held_on or "",
        round(pieces[0].start_seconds) if pieces else "",
        pieces[0].video_url if pieces else "",
        f"{signal.decided_at:%Y-%m-%d %H:%M}" if signal.decided_at else "",
        f"{settings.SITE_URL}/signals/{signal.public_id}/",
    ]
