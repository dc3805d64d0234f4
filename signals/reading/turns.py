"""Speaker turns: [speaker, start, end, text], in seconds or milliseconds, some without times."""

from signals.reading import json_document
from signals.reading.draft import Draft, draft
from signals.reading.model import Format, TimeUnit

_START, _END = ("start", "start_time"), ("end", "end_time")


def parse(document: object, name: str) -> Draft:
    """Return the turns as cues; a new name or a missing one begins a new turn."""
    reading = draft(name, Format.TURNS, TimeUnit.SECONDS, counted_in="turn")
    clocked = 0
    items = json_document.rows(document, "turns")
    for number, item, text in json_document.spoken(items, "text", reading):
        start = json_document.moment(item, _START, reading)
        end = json_document.moment(item, _END, reading)
        speaker = item.get("speaker")
        named = speaker if isinstance(speaker, str) else ""
        cue = json_document.cue(text, number, start, end, named)
        cue.starts_turn = not named
        reading.cues.append(cue)
        clocked += json_document.is_clocked(item, _START)
    json_document.note_clock(reading, clocked)
    return reading
