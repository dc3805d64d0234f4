from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils import timezone
from pgvector.django import HalfVectorField, HnswIndex, VectorField

from civstart.lib import vectors
from civstart.lib.models import Public
from startups.models import Startup


class EmbeddingQuerySet(models.QuerySet["Embedding"]):
    def of_startups(self, model: str) -> "EmbeddingQuerySet":
        return self.filter(subject=Embedding.Subject.STARTUP, model=model)


class Embedding(models.Model):
    """The meaning of a passage of a signal or a startup, as one model sees it."""

    class Subject(models.TextChoices):
        SIGNAL = "signal", "Signal"
        STARTUP = "startup", "Startup"

    subject = models.CharField(max_length=10, choices=Subject)
    subject_id = models.BigIntegerField()
    model = models.CharField(max_length=60)
    passage = models.PositiveSmallIntegerField(
        default=0, help_text="Which stretch of the text, where it is too long for the model."
    )
    text_digest = models.CharField(max_length=64, help_text="Of the text that was embedded.")
    vector = VectorField(null=True, help_text="None: the text says too little to be embedded.")
    source_at = models.DateTimeField(
        default=timezone.now, help_text="How new the text was. An older one never replaces it."
    )
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[models.Manager["Embedding"]] = EmbeddingQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("subject", "subject_id", "model", "passage"),
                name="embedding_once_per_model",
            ),
        )
        indexes = tuple(
            HnswIndex(
                OpClass(
                    Cast("vector", HalfVectorField(dimensions=space.dimensions)),
                    name="halfvec_cosine_ops",
                ),
                name=space.index,
                condition=Q(subject="startup", model=space.model),
            )
            for space in vectors.SPACES.values()
        )

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id} by {self.model}"


class VectorModel(models.Model):
    """A model whose vectors are kept: the one that serves, or one that matching moves to."""

    class Status(models.TextChoices):
        SERVING = "serving", "In use"
        FILLING = "filling", "Being filled"
        RETIRED = "retired", "Was in use"

    model = models.CharField(max_length=60, unique=True)
    status = models.CharField(max_length=10, choices=Status)
    done_count = models.PositiveIntegerField(default=0, help_text="Startups and signals embedded.")
    total_count = models.PositiveIntegerField(default=0, help_text="Of so many.")
    trouble = models.CharField(
        max_length=500, blank=True, help_text="What the embedder last could not do, and why."
    )
    troubled_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    served_at = models.DateTimeField(null=True, blank=True, help_text="Since when it is in use.")

    class Meta:
        ordering = ("-started_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("status",), condition=Q(status="serving"), name="vector_model_one_serves"
            ),
            models.CheckConstraint(
                condition=Q(trouble="", troubled_at=None)
                | (~Q(trouble="") & Q(troubled_at__isnull=False)),
                name="vector_model_trouble_has_time",
            ),
        )

    def __str__(self) -> str:
        return self.model


class IndexState(Public):
    """How far an index outside the database has the vectors of one model."""

    index = models.CharField(max_length=120, help_text="The index, by its name.")
    model = models.CharField(max_length=60)
    filled_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When it last had all vectors. Until then nothing is matched by it.",
    )
    trouble = models.CharField(
        max_length=500, blank=True, help_text="What the index last could not do, and why."
    )
    troubled_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-started_at",)
        constraints = (
            models.UniqueConstraint(fields=("index", "model"), name="index_state_once_per_model"),
            models.CheckConstraint(
                condition=Q(trouble="", troubled_at=None)
                | (~Q(trouble="") & Q(troubled_at__isnull=False)),
                name="index_state_trouble_has_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.model} in {self.index}"


class ProfileWords(models.Model):
    """The words of a startup's whole profile, weighted by where they stand, for ranking."""

    startup = models.OneToOneField(Startup, on_delete=models.CASCADE, related_name="profile_words")
    words = SearchVectorField(help_text="A: name, tagline, tags. B: products. C: text. D: cases.")
    length = models.FloatField(help_text="How many words, each by its weight.")
    source_at = models.DateTimeField(help_text="How new the profile was.")

    class Meta:
        verbose_name_plural = "profile words"
        indexes = (GinIndex(fields=("words",), name="profile_words"),)

    def __str__(self) -> str:
        return f"Words of {self.startup}"


class WordCount(models.Model):
    """In how many profiles a word stood when that was last counted."""

    word = models.TextField(primary_key=True)
    profile_count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.word


class ProfileTotals(models.Model):
    """What all profiles came to when their words were last counted. There is one row."""

    profile_count = models.PositiveIntegerField(default=0)
    matched_count = models.PositiveIntegerField(
        default=0, help_text="Active ones that say enough to be matched."
    )
    mean_length = models.FloatField(default=1)
    changed_count = models.PositiveIntegerField(default=0, help_text="Stored anew since.")
    counted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.profile_count:,} profiles"


class Freshness(models.Model):
    """Up to when all changes of profiles are known to be in their words or in a model's vectors."""

    of = models.CharField(max_length=60, unique=True, help_text="The words, or a model's vectors.")
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.of}, {self.until:%-d %b %Y %H:%M}"
