from collections.abc import Iterable
from itertools import groupby
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from civstart.accounts.models import User
from civstart.lib import times
from civstart.lib.models import Public
from civstart.places.models import Jurisdiction
from signals import alignment, due, links, money, redaction
from signals.models.meetings import Meeting, Segment, Transcript
from signals.models.threads import Thread
from signals.words import (
    KINDS_WITH_TERM,
    LONGEST_TERM,
    AmountKind,
    Category,
    Kind,
    SpeakerRole,
    Stage,
    Strength,
)

# The rules by which a signal's details are told from its words. Raise it when they change, and
# have `manage.py refresh_signals` run after the upgrade.
DETAILS_VERSION = 1
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


def _searched(field: str) -> Coalesce:
    """The text by which everybody may find a signal: without what is withheld of residents."""
    text = models.TextField()
    return Coalesce(KeyTextTransform(field, "redacted"), F(field), output_field=text)


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
    share_read = models.FloatField(default=1.0, help_text="Of the transcript, 0 to 1.")
    stopped = models.CharField(
        max_length=300, blank=True, help_text="Why it ended before the transcript did."
    )
    setting = models.JSONField(
        default=dict,
        blank=True,
        help_text="What the extractor was told of the meeting. Reading on tells it the same.",
    )
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-started_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(share_read__gte=0, share_read__lte=1), name="run_share_read_is_share"
            ),
            models.CheckConstraint(
                condition=Q(stopped="", share_read=1) | (~Q(stopped="") & Q(share_read__lt=1)),
                name="run_stopped_before_its_end",
            ),
        )

    def __str__(self) -> str:
        return f"{self.extractor} {self.extractor_version} on {self.transcript}"

    @property
    def stop_words(self) -> str:
        """How far it came: "Stopped at 62 %: the budget ..."; "" if it came to the end."""
        share = int(100 * self.share_read)
        return f"Stopped at {share}\u00a0%: {self.stopped}" if self.stopped else ""


