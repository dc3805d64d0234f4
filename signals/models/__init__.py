"""What governments say: meetings and their transcripts, the signals heard in them, and their
review.
"""

from signals.models.documents import MeetingDocument
from signals.models.meetings import Body, Meeting, Segment, Speaker, Transcript
from signals.models.reviewing import Change, Desk, Merger
from signals.models.signals import Evidence, ExtractionRun, Review, Signal, SignalQuerySet
from signals.models.sources import Source, SourceRun
from signals.models.threads import Thread, ThreadStep
from signals.models.uploads import Upload, UploadQuerySet

__all__ = [
    "Body",
    "Change",
    "Desk",
    "Evidence",
    "ExtractionRun",
    "Meeting",
    "MeetingDocument",
    "Merger",
    "Review",
    "Segment",
    "Signal",
    "SignalQuerySet",
    "Source",
    "SourceRun",
    "Speaker",
    "Thread",
    "ThreadStep",
    "Transcript",
    "Upload",
    "UploadQuerySet",
]
