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
def gemini_matches_soundly(**options: Any) -> list[CheckMessage]:
    """Return what would keep every answer from being used that matching asks of Gemini."""
    faults: list[CheckMessage] = []
    if _is_gemini(settings.RERANKER):
        faults += _asked_in_vain("RERANKER", "RERANK", "GEMINI_RERANK_MODEL", ids=("E009", "E010"))
    if _is_gemini(settings.EXPLAINER):
        faults += _asked_in_vain(
            "EXPLAINER", "EXPLAIN", "GEMINI_EXPLAIN_MODEL", ids=("E013", "E014")
        )
    if not _is_gemini(settings.RERANKER) and not _is_gemini(settings.EXPLAINER):
        return faults
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


def _is_gemini(path: str) -> bool:
    return path.startswith("integrations.gemini.")


def _asked_in_vain(
    backend: str, switch: str, model: str, *, ids: tuple[str, str]
) -> list[CheckMessage]:
    """Return what would keep this backend of Gemini from ever being asked."""
    faults: list[CheckMessage] = []
    if not settings.GEMINI_API_KEY:
        faults.append(
            Error(
                f"{backend} is Gemini's, and GEMINI_API_KEY is empty.",
                hint=f"Set the key, or leave {backend} and {switch} unset.",
                id=f"integrations.{ids[0]}",
            )
        )
    if getattr(settings, model) not in settings.GEMINI_PRICES:
        faults.append(
            Error(
                f"GEMINI_PRICES has no price for {getattr(settings, model)!r}.",
                hint=f"Set {model} to one of {', '.join(settings.GEMINI_PRICES)}.",
                id=f"integrations.{ids[1]}",
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
