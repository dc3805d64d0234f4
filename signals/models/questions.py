from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

from civstart.accounts.models import User
from civstart.lib.models import Public
from signals.models.signals import Signal

NOBODY = UUID(int=0)


class QuestionQuerySet(models.QuerySet["Question"]):
    def visible(self) -> "QuestionQuerySet":
        """Those that staff did not hide."""
        return self.filter(hidden_at=None)

    def waiting(self) -> "QuestionQuerySet":
        """Those to be answered: on signals that are still open, and not hidden."""
        return self.visible().filter(answer=None, signal__status=Signal.Status.APPROVED)

    def for_lists(self, *, voter: User | None = None, member: UUID = NOBODY) -> "QuestionQuerySet":
        """With answer and votes, and whether this membership voted; most wanted first. One query
        for any number.
        """
        own = QuestionVote.objects.filter(question=OuterRef("pk"), by=voter, voted_for=member)
        rows = self.select_related("answer").annotate(
            vote_count=Count("votes"), has_voted=Exists(own)
        )
        return rows.order_by("-vote_count", "created_at", "pk")


class Question(Public):
    """What a startup asks the government about a signal. Other startups do not learn who asked."""

    signal = models.ForeignKey(Signal, on_delete=models.CASCADE, related_name="questions")
    text = models.CharField(max_length=500)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="questions")
    asked_for = models.UUIDField(help_text="The startup, by its public id. Only staff are told.")
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="hidden_questions"
    )
    hidden_why = models.CharField(max_length=300, blank=True, help_text="The asker reads it.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["Question"]] = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=~Q(text=""), name="question_not_empty"),
            models.CheckConstraint(
                condition=Q(hidden_at=None, hidden_by=None, hidden_why="")
                | (Q(hidden_at__isnull=False, hidden_by__isnull=False) & ~Q(hidden_why="")),
                name="question_hiding_has_person_time_and_reason",
            ),
        )
        indexes = (
            models.Index(fields=("signal", "-created_at"), name="question_of_signal"),
            models.Index(fields=("asked_for", "created_at"), name="question_of_startup"),
        )

    def __str__(self) -> str:
        return self.text


class Answer(Public):
    """What the government answered, as staff wrote it down, or that nobody knows."""

    class Kind(models.TextChoices):
        ANSWERED = "answered", "Answered"
        NOT_KNOWN = "not-known", "The government does not know"
        NONE = "none", "No answer from the government"

    question = models.OneToOneField(Question, on_delete=models.CASCADE, related_name="answer")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.ANSWERED)
    text = models.TextField(blank=True, max_length=2000)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="answers")
    version = models.PositiveSmallIntegerField(
        default=1, db_default=1, help_text="1, and one more a correction."
    )
    at = models.DateTimeField(auto_now_add=True)
    corrected_at = models.DateTimeField(null=True, blank=True)
    corrected_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_answers"
    )

    class Meta:
        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(kind="answered") | ~Q(text=""), name="answer_says_something"
            ),
            models.CheckConstraint(
                condition=Q(version=1, corrected_at=None, corrected_by=None)
                | Q(version__gt=1, corrected_at__isnull=False, corrected_by__isnull=False),
                name="answer_correction_has_person_and_time",
            ),
        )

    def __str__(self) -> str:
        return self.text or self.get_kind_display()

    @property
    def words(self) -> str:
        """The answer as a sentence, whatever it is."""
        return as_sentence(self.kind, self.text)


def as_sentence(kind: str, text: str) -> str:
    """Return an answer of this kind in words."""
    said = {
        Answer.Kind.NOT_KNOWN: "The government does not know yet.",
        Answer.Kind.NONE: "The government did not answer.",
    }.get(Answer.Kind(kind), "")
    return " ".join(part for part in (said, text) if part)


class EarlierAnswer(models.Model):
    """What an answer said before a correction."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="earlier")
    version = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Answer.Kind)
    text = models.TextField(blank=True, max_length=2000)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="earlier_answers")
    at = models.DateTimeField(help_text="When this was published.")

    class Meta:
        ordering = ("-version",)
        constraints = (
            models.UniqueConstraint(
                fields=("answer", "version"), name="earlier_answer_once_a_version"
            ),
        )

    def __str__(self) -> str:
        return self.text or self.get_kind_display()

    @property
    def words(self) -> str:
        """What it said, as a sentence."""
        return as_sentence(self.kind, self.text)


class QuestionVote(models.Model):
    """A member of a startup wants the answer too."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="votes")
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="question_votes")
    voted_for = models.UUIDField(help_text="The voter's startup, by its public id.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("question", "by", "voted_for"), name="vote_once_per_membership"
            ),
        )

    def __str__(self) -> str:
        return f"{self.by} for {self.question}"
