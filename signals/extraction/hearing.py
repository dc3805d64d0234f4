"""From a reading of a file to what an extractor hears."""

from signals.extraction.contract import Heard
from signals.reading import Reading


def heard_in(reading: Reading) -> list[Heard]:
    """Return the utterances as segments, numbered from 0 as they would be stored."""
    return [
        Heard(index, one.start, one.end, one.text, one.speaker)
        for index, one in enumerate(reading.utterances)
    ]
