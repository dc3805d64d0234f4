from django.db import models
from django.db.models import Q

from signals.models import Signal
from startups.models import Startup


class SpanVectors(models.Model):
    """The meaning of each sentence of a profile, or of each clause of a signal's quotes, as the
    local explainer sees it.
    """

    startup = models.OneToOneField(
        Startup, on_delete=models.CASCADE, null=True, blank=True, related_name="span_vectors"
    )
    signal = models.OneToOneField(
        Signal, on_delete=models.CASCADE, null=True, blank=True, related_name="span_vectors"
    )
    model = models.CharField(max_length=60)
    text_digest = models.CharField(max_length=64, help_text="Of the spans, in order.")
    vectors = models.BinaryField(help_text="One after the other, each number in half precision.")
    source_at = models.DateTimeField(help_text="How new the text was.")

    class Meta:
        verbose_name_plural = "span vectors"
        constraints = (
            models.CheckConstraint(
                condition=Q(startup=None, signal__isnull=False)
                | Q(startup__isnull=False, signal=None),
                name="span_vectors_of_one_thing",
            ),
        )

    def __str__(self) -> str:
        return f"Spans of {self.startup or self.signal}"
