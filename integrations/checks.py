"""What settings cannot see alone about the outside world."""

import math
import re
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

PINECONE_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
MOST_SECONDS = 60


@register()
def pinecone_is_told_soundly(**options: Any) -> list[CheckMessage]:
    """Return what would stop the index of startups later."""
    if not settings.VECTOR_INDEX.startswith("integrations.pinecone."):
        return []
    faults: list[CheckMessage] = []
    if not settings.PINECONE_API_KEY:
        faults.append(
            Error(
                "VECTOR_INDEX is Pinecone's, and PINECONE_API_KEY is empty.",
                hint="Set the key, or leave VECTOR_INDEX unset to search in PostgreSQL.",
                id="integrations.E005",
            )
        )
    # An index for another embedder is called after it and the size of its vectors, as "-3072".
    if not PINECONE_NAME.fullmatch(settings.PINECONE_INDEX):
        faults.append(
            Error(
                f"PINECONE_INDEX is {settings.PINECONE_INDEX!r}.",
                hint="Write at most 40 small letters, digits and hyphens, no hyphen at the ends.",
                id="integrations.E006",
            )
        )
    host = settings.PINECONE_CONTROLLER_HOST
    if host and not host.startswith(("http://", "https://")):
        faults.append(
            Error(
                f"PINECONE_CONTROLLER_HOST is {host!r}.",
                hint="Write it with http:// or https://, or leave it unset.",
                id="integrations.E007",
            )
        )
    if not 0 < settings.PINECONE_TIMEOUT_SECONDS <= MOST_SECONDS:
        faults.append(
            Error(
                f"PINECONE_TIMEOUT_SECONDS is {settings.PINECONE_TIMEOUT_SECONDS:g}.",
                hint=f"Write more than 0 and at most {MOST_SECONDS}.",
                id="integrations.E008",
            )
        )
    return faults


@register()
def gemini_grades_soundly(**options: Any) -> list[CheckMessage]:
    """Return what would keep every answer of the re-ranker from being used."""
    if not settings.RERANKER.startswith("integrations.gemini."):
        return []
    faults: list[CheckMessage] = []
    if not settings.GEMINI_API_KEY:
        faults.append(
            Error(
                "The re-ranker is Gemini's, and GEMINI_API_KEY is empty.",
                hint="Set the key, or leave RERANKER and RERANK unset to have none.",
                id="integrations.E009",
            )
        )
    if settings.GEMINI_RERANK_MODEL not in settings.GEMINI_PRICES:
        faults.append(
            Error(
                f"GEMINI_PRICES has no price for {settings.GEMINI_RERANK_MODEL!r}.",
                hint=f"Set GEMINI_RERANK_MODEL to one of {', '.join(settings.GEMINI_PRICES)}.",
                id="integrations.E010",
            )
        )
    if not 0 < settings.GEMINI_MATCHING_TIMEOUT_SECONDS <= MOST_SECONDS:
        faults.append(
            Error(
                f"GEMINI_MATCHING_TIMEOUT_SECONDS is {settings.GEMINI_MATCHING_TIMEOUT_SECONDS:g}.",
                hint=f"Write more than 0 and at most {MOST_SECONDS}.",
                id="integrations.E011",
            )
        )
    if not 0 <= settings.GEMINI_DAILY_BUDGET_USD < math.inf:
        faults.append(
            Error(
                f"GEMINI_DAILY_BUDGET_USD is {settings.GEMINI_DAILY_BUDGET_USD:g}.",
                hint="Write dollars, 0 or more.",
                id="integrations.E012",
            )
        )
    return faults


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
