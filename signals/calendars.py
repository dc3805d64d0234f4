"""Deadlines as a calendar that programs subscribe to: RFC 5545 (iCalendar).

Written here, as the library takes ten times as long for 500 deadlines; tests read it with one.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from django.db.models import Prefetch

from signals import deadlines, feeds, saving
from signals.models import Evidence, SavedSearch, Signal

MOST_DATED = 500
NAME = "-//CivStart//Deadlines//EN"
MOST_OCTETS = 75  # of a line, without its end
SHOWN = ("public_id", "title", "timeframe", "hidden", "redaction_lifted_at", "decided_at")
_CONTROLS = {code: None for code in (*range(32), 127) if chr(code) not in "\n\t"}
_ESCAPED = _CONTROLS | str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def dated(saved: SavedSearch) -> list[Signal]:
    """Return those it finds that are due from today on, the soonest first. Three queries.

    Raise saving.Broken if it can find nothing any more.
    """
    rows = deadlines.to_come(saving.found(saved)).values_list("pk", flat=True)
    ids = list(rows[:MOST_DATED])
    due = ("due_from", "due_by", "due_is_deadline", "jurisdiction")
    known = (
        Signal.objects.only(*SHOWN, *due)
        .prefetch_related("jurisdiction__region", Prefetch("evidence", Evidence.objects.all()))
        .in_bulk(ids)
    )
    return [known[pk] for pk in ids if pk in known]


def calendar(saved: SavedSearch, signals: Sequence[Signal]) -> bytes:
    """Return the deadlines as whole days."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{NAME}",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(f'CivStart: {saved}')}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
    ]
    for day, signal in deadlines.dated(signals):
        lines += _event(day, signal)
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def _event(day: date, signal: Signal) -> Iterator[str]:
    address = feeds.address(signal)
    said = f"Said: “{signal.shown_timeframe}”\n“{signal.shown_quote}”\n{address}"
    yield "BEGIN:VEVENT"
    yield f"UID:{signal.public_id}@civstart"
    yield f"DTSTAMP:{(signal.decided_at or datetime.now(UTC)).astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escaped(f'{signal.jurisdiction}: {signal.shown_title}')}"
    yield f"DESCRIPTION:{escaped(said)}"
    yield f"URL:{address}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def escaped(text: str) -> str:
    """Return the text as a value of a line: section 3.3.11. Control characters are left out."""
    return text.replace("\r\n", "\n").translate(_ESCAPED)


def folded(line: str) -> bytes:
    """Return the line with its end, folded between characters: section 3.1."""
    rest = line.encode()
    parts: list[bytes] = []
    while len(rest) > MOST_OCTETS - bool(parts):
        end = MOST_OCTETS - bool(parts)
        while rest[end] & 0xC0 == 0x80:  # within a character of several octets
            end -= 1
        parts.append(rest[:end])
        rest = rest[end:]
    return b"\r\n ".join([*parts, rest]) + b"\r\n"
