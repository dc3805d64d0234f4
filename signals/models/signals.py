from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Prefetch, Q

from civstart.accounts.models import User
from civstart.lib import times
from civstart.lib.models import Public
from civstart.places.models import Jurisdiction
from signals import links, redaction
from signals.models.meetings import Meeting, Segment, Transcript
from signals.models.threads import Thread
from signals.words import Category, Kind, SpeakerRole, Stage, Strength


class ExtractionRun(models.Model):
    """One reading of a transcript by an extractor: what it found, what was dropped and why."""

    transcript = models.ForeignKey(Transcript, on_delete=models.CASCADE, related_name="runs")
    extractor = models.CharField(max_length=60)
    extractor_version = models.CharField(max_length=60)
    found_count = models.PositiveIntegerField(default=0)
    known_count = models.PositiveIntegerField(
        default=0, help_text="Found before, in another text of the meeting."
    )
    dropped = models.JSONField(default=dict, help_text="How many were dropped, by reason.")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-started_at",)

    def __str__(self) -> str:
        return f"{self.extractor} {self.extractor_version} on {self.transcript}"


# What only residents ask for, as the database sees it.
PLEA = ExpressionWrapper(
    Q(speaker_role=SpeakerRole.PUBLIC) & ~Q(kind=Kind.COMMUNITY), output_field=BooleanField()
)


class SignalQuerySet(models.QuerySet["Signal"]):
    def pending(self) -> "SignalQuerySet":
        return self.filter(status=Signal.Status.PENDING)

    def with_lost_quote(self) -> "SignalQuerySet":
        """Those whose quote the newest version of the transcript no longer has."""
        return self.filter(
            Exists(Evidence.objects.filter(signal=OuterRef("pk"), anchor=Evidence.Anchor.LOST))
        )

    def with_corrected_quote(self) -> "SignalQuerySet":
        return self.filter(
            Exists(Evidence.objects.filter(signal=OuterRef("pk"), anchor=Evidence.Anchor.FUZZY))
        )

    def approved(self) -> "SignalQuerySet":
        return self.filter(status=Signal.Status.APPROVED)

    def matching_words(self, words: str) -> "SignalQuerySet":
        """Those in which the words occur, as a web search reads them ("quoted phrase", -not)."""
        return self.filter(search=SearchQuery(words, search_type="websearch", config="english"))

    def for_lists(self) -> "SignalQuerySet":
        """With all a row of a list shows: two queries for any number of rows."""
        return (
            self.defer("search")
            .select_related("jurisdiction__region", "meeting__body", "decided_by", "thread")
            .prefetch_related(
                Prefetch("evidence", Evidence.objects.select_related("segment__speaker"))
            )
        )


