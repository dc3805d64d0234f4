from django.conf import settings
from django.db import models

from civstart.accounts.models import User
from signals import redaction


class Withheld(models.Model):
    """What a signal keeps from startups, API and mails: residents' names and addresses."""

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

    class Meta:
        abstract = True

    @property
    def withholds(self) -> bool:
        """Whether startups, API and mails get it without residents' names and addresses."""
        return settings.REDACT_RESIDENTS and self.redaction_lifted_at is None

    @property
    def shown_title(self) -> str:
        """The title as startups see it."""
        return self._shown("title")

    @property
    def shown_summary(self) -> str:
        return self._shown("summary")

    @property
    def shown_amount_said(self) -> str:
        return self._shown("amount_said")

    @property
    def shown_timeframe(self) -> str:
        return self._shown("timeframe")

    @property
    def shown_speaker(self) -> str:
        return self._shown("speaker_name")

    def _shown(self, field: str) -> str:
        text = str(getattr(self, field))
        return redaction.shown(text, self.hidden.get(field, ())) if self.withholds else text
