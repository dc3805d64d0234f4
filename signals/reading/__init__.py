"""Reading transcript files: bytes in, timed utterances and a report out.

Knows nothing of the database.
"""

from signals.reading.model import Format, Reading, Report, TimeUnit, UnreadableTranscript, Utterance
from signals.reading.read import MAX_BYTES, read

__all__ = [
    "MAX_BYTES",
    "Format",
    "Reading",
    "Report",
    "TimeUnit",
    "UnreadableTranscript",
    "Utterance",
    "read",
]
