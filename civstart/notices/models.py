from django.db import models
from django.db.models import Q

from civstart.accounts.models import User
from civstart.events.models import Event
from civstart.lib.models import Public


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)


class Notice(Public):
    """Something a person is told, because of an event. It waits on their page until read."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="notices")
    text = models.CharField(max_length=300)
    url = models.CharField(
        max_length=300, help_text="The page it is about, as a path on this site."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    waits_for_digest = models.BooleanField(
        default=False, help_text="It goes out with the next daily e-mail."
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(fields=("user", "event"), name="notice_once_per_event"),
        )
        indexes = (
            models.Index(fields=("user", "-created_at"), name="notice_of_user"),
            models.Index(fields=("user",), condition=Q(read_at=None), name="notice_unread"),
            models.Index(
                fields=("user",), condition=Q(waits_for_digest=True), name="notice_for_digest"
            ),
        )

    def __str__(self) -> str:
        return self.text


class Mail(models.Model):
    """One e-mail: to whom, what it said, and whether it went out."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        WITHDRAWN = "withdrawn", "Withdrawn before it was sent"

    notice = models.OneToOneField(Notice, on_delete=models.CASCADE, related_name="mail")
    to = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    html = models.TextField(blank=True)
    is_digest = models.BooleanField(default=False, help_text="It tells several notices at once.")
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        verbose_name = "e-mail"
        constraints = (
            models.CheckConstraint(
                condition=Q(status="sent", sent_at__isnull=False) | ~Q(status="sent"),
                name="mail_sent_has_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject} to {self.to}"


class NoticePreference(models.Model):
    """How a person wants to hear by e-mail what is no match. Without a row: once a day."""

    class Rhythm(models.TextChoices):
        NOW = "now", "At once"
        DAILY = "daily", "Once a day"
        NEVER = "never", "Not by e-mail"

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="notice_preference")
    answers = models.CharField(
        max_length=10,
        choices=Rhythm,
        default=Rhythm.DAILY,
        help_text="Answers to questions on signals.",
    )

    class Meta:
        ordering = ("user",)
        constraints = (
            models.CheckConstraint(
                condition=Q(answers__in=("now", "daily", "never")),
                name="notice_preference_answers_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: answers {self.get_answers_display().lower()}"
