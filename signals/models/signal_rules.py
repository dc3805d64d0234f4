"""What the database holds of signals: by what they are found, and what must never be."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from signals.words import KINDS_WITH_TERM, LONGEST_TERM, Kind, SpeakerRole

# The day by which a signal is due, or from which on it is.
DUE = Coalesce("due_by", "due_from")

# What decisions are measured by.
DECIDED = ("id", "status", "kind", "category", "confidence", "meeting", "run", "decided_by")
# What lists are filtered, counted and ordered by.
LISTED = (
    "id",
    "kind",
    "category",
    "stage",
    "strength",
    "amount",
    "amount_kind",
    "meeting",
    "due_from",
    "due_by",
    "due_is_deadline",
)

# Its texts as they were said, which staff search where they differ from those that all may search.
WITHHOLDS_WORDS = ~Q(redacted={})
VERBATIM = SearchVector("title", "summary", "heard", config="english")

# Whether only residents ask for it, as is_plea says of a row.
PLEA = Case(
    When(Q(speaker_role=SpeakerRole.PUBLIC) & ~Q(kind=Kind.COMMUNITY), then=1),
    default=0,
    output_field=models.PositiveSmallIntegerField(),
)


def searched(field: str) -> Coalesce:
    """The text by which everybody may find a signal: without what is withheld of residents."""
    text = models.TextField()
    return Coalesce(KeyTextTransform(field, "redacted"), F(field), output_field=text)


SIGNAL_CONSTRAINTS = (
    models.CheckConstraint(
        condition=Q(status="pending", decided_at=None, decided_by=None)
        | (~Q(status="pending") & Q(decided_at__isnull=False, decided_by__isnull=False)),
        name="signal_decision_has_person_and_time",
    ),
    models.CheckConstraint(
        condition=Q(redaction_lifted_at=None, redaction_lifted_by=None)
        | Q(redaction_lifted_at__isnull=False, redaction_lifted_by__isnull=False),
        name="signal_lifting_has_person_and_time",
    ),
    models.CheckConstraint(
        condition=Q(confidence__gte=0, confidence__lte=1), name="signal_confidence_is_share"
    ),
    models.CheckConstraint(condition=Q(strength__in=(1, 2, 3)), name="signal_strength_1_to_3"),
    models.CheckConstraint(
        condition=Q(amount=None) | Q(amount__gte=0), name="signal_amount_not_negative"
    ),
    models.CheckConstraint(
        condition=Q(amount__isnull=False) | Q(amount_kind="", amount_years=None),
        name="signal_amount_kind_has_amount",
    ),
    models.CheckConstraint(
        condition=Q(amount_years=None)
        | Q(amount_years__range=(1, LONGEST_TERM), amount_kind__in=KINDS_WITH_TERM),
        name="signal_amount_years_of_a_term",
    ),
    models.CheckConstraint(
        condition=Q(due_from=None) | Q(due_by=None) | Q(due_by__gte=F("due_from")),
        name="signal_due_from_before_by",
    ),
    models.CheckConstraint(
        condition=Q(due_is_deadline=False) | Q(due_by__isnull=False),
        name="signal_deadline_has_day",
    ),
    models.CheckConstraint(
        condition=Q(end_seconds__gte=F("start_seconds")), name="signal_ends_after_start"
    ),
)
SIGNAL_INDEXES = (
    GinIndex(fields=("search",), name="signal_search"),
    # A word in nearly every signal: with the state in the index no text is read again.
    GinIndex(fields=("search",), condition=Q(status="approved"), name="signal_search_approved"),
    GinIndex(VERBATIM, condition=WITHHOLDS_WORDS, name="signal_verbatim"),
    models.Index(
        PLEA,
        F("confidence").desc(),
        F("id"),
        condition=Q(status="pending"),
        name="signal_queue_pleas_last",
    ),
    models.Index(
        fields=("-decided_at", "-id"),
        condition=Q(status="approved"),
        name="signal_approved",
    ),
    models.Index(fields=("status", "-created_at"), name="signal_by_status"),
    models.Index(DUE, condition=Q(status="approved"), name="signal_due"),
    # Below, so that lists and counts over many signals read the index alone (`make bench`).
    models.Index(
        fields=("category",),
        include=("jurisdiction", "amount"),
        condition=Q(status="approved"),
        name="signal_totals",
    ),
    models.Index(
        fields=("jurisdiction", "-decided_at"),
        include=LISTED,
        condition=Q(status="approved"),
        name="signal_listed",
    ),
    models.Index(
        fields=("meeting", "start_seconds"),
        condition=Q(status="approved"),
        name="signal_of_meeting",
    ),
    models.Index(
        PLEA,
        F("strength").desc(),
        F("confidence").desc(),
        F("id"),
        condition=Q(status="pending"),
        name="signal_waiting_pleas_last",
    ),
    models.Index(
        fields=("strength",),
        include=("created_at",),
        condition=Q(status="pending"),
        name="signal_waiting_counts",
    ),
    models.Index(
        fields=("-created_at", "-id"),
        include=("status", "strength", "decided_at"),
        name="signal_newest",
    ),
    models.Index(
        fields=("decided_at",),
        include=DECIDED,
        condition=Q(status__in=("approved", "rejected")),
        name="signal_decided",
    ),
)
