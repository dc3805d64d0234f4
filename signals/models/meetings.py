from django.db import models
from django.db.models import F, Q

from civstart.accounts.models import User
from civstart.lib.models import Public
from civstart.places.models import Jurisdiction
from signals import redaction
from signals.reading import Format, TimeUnit
from signals.words import OFFICIAL_ROLES, SpeakerRole


class Body(models.Model):
    """A council, board or commission of a jurisdiction."""

    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="bodies")
    name = models.CharField(max_length=120, help_text="As City Council.")

    class Meta:
        ordering = ("jurisdiction__name", "name")
        verbose_name_plural = "bodies"
        constraints = (
            models.UniqueConstraint(
                fields=("jurisdiction", "name"),
                name="body_unique_in_jurisdiction",
                violation_error_message="This jurisdiction has a body of that name already.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} of {self.jurisdiction}"


class Meeting(Public):
    """One sitting of a body."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="meetings")
    title = models.CharField(max_length=200)
    held_on = models.DateField(null=True, blank=True, help_text="Empty if nobody knows.")
    video_url = models.URLField(max_length=500, blank=True, help_text="The recording's page.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = (F("held_on").desc(nulls_last=True), "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("body", "held_on", "title"),
                name="meeting_once_a_day_by_title",
                violation_error_message="This body has a meeting of that day and title.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.title}, {self.held_on:%-d %b %Y}" if self.held_on else self.title


class Transcript(Public):
    """One text of a meeting.

    A corrected file is a new version; the newest of a format is current.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="transcripts")
    format = models.CharField(max_length=20, choices=[(f.value, f.value) for f in Format])
    version = models.PositiveSmallIntegerField(default=1)
    file_name = models.CharField(max_length=255)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file.")
    time_unit = models.CharField(max_length=20, choices=[(u.value, u.value) for u in TimeUnit])
    report = models.JSONField(default=dict, help_text="What was read, dropped and repaired.")
    quality = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="0 to 100, the sum of its parts. Empty if never judged."
    )
    quality_parts = models.JSONField(
        default=list, blank=True, help_text="Name, points, most points and why, in order."
    )
    duration_seconds = models.FloatField(default=0)
    residents = models.JSONField(
        default=list, blank=True, help_text="Names of residents heard in the words. Withheld."
    )
    is_current = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("meeting", "format", "version"), name="transcript_version_unique"
            ),
            models.CheckConstraint(
                condition=Q(quality=None) | Q(quality__lte=100), name="transcript_quality_to_100"
            ),
            models.UniqueConstraint(
                fields=("meeting", "digest"), name="transcript_file_once_per_meeting"
            ),
            models.UniqueConstraint(
                fields=("meeting", "format"),
                condition=Q(is_current=True),
                name="transcript_one_current_per_format",
            ),
        )

    def __str__(self) -> str:
        return f"{self.file_name}, version {self.version}"


class Speaker(models.Model):
    """Somebody who speaks in a meeting, as the transcript names them."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="speakers")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=10, choices=SpeakerRole, default=SpeakerRole.UNKNOWN)
    role_set_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="roles_set",
        help_text="Empty while the role is what label and words tell.",
    )
    role_set_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=Q(role_set_by=None, role_set_at=None)
                | Q(role_set_by__isnull=False, role_set_at__isnull=False),
                name="speaker_role_set_has_person_and_time",
            ),
            models.UniqueConstraint(fields=("meeting", "name"), name="speaker_once_per_meeting"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_official(self) -> bool:
        """Whether the government itself speaks."""
        return self.role in OFFICIAL_ROLES

    @property
    def shown(self) -> str:
        """The name as startups see it: residents are not named."""
        named = bool(redaction.people([self.name]))
        return redaction.NAME if self.role == SpeakerRole.PUBLIC and named else self.name


class Segment(models.Model):
    """A sentence or a few of a transcript, with its seconds in the recording."""

    transcript = models.ForeignKey(Transcript, on_delete=models.CASCADE, related_name="segments")
    index = models.PositiveIntegerField(help_text="Its place in the transcript, from 0.")
    start_seconds = models.FloatField()
    end_seconds = models.FloatField()
    text = models.TextField()
    speaker = models.ForeignKey(
        Speaker, on_delete=models.SET_NULL, null=True, blank=True, related_name="segments"
    )
    hidden = models.JSONField(
        default=list, blank=True, help_text="Spans withheld from startups: first, last, what."
    )

    class Meta:
        ordering = ("transcript", "index")
        constraints = (
            models.UniqueConstraint(fields=("transcript", "index"), name="segment_index_unique"),
            models.CheckConstraint(
                condition=Q(end_seconds__gte=F("start_seconds")), name="segment_ends_after_start"
            ),
        )

    def __str__(self) -> str:
        return self.text[:80]
