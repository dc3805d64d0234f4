"""What an embedder last could not do, kept where staff see it."""

import structlog
from django.utils import timezone

from matching.contract import EmbedderUnavailable
from matching.models import VectorModel

log = structlog.get_logger()

LONGEST = 500


def note(model: str, error: EmbedderUnavailable) -> None:
    log.warning("embedder unavailable", model=model, error=str(error))
    VectorModel.objects.filter(model=model).update(
        trouble=str(error)[:LONGEST], troubled_at=timezone.now()
    )


def over(model: str) -> None:
    """Note that the embedder answers again."""
    VectorModel.objects.filter(model=model).exclude(trouble="").update(trouble="", troubled_at=None)
