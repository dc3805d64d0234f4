"""What goes wrong between us and Gemini, as errors a person can act on."""

from typing import Any

from google.genai import errors

from civstart.lib.errors import CivStartError

LATER_SECONDS = 3600.0  # when a quota of a day is used up and no wait is named


class Unavailable(CivStartError):
    """Gemini cannot answer now. wait_seconds says for how long; None if it did not say."""

    def __init__(
        self, message: str, *, wait_seconds: float | None = None, lasting: bool = False
    ) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds
        self.lasting = lasting


class Refused(CivStartError):
    """Gemini does not answer this, however often it is asked."""


class TooLong(Refused):
    """The question has more tokens than the model takes."""


def answered_with(
    error: errors.APIError, model: str, *, setting: str, hide: str
) -> Unavailable | Refused:
    """Return the error a person can act on, for one of the service's.

    setting names what to change if there is no such model; hide is the key.
    """
    details = _details(error)
    said = " ".join(str(error.message or error.status or "no reason given").split())
    said = f"{error.code}: {said.replace(hide, '[key]')[:300]}"
    reasons = {str(detail.get("reason", "")) for detail in details}
    if error.code in {401, 403} or any("API_KEY" in reason for reason in reasons):
        return Refused(
            f"Gemini refuses the key in GEMINI_API_KEY ({said}). Put a valid key there, or remove "
            "it to use what runs on this machine."
        )
    if error.code == 404:
        return Refused(
            f"Gemini offers no model {model!r} ({said}). Set {setting} to "
            "one that is offered; models are retired now and then."
        )
    if error.code == 400 and "token count" in said:
        return TooLong(f"The question is too long for {model} ({said}).")
    if error.code in {408, 429} or error.code >= 500:
        return Unavailable(
            f"Gemini cannot answer now ({said}). Try again later.",
            wait_seconds=_wait(details, error),
            lasting=_is_daily(details),
        )
    return Refused(f"Gemini refuses the question ({said}).")


def _details(error: errors.APIError) -> list[dict[str, Any]]:
    body = error.details if isinstance(error.details, dict) else {}
    inner = body.get("error", body)
    details = inner.get("details") if isinstance(inner, dict) else None
    return [one for one in details or [] if isinstance(one, dict)]


def _wait(details: list[dict[str, Any]], error: errors.APIError) -> float | None:
    """Return the seconds the service asks to wait, as "29s" in its body or in Retry-After."""
    headers = getattr(error.response, "headers", None) or {}
    asked = [detail["retryDelay"] for detail in details if "retryDelay" in detail]
    for words in (*asked, headers.get("retry-after", "")):
        try:
            return max(0.0, float(str(words).removesuffix("s")))
        except ValueError:
            continue
    return LATER_SECONDS if _is_daily(details) else None


def _is_daily(details: list[dict[str, Any]]) -> bool:
    """Whether the quota of a day is used up, which no wait of seconds mends."""
    return any("PerDay" in str(detail.get("violations", "")) for detail in details)
