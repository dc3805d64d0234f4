"""What an embedder last could not do, kept where staff see it."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.utils import timezone

from civstart.lib.errors import CivStartError
from matching.models import VectorModel

log = structlog.get_logger()

LONGEST = 500


@contextmanager
def watched(model: str) -> Iterator[None]:
    """Note what the embedder cannot do and let the error through; note that it can again."""
    with noted(model):
        yield
    over(model)


@contextmanager
def noted(model: str) -> Iterator[None]:
    """Note what the embedder cannot do and let the error through."""
    try:
        yield
    except CivStartError as error:
        note(model, error)
        raise


def note(model: str, error: CivStartError) -> None:
    log.warning("embedder unavailable", model=model, error=str(error))
    VectorModel.objects.filter(model=model).update(
        trouble=str(error)[:LONGEST], troubled_at=timezone.now()
    )


def over(model: str) -> None:
    """Note that the embedder answers again."""
    VectorModel.objects.filter(model=model).exclude(trouble="").update(trouble="", troubled_at=None)
