"""Whisper's verbose JSON: segments[text, start, end, no_speech_prob], or the bare list of them."""

from signals.reading import json_document
from signals.reading.draft import Cue, Draft, draft
from signals.reading.model import Format, TimeUnit

_START, _END = ("start", "start_time"), ("end", "end_time")

# Whisper's own rule for silence: no_speech_threshold and logprob_threshold in its transcribe.py.
_NO_SPEECH, _UNSURE = 0.6, -1.0


def parse(document: object, name: str) -> Draft:
    """Return the segments as cues, without those that Whisper itself takes for silence."""
    reading = draft(name, Format.WHISPER, TimeUnit.SECONDS, counted_in="segment")
    clocked, is_parted = 0, False
    items = json_document.rows(document, "segments")
    for number, item, text in json_document.spoken(items, "text", reading):
        if _is_silence(item):
            reading.report.dropped["silence that Whisper heard as words"] += 1
            is_parted = True
            continue
        cue = _cue(item, number, text, reading)
        cue.is_parted, is_parted = is_parted, False
        reading.cues.append(cue)
        clocked += json_document.is_clocked(item, _START)
    json_document.note_clock(reading, clocked)
    return reading


def _cue(item: dict[str, object], number: int, text: str, reading: Draft) -> Cue:
    start = json_document.moment(item, _START, reading)
    end = json_document.moment(item, _END, reading)
    lasts = json_document.moment(item, ("duration",), reading) if end is None else None
    if start is not None and lasts is not None:
        end = start + lasts
    return json_document.cue(text, number, start, end, item.get("speaker"))


def _is_silence(item: dict[str, object]) -> bool:
    no_speech, sureness = item.get("no_speech_prob"), item.get("avg_logprob")
    if not isinstance(no_speech, int | float) or not isinstance(sureness, int | float):
        return False
    return no_speech > _NO_SPEECH and sureness < _UNSURE
