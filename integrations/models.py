from collections.abc import Iterable
from decimal import Decimal
from typing import ClassVar, TypedDict

from django.db import models
from django.db.models import Avg, Count, F, Q, Sum

from signals.models import Transcript


class ModelReading(models.Model):
    """One reading of a meeting by a language model: what it found, dropped, and left unread."""

    model = models.CharField(max_length=100)
    prompt_version = models.CharField(max_length=20)
    meeting = models.CharField(max_length=300, blank=True, help_text="Whose meeting, and when.")
    transcript = models.ForeignKey(
        Transcript,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="model_readings",
        help_text="The stored text it is of, if it could be told.",
    )
    part_count = models.PositiveIntegerField(help_text="Parts the meeting was cut into.")
    read_count = models.PositiveIntegerField(default=0, help_text="Parts that were read.")
    candidate_count = models.PositiveIntegerField(
        default=0, help_text="Signals the first pass proposed."
    )
    found_count = models.PositiveIntegerField(default=0)
    merged_count = models.PositiveIntegerField(
        default=0, help_text="Found twice, where two parts overlap."
    )
    dropped = models.JSONField(default=dict, help_text="How many were dropped, by reason.")
    corrected = models.JSONField(
        default=dict, help_text="What was taken out of signals that were kept, by reason."
    )
    differences = models.JSONField(
        default=list, help_text="Where a quote was not word for word; the stored words were taken."
    )
    unread = models.JSONField(default=list, help_text="Segments without an answer, and why.")
    stopped = models.CharField(
        max_length=300, blank=True, help_text="Why it ended before the meeting did."
    )
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-started_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(read_count__lte=F("part_count")), name="model_reading_within_its_parts"
            ),
        )

    def __str__(self) -> str:
        return f"{self.meeting or 'A file'}, read by {self.model}"


class Totals(TypedDict):
    """What a set of calls came to. seconds is the mean of those that went out."""

    calls: int
    from_memory: int
    cost_usd: Decimal
    prompt_tokens: int
    output_tokens: int
    seconds: float


class ModelCallQuerySet(models.QuerySet["ModelCall"]):
    def totals(self) -> Totals:
        sums = self.aggregate(
            calls=Count("pk"),
            from_memory=Count("pk", filter=Q(cache_hit=True)),
            cost_usd=Sum("cost_usd", default=Decimal(0)),
            prompt_tokens=Sum("prompt_tokens", default=0),
            output_tokens=Sum("output_tokens", default=0),
            latency_ms=Avg("latency_ms", filter=Q(cache_hit=False), default=0.0),
        )
        return Totals(
            calls=sums["calls"],
            from_memory=sums["from_memory"],
            cost_usd=sums["cost_usd"],
            prompt_tokens=sums["prompt_tokens"],
            output_tokens=sums["output_tokens"],
            seconds=sums["latency_ms"] / 1000,
        )


class ModelCall(models.Model):
    """One call to a language model, also one that failed or was answered from memory."""

    class Purpose(models.TextChoices):
        FIND = "find", "Find signals"
        CHECK = "check", "Check signals"
        EMBED = "embed", "Embed texts"
        RERANK = "rerank", "Grade startups"
        EXPLAIN = "explain", "Give reasons"

    class Status(models.TextChoices):
        ANSWERED = "answered", "Answered"
        CUT = "cut", "Cut off"
        BLOCKED = "blocked", "Blocked"
        UNUSABLE = "unusable", "Not usable"
        REFUSED = "refused", "Refused"
        UNAVAILABLE = "unavailable", "Not available"

    model = models.CharField(max_length=100)
    purpose = models.CharField(max_length=10, choices=Purpose)
    prompt_version = models.CharField(max_length=20)
    reading = models.ForeignKey(
        ModelReading, on_delete=models.CASCADE, null=True, blank=True, related_name="calls"
    )
    digest = models.CharField(max_length=64, help_text="SHA-256 of all that was asked.")
    status = models.CharField(max_length=12, choices=Status)
    error = models.CharField(max_length=500, blank=True)
    cache_hit = models.BooleanField(
        default=False, verbose_name="from memory", help_text="Answered before; nothing was sent."
    )
    prompt_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0, help_text="Thinking included.")
    cached_tokens = models.PositiveIntegerField(
        default=0, help_text="Of the prompt, those the service had in its own cache."
    )
    cost_usd = models.DecimalField(
        "cost in USD", max_digits=12, decimal_places=6, default=Decimal(0)
    )
    latency_ms = models.PositiveIntegerField("milliseconds", default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["ModelCall"]] = ModelCallQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(cost_usd__gte=0), name="model_call_cost_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(cache_hit=False) | Q(cost_usd=0), name="model_call_from_memory_is_free"
            ),
        )
        indexes = (models.Index(fields=("-created_at",), name="model_call_newest"),)

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} with {self.model}"


class ModelAnswerManager(models.Manager["ModelAnswer"]):
    def keep(self, answers: Iterable["ModelAnswer"]) -> None:
        """Store the answers; of two to the same question the first is kept."""
        self.bulk_create(answers, ignore_conflicts=True)


class ModelAnswer(models.Model):
    """A model's answer to one exact question, kept so that it is paid for once."""

    digest = models.CharField(max_length=64, help_text="SHA-256 of all that was asked.")
    model = models.CharField(max_length=100)
    prompt_version = models.CharField(max_length=20)
    status = models.CharField(max_length=12, choices=ModelCall.Status)
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[ModelAnswerManager] = ModelAnswerManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("digest",), name="model_answer_once_per_question"),
        )

    def __str__(self) -> str:
        return f"{self.model}, {self.digest[:12]}"
