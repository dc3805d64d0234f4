"""What governments say: meetings and their transcripts, the signals heard in them, and their
review.
"""

from signals.models.documents import MeetingDocument
from signals.models.evaluations import Evaluation, EvaluationPart
from signals.models.evidence import Evidence
from signals.models.history import SignalChange
from signals.models.meetings import Body, Meeting, Segment, Speaker, Transcript
from signals.models.questions import (
    Answer,
    EarlierAnswer,
    Question,
    QuestionQuerySet,
    QuestionVote,
)
from signals.models.reviewing import Change, Desk, Merger, Review
from signals.models.runs import ExtractionRun
from signals.models.searches import Follow, SavedSearch, Tell
from signals.models.signal_rules import DUE
from signals.models.signals import DETAILS_VERSION, Signal, SignalQuerySet
from signals.models.sources import Source, SourceRun
from signals.models.threads import Thread, ThreadStep
from signals.models.trust import AutoRule, SecondLook, SecondLookQuerySet
from signals.models.uploads import Upload, UploadQuerySet

__all__ = [
    "DETAILS_VERSION",
    "DUE",
    "Answer",
    "AutoRule",
    "Body",
    "Change",
    "Desk",
    "EarlierAnswer",
    "Evaluation",
    "EvaluationPart",
    "Evidence",
    "ExtractionRun",
    "Follow",
    "Meeting",
    "MeetingDocument",
    "Merger",
    "Question",
    "QuestionQuerySet",
    "QuestionVote",
    "Review",
    "SavedSearch",
    "SecondLook",
    "SecondLookQuerySet",
    "Segment",
    "Signal",
    "SignalChange",
    "SignalQuerySet",
    "Source",
    "SourceRun",
    "Speaker",
    "Tell",
    "Thread",
    "ThreadStep",
    "Transcript",
    "Upload",
    "UploadQuerySet",
]
