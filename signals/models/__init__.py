"""What governments say: meetings and their transcripts, the signals heard in them, and their
review.
"""

from signals.models.documents import MeetingDocument
from signals.models.history import SignalChange
from signals.models.meetings import Body, Meeting, Segment, Speaker, Transcript
from signals.models.questions import Answer, Question, QuestionQuerySet, QuestionVote
from signals.models.signals import Evidence, ExtractionRun, Review, Signal, SignalQuerySet
from signals.models.sources import Source, SourceRun
from signals.models.threads import Thread, ThreadStep
from signals.models.trust import AutoRule, SecondLook, SecondLookQuerySet
from signals.models.uploads import Upload, UploadQuerySet

__all__ = [
    "Answer",
    "AutoRule",
    "Body",
    "Evidence",
    "ExtractionRun",
    "Meeting",
    "MeetingDocument",
    "Question",
    "QuestionQuerySet",
    "QuestionVote",
    "Review",
    "SecondLook",
    "SecondLookQuerySet",
    "Segment",
    "Signal",
    "SignalChange",
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
