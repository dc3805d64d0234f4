from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q

from civstart.accounts.models import User
from civstart.lib.models import Public
from civstart.places.models import Jurisdiction
from signals import alignment, due, money, redaction
from signals.models.evidence import Evidence, joined
from signals.models.meetings import Meeting
from signals.models.runs import ExtractionRun
from signals.models.signal_rules import (
    PLEA,
    SIGNAL_CONSTRAINTS,
    SIGNAL_INDEXES,
    VERBATIM,
    WITHHOLDS_WORDS,
    searched,
)
from signals.models.threads import Thread
from signals.words import (
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
                Prefetch(
                    "evidence",
                    Evidence.objects.select_related("segment__speaker").order_by("position"),
                )
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
        expression=SearchVector(searched("title"), weight="A", config="english")
        + SearchVector(searched("summary"), weight="B", config="english")
        + SearchVector(searched("heard"), weight="C", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects: ClassVar[models.Manager["Signal"]] = SignalQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = SIGNAL_CONSTRAINTS
        indexes = SIGNAL_INDEXES

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
        return joined((piece.position, piece.quote) for piece in self.evidence.all())

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
        return joined((piece.position, piece.shown) for piece in self.evidence.all())

    def _shown(self, field: str, text: str) -> str:
        return redaction.shown(text, self.hidden.get(field, ())) if self.withholds else text

    @property
    def withheld_words(self) -> str:
        """What of it is withheld: "2 names, 1 address"; "" if nothing is. One query unless
        prefetched.
        """
        pieces = [piece.hidden for piece in self.evidence.all()]
        return redaction.counted([*self.hidden.values(), *pieces])
