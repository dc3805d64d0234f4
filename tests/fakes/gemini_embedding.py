"""The embedding side of the fake: what batchEmbedContents takes, and vectors that mean something.

A vector is made of a text's words, so that texts with words in common lie near each other.
"""

import hashlib
import math
import re
from typing import Any

from tests.fakes.gemini_errors import Refusal, error, invalid

MODEL = "gemini-embedding-001"
FIELDS = {"model", "content", "taskType", "title", "outputDimensionality"}
TASKS = {
    "RETRIEVAL_QUERY",
    "RETRIEVAL_DOCUMENT",
    "SEMANTIC_SIMILARITY",
    "CLASSIFICATION",
    "CLUSTERING",
    "QUESTION_ANSWERING",
    "FACT_VERIFICATION",
    "CODE_RETRIEVAL_QUERY",
}
MOST_REQUESTS = 100
DIMENSIONS = 3072


def check(body: dict[str, Any], model: str) -> None:
    """Refuse what the real service refuses."""
    if model != MODEL:
        message = f"models/{model} is not found for API version v1beta."
        raise Refusal(error(404, "NOT_FOUND", message))
    requests = body.get("requests")
    if not isinstance(requests, list) or not requests:
        raise invalid("* BatchEmbedContentsRequest.requests: requests is not specified")
    if len(requests) > MOST_REQUESTS:
        raise invalid(
            "* BatchEmbedContentsRequest.requests: at most 100 requests can be in one batch"
        )
    for number, one in enumerate(requests):
        _check_one(one, f"* BatchEmbedContentsRequest.requests[{number}]", model)


def _check_one(one: dict[str, Any], named: str, model: str) -> None:
    unknown = set(one) - FIELDS
    if unknown:
        raise invalid(f'Invalid JSON payload received. Unknown name "{min(unknown)}"')
    if one.get("model") != f"models/{model}":
        raise invalid(f"{named}.model: unexpected model name format")
    if one.get("taskType") not in TASKS:
        raise invalid(f"{named}.taskType: invalid value")
    if not 128 <= one.get("outputDimensionality", DIMENSIONS) <= DIMENSIONS:
        raise invalid(f"{named}.outputDimensionality: out of range")
    if not words_of(one).strip():
        raise invalid(f"{named}.content: content is empty")


def words_of(one: dict[str, Any]) -> str:
    return " ".join(part.get("text", "") for part in one.get("content", {}).get("parts", []))


def answer(body: dict[str, Any]) -> dict[str, Any]:
    return {"embeddings": [{"values": vector(words_of(one))} for one in body["requests"]]}


def vector(text: str) -> list[float]:
    """Return a vector of length 1; every word of four letters or more has a direction."""
    values = [0.0] * DIMENSIONS
    for word in re.findall(r"\w{4,}", text.lower()) or [text]:
        stem = word.rstrip("s")
        values[int(hashlib.sha256(stem.encode()).hexdigest(), 16) % DIMENSIONS] += 1.0
    length = math.hypot(*values)
    return [value / length for value in values]
