"""What governments say: meetings and their transcripts, the signals heard in them, and their
review.
"""

from signals.models.meetings import Body, Meeting, Segment, Speaker, Transcript
from signals.models.signals import Evidence, ExtractionRun, Review, Signal, SignalQuerySet
from signals.models.threads import Thread, ThreadStep

__all__ = [
    "Body",
    "Evidence",
    "ExtractionRun",
    "Meeting",
    "Review",
    "Segment",
    "Signal",
    "SignalQuerySet",
    "Speaker",
    "Thread",
    "ThreadStep",
    "Transcript",
]
