from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from civstart.accounts.models import User
from civstart.lib.models import Public
from signals.models.signals import Signal


class SignalChange(Public):
    """One change of a signal: who, when, before, after. The database refuses to alter it."""

    class What(models.TextChoices):
        FOUND = "found", "Found"
        EDITED = "edited", "Edited"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"
        REOPENED = "reopened", "Reopened"
        LIFTED = "lifted", "Shown in full"
        RESTORED = "restored", "Residents withheld again"
        THREAD = "thread", "Thread changed"
        ROLE = "role", "Speaker's role set"
        QUOTE = "quote", "Quote corrected"
        SPLIT = "split", "Split"
        MERGED = "merged", "Merged"
        UNDONE = "undone", "Decision undone"
        LOOKED_AGAIN = "looked-again", "Looked at again"
        SETTLED = "settled", "Disagreement settled"
        REFRESHED = "refreshed", "Details told anew"

    signal = models.ForeignKey(Signal, on_delete=models.PROTECT, related_name="changes")
    what = models.CharField(max_length=20, choices=What)
    by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="signal_changes",
        help_text="Empty if the site did it by itself.",
    )
    before = models.JSONField(
        default=dict, encoder=DjangoJSONEncoder, help_text="Fields that changed, as they were."
    )
    after = models.JSONField(
        default=dict, encoder=DjangoJSONEncoder, help_text="The same fields, as they became."
    )
    note = models.CharField(max_length=300, blank=True, help_text="Why, as somebody wrote it.")
    evidence = models.JSONField(
        default=list, help_text="The quotes that were shown: words, seconds, file, anchor."
    )
    extractor = models.CharField(max_length=60, blank=True)
    extractor_version = models.CharField(
        max_length=60, blank=True, help_text="Model and prompt version, where a model read it."
    )
    at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["SignalChange"]] = models.Manager()

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=("signal", "-at", "-id"), name="change_of_signal"),)

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.signal}"
