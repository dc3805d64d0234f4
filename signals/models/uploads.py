from typing import ClassVar

from django.db import models
from django.db.models import Q

from civstart.accounts.models import User
from civstart.lib.models import Public
from civstart.places.models import Jurisdiction
from signals.models.documents import MeetingDocument
from signals.models.meetings import Meeting, Transcript
from signals.models.sources import Source


class UploadQuerySet(models.QuerySet["Upload"]):
    def unfinished(self) -> "UploadQuerySet":
        return self.filter(status__in=Upload.UNFINISHED)

    def for_lists(self) -> "UploadQuerySet":
        """With all a row of a list shows, and without the files: one query for any number."""
        return self.defer("content").select_related(
            "jurisdiction__region", "transcript__meeting", "document__meeting", "by", "source"
        )


class Upload(Public):
    """A file that somebody, a program or a source brought to be read, and what became of it."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        READING = "reading", "Being read"
        READ = "read", "Read"
        FAILED = "failed", "Not read"

    class Step(models.TextChoices):
        """What a worker does with the file, in order."""

        READING = "reading", "Reading the file"
        STORING = "storing", "Storing the words"
        EXTRACTING = "extracting", "Looking for signals"

    UNFINISHED: ClassVar = (Status.WAITING, Status.READING)
    FINISHED: ClassVar = (Status.READ, Status.FAILED)

    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, related_name="uploads", help_text="Who speaks."
    )
    body = models.CharField(max_length=120, blank=True)
    held_on = models.DateField(null=True, blank=True)
    title = models.CharField(max_length=200, blank=True)
    video_url = models.URLField(max_length=500, blank=True)
    kind = models.CharField(max_length=10, choices=MeetingDocument.Kind, blank=True)
    file_name = models.CharField(max_length=255)
    url = models.URLField(max_length=2000, blank=True, help_text="Where it was fetched, if it was.")
    size = models.PositiveIntegerField(default=0, help_text="Bytes.")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the file.")
    # The file itself, until it is read. Files of one reading are not kept twice.
    content = models.BinaryField(null=True, editable=False)
    by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="uploads"
    )
    source = models.ForeignKey(
        Source, on_delete=models.SET_NULL, null=True, blank=True, related_name="uploads"
    )
    source_key = models.CharField(
        max_length=64, blank=True, help_text="Tells the file from all others of its source."
    )
    transcript = models.ForeignKey(
        Transcript, on_delete=models.SET_NULL, null=True, blank=True, related_name="uploads"
    )
    document = models.ForeignKey(
        MeetingDocument, on_delete=models.SET_NULL, null=True, blank=True, related_name="uploads"
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    step = models.CharField(
        max_length=10, choices=Step, blank=True, help_text="What a worker does with it now."
    )
    progress = models.PositiveSmallIntegerField(default=0, help_text="Percent.")
    tries = models.PositiveSmallIntegerField(
        default=0, help_text="How often the source failed to hand it over."
    )
    report = models.JSONField(default=dict, help_text="What was read, dropped and repaired.")
    signal_count = models.PositiveIntegerField(null=True, help_text="Signals found in it.")
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("source", "source_key"),
                condition=~Q(source_key=""),
                name="upload_once_per_source",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("waiting", "reading"), content__isnull=False)
                | Q(status__in=("read", "failed"), content__isnull=True),
                name="upload_content_until_read",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("waiting", "reading"), finished_at__isnull=True)
                | Q(status__in=("read", "failed"), finished_at__isnull=False),
                name="upload_finished_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="failed", error=""), name="upload_failed_says_why"
            ),
            models.CheckConstraint(
                condition=Q(progress__lte=100), name="upload_progress_is_percent"
            ),
        )
        indexes = (
            models.Index(
                fields=("jurisdiction", "digest"),
                condition=Q(status__in=("waiting", "reading")),
                name="upload_unfinished",
            ),
        )

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_finished(self) -> bool:
        return self.status in self.FINISHED

    @property
    def meeting(self) -> Meeting | None:
        """The meeting it turned out to be of."""
        stored = self.transcript or self.document
        return stored.meeting if stored else None
