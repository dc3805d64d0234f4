"""Council Data Project: sentences[text, start_time, end_time, speaker_index, speaker_name]."""

from signals.reading import json_document
from signals.reading.draft import Draft, draft
from signals.reading.model import Format, TimeUnit

_START, _END = ("start_time",), ("end_time",)


def parse(document: object, name: str) -> Draft:
    """Return the sentences as cues.

    The words' own times are left aside: in files converted from captions they are squeezed
    into the last caption of the sentence.
    """
    reading = draft(name, Format.CDP, TimeUnit.SECONDS, counted_in="sentence")
    before: object = None
    items = json_document.rows(document, "sentences")
    for number, item, text in json_document.spoken(items, "text", reading):
        start = json_document.moment(item, _START, reading)
        end = json_document.moment(item, _END, reading)
        cue = json_document.cue(text, number, start, end, item.get("speaker_name"))
        cue.starts_turn = item.get("speaker_index") != before
        before = item.get("speaker_index")
        reading.cues.append(cue)
    if isinstance(document, dict):
        reading.held_on = json_document.iso_date(document.get("session_datetime"))
    return reading
