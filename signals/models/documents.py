from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from civstart.lib.models import Public
from signals.models.meetings import Meeting


class MeetingDocumentQuerySet(models.QuerySet["MeetingDocument"]):
    def for_lists(self) -> "MeetingDocumentQuerySet":
        """Without the text, which may be long."""
        return self.defer("pages")


class MeetingDocument(Public):
    """An agenda, minutes or another paper of a meeting, as the text of its pages."""

    class Kind(models.TextChoices):
        AGENDA = "agenda", "Agenda"
        MINUTES = "minutes", "Minutes"
        OTHER = "other", "Other paper"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.OTHER)
    title = models.CharField(max_length=200)
    file_name = models.CharField(max_length=255)
    url = models.URLField(max_length=2000, blank=True, help_text="Where it was fetched, if it was.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file.")
    pages = ArrayField(models.TextField(), help_text="The text of each page, in order.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MeetingDocumentQuerySet.as_manager()

    class Meta:
        ordering = ("kind", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("meeting", "digest"), name="document_file_once_per_meeting"
            ),
            models.CheckConstraint(condition=~Q(pages=[]), name="document_has_pages"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.title}"

    @property
    def page_count(self) -> int:
        return len(self.pages)
