from django.db import models
from django.db.models import Q

from signals.models.meetings import Transcript


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
        """How far it came: "Stopped at 62%: the budget ..."; "" if it came to the end."""
        share = int(100 * self.share_read)
        return f"Stopped at {share}%: {self.stopped}" if self.stopped else ""
