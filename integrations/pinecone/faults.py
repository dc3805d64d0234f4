"""What goes wrong between us and Pinecone, as errors a person can act on."""

from collections.abc import Iterator
from contextlib import contextmanager

from pinecone.errors.exceptions import (
    ApiError,
    ForbiddenError,
    NotFoundError,
    PaymentRequiredError,
    PineconeConnectionError,
    PineconeError,
    PineconeTimeoutError,
    RateLimitError,
    ResponseParsingError,
    UnauthorizedError,
)

from civstart.lib.errors import CivStartError

LONGEST = 300  # characters of what the service said
PASSING = {408, 429}


class Unavailable(CivStartError):
    """Pinecone cannot answer now. wait_seconds says for how long; None if it did not say."""

    def __init__(self, message: str, *, wait_seconds: float | None = None) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds


class Refused(CivStartError):
    """Pinecone does not do this, however often it is asked."""


class Missing(Refused):
    """There is no such index, or no such namespace in it."""


@contextmanager
def told(*, hide: str) -> Iterator[None]:
    """Turn the SDK's errors into Unavailable and Refused. hide is the key.

    The SDK asks again by itself, four times in all, and keeps to the wait the service names (to a
    minute). What comes out here is the end of that: nothing of ours asks again at once.
    """
    try:
        yield
    except PineconeError as error:
        # Without the cause: it holds the request, and the request the key.
        raise _ours(error, " ".join(str(error).replace(hide, "[key]").split())) from None


def _ours(error: PineconeError, said: str) -> Unavailable | Refused:
    said = said[:LONGEST]
    if isinstance(error, UnauthorizedError | ForbiddenError):
        return Refused(
            f"Pinecone refuses the key in PINECONE_API_KEY ({said}). Put a valid key there, or "
            "remove it to search in PostgreSQL."
        )
    if isinstance(error, PaymentRequiredError):
        return Refused(f"Pinecone wants to be paid first ({said}). See its console.")
    if isinstance(error, NotFoundError):
        return Missing(f"Pinecone has no such thing ({said}).")
    if isinstance(error, PineconeTimeoutError):
        return Unavailable(
            f"Pinecone gave no answer in time ({said}; PINECONE_TIMEOUT_SECONDS). Try again later."
        )
    if isinstance(error, PineconeConnectionError):
        return Unavailable(f"Pinecone could not be reached ({said}). Try again later.")
    if isinstance(error, ResponseParsingError):
        return Unavailable(f"Pinecone's answer could not be read ({said}). Try again later.")
    if isinstance(error, ApiError) and (error.status_code in PASSING or error.status_code >= 500):
        wait = error.retry_after if isinstance(error, RateLimitError) else None
        return Unavailable(
            f"Pinecone cannot answer now ({said}). Try again later.", wait_seconds=wait
        )
    return Refused(f"Pinecone refuses the request ({said}).")