class Signal(Public):
    """One thing a local government said in public that a vendor could act on."""

    class Status(models.TextChoices):
        PENDING = "pending", "Waiting for review"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="signals")
    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, related_name="signals", help_text="Who said it."
    )
    run = models.ForeignKey(
        ExtractionRun, on_delete=models.SET_NULL, null=True, blank=True, related_name="signals"
    )
    thread = models.ForeignKey(
        Thread,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="signals",
        help_text="The same need in other meetings.",
    )
    title = models.CharField(
        max_length=200, help_text="What the government needs, 6 to 14 words, neutral."
    )
    summary = models.TextField(blank=True)
    kind = models.CharField(max_length=12, choices=Kind)
    category = models.CharField(max_length=40, choices=Category)
    stage = models.CharField(
        max_length=14, choices=Stage, default=Stage.NEED, help_text="How far the need has come."
    )
    strength = models.PositiveSmallIntegerField(choices=Strength)
    confidence = models.FloatField(
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text="0 to 1, the extractor's.",
    )
    amount = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, help_text="As named in the words."
    )
    currency = models.CharField(max_length=3, default="USD")
    timeframe = models.CharField(max_length=200, blank=True, help_text="As said.")
    speaker_name = models.CharField(max_length=120, blank=True)
    speaker_role = models.CharField(max_length=10, choices=SpeakerRole, default=SpeakerRole.UNKNOWN)
    start_seconds = models.FloatField(help_text="Where the discussion of it begins.")
    end_seconds = models.FloatField()
    heard = models.TextField(help_text="The words of all its evidence, for search.")

    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="decided_signals"
    )
    hidden = models.JSONField(
        default=dict, blank=True, help_text="Spans withheld from startups, by field."
    )
    redaction_lifted_at = models.DateTimeField(
        null=True, blank=True, help_text="Since then startups see it in full."
    )
    redaction_lifted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="lifted_redactions"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="english")
        + SearchVector("summary", weight="B", config="english")
        + SearchVector("heard", weight="C", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects: ClassVar[models.Manager["Signal"]] = SignalQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
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
            models.CheckConstraint(
                condition=Q(strength__in=(1, 2, 3)), name="signal_strength_1_to_3"
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0), name="signal_amount_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(end_seconds__gte=F("start_seconds")), name="signal_ends_after_start"
            ),
        )
        indexes = (
            GinIndex(fields=("search",), name="signal_search"),
            models.Index(
                fields=("-confidence", "id"), condition=Q(status="pending"), name="signal_queue"
            ),
            # The order of the review queue, pleas last.
            models.Index(
                PLEA,
                F("confidence").desc(),
                F("id"),
                condition=Q(status="pending"),
                name="signal_review_order",
            ),
            models.Index(
                fields=("-decided_at", "-id"),
                condition=Q(status="approved"),
                name="signal_approved",
            ),
            models.Index(fields=("status", "-created_at"), name="signal_by_status"),
            # Below, so that lists and counts over many signals read the index alone (`make bench`).
            models.Index(
                fields=("category",),
                include=("jurisdiction", "amount"),
                condition=Q(status="approved"),
                name="signal_totals",
            ),
            models.Index(
                fields=("-strength", "-confidence", "id"),
                include=("created_at",),
                condition=Q(status="pending"),
                name="signal_waiting",
            ),
            models.Index(
                fields=("-created_at", "-id"),
                include=("status", "strength", "decided_at"),
                name="signal_newest",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def amount_words(self) -> str:
        """The amount as people write it: $412,000 or $1.9 million."""
        if self.amount is None:
            return ""
        if self.amount >= 1_000_000:
            return (
                f"${(self.amount / Decimal(1_000_000)).quantize(Decimal('0.1')):f} million".replace(
                    ".0 ", " "
                )
            )
        return f"${self.amount:,.0f}"

    @property
    def quote(self) -> str:
        """The verbatim words, pieces of neighbouring segments joined; "…" parts several quotes.

        One query unless prefetched.
        """
        return _joined((piece.position, piece.quote) for piece in self.evidence.all())

    @property
    def is_plea(self) -> bool:
        """Whether only residents ask for it: a plea is not yet what the government wants."""
        return self.speaker_role == SpeakerRole.PUBLIC and self.kind != Kind.COMMUNITY

    @property
    def doubt(self) -> str:
        """Why staff should look at the quote again, as a sentence; "" if it stands.

        One query unless prefetched.
        """
        anchors = {piece.anchor: piece.difference for piece in self.evidence.all()}
        if Evidence.Anchor.LOST in anchors:
            return "The quote no longer occurs in the newest version of the transcript."
        if Evidence.Anchor.FUZZY in anchors:
            return f"The transcript was corrected: {anchors[Evidence.Anchor.FUZZY]}."
        return ""

    @property
    def withholds(self) -> bool:
        """Whether startups, API and mails get it without residents' names and addresses."""
        return settings.REDACT_RESIDENTS and self.redaction_lifted_at is None

    @property
    def shown_title(self) -> str:
        """The title as startups see it."""
        return self._shown("title", self.title)

    @property
    def shown_summary(self) -> str:
        return self._shown("summary", self.summary)

    @property
    def shown_timeframe(self) -> str:
        return self._shown("timeframe", self.timeframe)

    @property
    def shown_speaker(self) -> str:
        return self._shown("speaker_name", self.speaker_name)

    @property
    def shown_quote(self) -> str:
        """The quote as startups see it. One query unless prefetched."""
        return _joined((piece.position, piece.shown) for piece in self.evidence.all())

    def _shown(self, field: str, text: str) -> str:
        return redaction.shown(text, self.hidden.get(field, ())) if self.withholds else text

    @property
    def withheld_words(self) -> str:
        """What of it is withheld: "2 names, 1 address"; "" if nothing is. One query unless
        prefetched.
        """
        pieces = [piece.hidden for piece in self.evidence.all()]
        return redaction.counted([*self.hidden.values(), *pieces])


def _joined(pieces: Iterable[tuple[int, str]]) -> str:
    """Join the pieces of each quote by a space, and quotes of several places by "…"."""
    quotes = groupby(pieces, key=lambda piece: piece[0] // Evidence.A_QUOTE)
    return " … ".join(" ".join(words for _, words in pieces) for _, pieces in quotes)


class Evidence(models.Model):
    """A verbatim quote from a segment, with its seconds. A signal without evidence cannot exist."""

    # Positions a quote may take. What a merged signal brings along begins at the next hundred.
    A_QUOTE: ClassVar[int] = 100

    class Anchor(models.TextChoices):
        EXACT = "exact", "Stands word for word"
        FUZZY = "fuzzy", "Was corrected"
        LOST = "lost", "No longer occurs"

    signal = models.ForeignKey(Signal, on_delete=models.CASCADE, related_name="evidence")
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="evidence")
    position = models.PositiveSmallIntegerField(default=0, help_text="Order within the signal.")
    first = models.PositiveIntegerField(help_text="Where in the segment's text the quote begins.")
    last = models.PositiveIntegerField(help_text="Where it ends.")
    quote = models.TextField()
    start_seconds = models.FloatField()
    end_seconds = models.FloatField()
    hidden = models.JSONField(
        default=list, blank=True, help_text="Spans of the quote withheld from startups."
    )
    anchor = models.CharField(
        max_length=5,
        choices=Anchor,
        default=Anchor.EXACT,
        help_text="Whether it stands in the newest version of the transcript.",
    )
    difference = models.TextField(blank=True, help_text="What the newest version changed in it.")

    class Meta:
        ordering = ("signal", "position")
        verbose_name_plural = "evidence"
        constraints = (
            models.UniqueConstraint(fields=("signal", "position"), name="evidence_position_unique"),
            models.CheckConstraint(condition=Q(last__gt=F("first")), name="evidence_not_empty"),
            models.CheckConstraint(
                condition=(Q(anchor="fuzzy") & ~Q(difference=""))
                | Q(anchor__in=("exact", "lost"), difference=""),
                name="evidence_difference_if_corrected",
            ),
        )

    def __str__(self) -> str:
        return self.quote[:80]

    @property
    def shown(self) -> str:
        """The quote as startups, API and mails get it: without residents' names and addresses."""
        return self.shown_part(self.quote)

    def shown_part(self, words: str) -> str:
        """Return words of the quote as startups see them."""
        if not self.signal.withholds:
            return words
        first = self.quote.find(words)
        if first < 0:  # the quote was corrected since
            return redaction.shown(words, redaction.spans(words))
        return redaction.shown(words, redaction.within(self.hidden, first, first + len(words)))

    @property
    def number(self) -> int:
        """Which quote of the signal it is a piece of: 0 is its own, the rest of merged signals."""
        return self.position // self.A_QUOTE

    @property
    def clock(self) -> str:
        return times.clock(self.start_seconds)

    @property
    def video_url(self) -> str:
        """The recording at the second of the quote, or "" if nobody knows where it is."""
        return links.at(self.signal.meeting.video_url, self.start_seconds)


class Review(models.Model):
    """One decision of staff on a signal."""

    class Decision(models.TextChoices):
        APPROVE = "approve", "Approved"
        REJECT = "reject", "Rejected"
        REOPEN = "reopen", "Reopened"
        EDIT = "edit", "Edited"
        SPLIT = "split", "Split"
        MERGE = "merge", "Merged"
        THREAD = "thread", "Joined to a thread"
        UNDO = "undo", "Undone"

    class Reason(models.TextChoices):
        NOT_ACTIONABLE = "not-actionable", "Not something a vendor can act on"
        AWARDED = "awarded", "Already awarded or finished"
        QUOTE = "quote", "Quote does not say it"
        DUPLICATE = "duplicate", "Same as another"
        RESIDENT = "resident", "A resident's wish, not the government's"
        FAINT = "faint", "Too faint"
        OTHER = "other", "Something else"

    signal = models.ForeignKey(Signal, on_delete=models.CASCADE, related_name="reviews")
    decision = models.CharField(max_length=10, choices=Decision)
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reviews")
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True, help_text="When it was taken back.")

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=("by", "-at"), name="review_of_person"),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(decision="reject") | ~Q(reason=""), name="review_rejection_has_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_decision_display()} by {self.by}"
