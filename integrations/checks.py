"""What settings cannot see alone about the outside world."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def gemini_is_told_soundly(**options: Any) -> list[CheckMessage]:
    """Return what would stop the extractor later, while somebody is at the keyboard."""
    faults: list[CheckMessage] = []
    if settings.EMBEDDER.startswith("integrations.gemini.") and not settings.GEMINI_API_KEY:
        faults.append(
            Error(
                "EMBEDDER is Gemini's, and GEMINI_API_KEY is empty.",
                hint="Set the key, or leave EMBEDDER unset for the one on this machine.",
                id="integrations.E004",
            )
        )
    if not settings.EXTRACTOR.startswith("integrations.gemini."):
        return faults
    if not settings.GEMINI_API_KEY:
        faults.append(
            Error(
                "EXTRACTOR is Gemini's, and GEMINI_API_KEY is empty.",
                hint="Set the key, or leave EXTRACTOR unset for the local extractor.",
                id="integrations.E001",
            )
        )
    if settings.GEMINI_EXTRACTION_MODEL not in settings.GEMINI_PRICES:
        faults.append(
            Error(
                f"GEMINI_PRICES has no price for {settings.GEMINI_EXTRACTION_MODEL!r}.",
                hint=f"Add one, or choose of {', '.join(settings.GEMINI_PRICES)}.",
                id="integrations.E002",
            )
        )
    size, overlap = settings.GEMINI_CHUNK_TOKENS, settings.GEMINI_OVERLAP_TOKENS
    if not 0 <= overlap < size // 2:
        faults.append(
            Error(
                f"GEMINI_OVERLAP_TOKENS is {overlap}.",
                hint=f"Write less than half of GEMINI_CHUNK_TOKENS, which is {size}.",
                id="integrations.E003",
            )
        )
    return faults