class SignalQuerySet(models.QuerySet["Signal"]):
    def pending(self) -> "SignalQuerySet":
        return self.filter(status=Signal.Status.PENDING)

    def pleas_last(self, *order: str) -> "SignalQuerySet":
        """In that order, but last those that only residents ask for."""
        return self.order_by(PLEA, *order)

    def with_lost_quote(self) -> "SignalQuerySet":
        """Those whose quote the newest version of the transcript no longer has."""
        return self.filter(
            Exists(Evidence.objects.filter(signal=OuterRef("pk"), anchor=Evidence.Anchor.LOST))
        )

    def with_fuzzy_quote(self) -> "SignalQuerySet":
        """Those whose quote the extractor did not write word for word."""
        loose = Evidence.objects.filter(signal=OuterRef("pk")).exclude(written="")
        return self.filter(Exists(loose))

    def with_corrected_quote(self) -> "SignalQuerySet":
        return self.filter(
            Exists(Evidence.objects.filter(signal=OuterRef("pk"), anchor=Evidence.Anchor.FUZZY))
        )

    def approved(self) -> "SignalQuerySet":
        return self.filter(status=Signal.Status.APPROVED)

    def matching_words(self, words: str) -> "SignalQuerySet":
        """Those in which the words occur, as a web search reads them ("quoted phrase", -not)."""
        return self.filter(search=SearchQuery(words, search_type="websearch", config="english"))

    def saying(self, words: str) -> "SignalQuerySet":
        """Those whose very texts say it, withheld words among them: for staff alone."""
        query = SearchQuery(words, search_type="websearch", config="english")
        withheld = WITHHOLDS_WORDS & Q(verbatim=query)
        return self.alias(verbatim=VERBATIM).filter(Q(search=query) | withheld)

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
    amount_kind = models.CharField(
        max_length=10,
        choices=AmountKind,
        blank=True,
        help_text="Paid once, each year, over a term, at most, or for one of many.",
    )
    amount_years = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_TERM)],
        verbose_name="term in years",
        help_text="Over how many years, where that was said.",
    )
    amount_said = models.CharField(
        max_length=200, blank=True, verbose_name="as said", help_text="The amount in the words."
    )
    currency = models.CharField(max_length=3, default="USD")
    timeframe = models.CharField(max_length=200, blank=True, help_text="As said.")
    due_from = models.DateField(
        null=True, blank=True, verbose_name="from", help_text="The first day the words mean."
    )
    due_by = models.DateField(
        null=True, blank=True, verbose_name="by", help_text="The last day the words mean."
    )
    due_is_deadline = models.BooleanField(
        default=False,
        verbose_name="deadline",
        help_text="It has to be done by that day; else it is a time at which something happens.",
    )
    due_doubt = models.CharField(
        max_length=120, blank=True, help_text="What had to be assumed to resolve the words."
    )
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
    redacted = models.JSONField(
        default=dict,
        blank=True,
        help_text="Its texts as they may be searched, where something in them is withheld.",
    )
    redaction_lifted_at = models.DateTimeField(
        null=True, blank=True, help_text="Since then startups see it in full."
    )
    redaction_lifted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="lifted_redactions"
    )
    details_version = models.PositiveSmallIntegerField(
        default=0,
        help_text="Of the rules by which stage, kind of amount and days were told from the words.",
    )
    edited = ArrayField(
        models.CharField(max_length=30),
        default=list,
        blank=True,
        help_text="The fields staff set by hand, which are not computed anew.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    search = models.GeneratedField(
        expression=SearchVector(_searched("title"), weight="A", config="english")
        + SearchVector(_searched("summary"), weight="B", config="english")
        + SearchVector(_searched("heard"), weight="C", config="english"),
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
        indexes = (
            GinIndex(fields=("search",), name="signal_search"),
            # A word in nearly every signal: with the state in the index no text is read again.
            GinIndex(
                fields=("search",), condition=Q(status="approved"), name="signal_search_approved"
            ),
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

    def __str__(self) -> str:
        return self.title

    @property
    def amount_words(self) -> str:
        """The amount as people write it: $412,000 a year, up to $1.9 million over 5 years."""
        if self.amount is None:
            return ""
        return money.in_words(self.amount, self.amount_kind, self.amount_years)

    @property
    def due_words(self) -> str:
        """The days the timeframe means: by 31 Mar 2026; "" if none were resolved."""
        return due.in_words(self.due_from, self.due_by, is_deadline=self.due_is_deadline)

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
    def rewording(self) -> list[alignment.Change]:
        """What the extractor wrote against what was said, word by word; nothing where it wrote the
        very words. One query unless prefetched.
        """
        pieces = list(self.evidence.all())
        written = next((piece.written for piece in pieces if piece.written), "")
        return alignment.changes(written, self.quote) if written else []

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
    def shown_amount_said(self) -> str:
        return self._shown("amount_said", self.amount_said)

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
    written = models.TextField(
        blank=True,
        help_text="The whole quote as the extractor wrote it, on its first piece, where that is "
        "not word for word what was said.",
    )

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
            models.CheckConstraint(
                condition=Q(written="") | ~Q(written=F("quote")),
                name="evidence_written_differs_from_quote",
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
        if words in redaction.shown(self.quote, self.hidden):
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
    rule = models.ForeignKey(
        "signals.AutoRule",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reviews",
        help_text="The rule by which it was approved without a person.",
    )
    measured = models.JSONField(
        default=dict, blank=True, help_text="The rule's figures when it approved."
    )
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True, help_text="When it was taken back.")

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=("by", "-at"), name="review_of_person"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(rule=None, measured={})
                | (Q(rule__isnull=False, decision="approve") & ~Q(measured={})),
                name="review_automatic_has_rule_and_figures",
            ),
            models.CheckConstraint(
                condition=~Q(decision="reject") | ~Q(reason=""), name="review_rejection_has_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_decision_display()} by {self.by}"
