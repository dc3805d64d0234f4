"""Sentences without times: a table of id, tab, sentence."""

import re

from signals.reading.draft import Cue, Draft, draft
from signals.reading.model import Format, TimeUnit

ROW = re.compile(r"[\w.:-]{1,64}\t[^\t]*")
_HEADING = "sentence"


def parse(text: str, name: str) -> Draft:
    """Return the rows as cues without times; a row without a tab continues the one before."""
    reading = draft(name, Format.SENTENCES, TimeUnit.NONE, counted_in="line")
    for number, line in enumerate(text.split("\n"), start=1):
        _, tab, sentence = line.partition("\t")
        if not line.strip() or (number == 1 and sentence.strip().lower() == _HEADING):
            continue
        reading.report.cues_read += 1
        reading.cues.append(Cue(text=sentence if tab else line, place=number))
    return reading
