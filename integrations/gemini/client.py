"""Asking Gemini through Google's own SDK: retries in one place, every call written down."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Self, TypeVar

import httpx2
import pydantic
import structlog
from django.conf import settings
from google import genai
from google.genai import errors, types

from civstart.lib import throwaway
from integrations.gemini import faults, prices
from integrations.gemini.faults import Refused, TooLong, Unavailable
from integrations.gemini.prices import Usage
from integrations.gemini.questions import Question
from integrations.gemini.replies import Reply, Status, reply_of, usage_of
from integrations.gemini.texts import NotVectors, Texts
from integrations.models import ModelAnswer, ModelCall, ModelReading

__all__ = ["Gemini", "Refused", "TooLong", "Unavailable"]

log = structlog.get_logger()

Answered = TypeVar("Answered")

# The SDK speaks /v1 by default, which has refused systemInstruction and responseSchema.
API_VERSION = "v1beta"
ATTEMPTS = 4
PATIENCE_SECONDS = 120.0  # from the first attempt to the last
KEPT = (Status.ANSWERED, Status.CUT)  # asking again would give the same
FAULTS = (  # all that the SDK lets through, save for mistakes of ours
    errors.APIError,
    errors.UnknownApiResponseError,
    httpx2.HTTPError,
    json.JSONDecodeError,
    pydantic.ValidationError,
    RecursionError,  # of an answer nested without end
)


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a question is asked, for how long, and the setting of the wait for an answer."""

    attempts: int = ATTEMPTS
    seconds: float = PATIENCE_SECONDS
    timeout: str = "GEMINI_TIMEOUT_SECONDS"


class Gemini:
    """A connection to the service. Close it, or use it in a with statement."""

    def __init__(
        self,
        key: str,
        *,
        base_url: str,
        timeout_seconds: float,
        patience: Patience = Patience(),
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._key = _sound(key)
        self._timeout_seconds, self._patience = timeout_seconds, patience
        self._sleep, self._clock = sleep, clock
        self._sdk = genai.Client(
            enterprise=False,  # or the environment might turn it to Vertex
            api_key=self._key,
            http_options=types.HttpOptions(
                base_url=base_url, api_version=API_VERSION, timeout=round(timeout_seconds * 1000)
            ),
        )

    @classmethod
    def from_settings(
        cls,
        *,
        patience: Patience = Patience(),
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> Self:
        return cls(
            settings.GEMINI_API_KEY,
            base_url=settings.GEMINI_BASE_URL,
            timeout_seconds=getattr(settings, patience.timeout),
            patience=patience,
            sleep=sleep,
            clock=clock,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._sdk.close()

    def remembered(self, question: Question, reading: ModelReading | None = None) -> Reply | None:
        """Return the answer given before to the very same question, or None. Costs nothing."""
        answer = ModelAnswer.objects.filter(digest=question.digest).first()
        if answer is None:
            return None
        reply = Reply(Status(answer.status), answer.text, note="cut off")
        _write(question, reading, reply, Usage(), cache_hit=True)
        return reply

    def forget(self, question: Question) -> None:
        """Forget the answer, so that the very same question is asked anew."""
        ModelAnswer.objects.filter(digest=question.digest).delete()

    def ask(self, question: Question, reading: ModelReading | None = None) -> Reply:
        """Return the model's reply, having waited and asked again as the service wishes.

        Raise Unavailable when that takes more than its patience, and Refused for what asking
        again cannot mend: a wrong key, an unknown model, a faulty question.
        """
        return self._patiently(lambda: self._once(question, reading))

    def embed(self, texts: Texts) -> list[list[float]]:
        """Return a vector of length 1 for each text, having waited as for ask()."""
        return self._patiently(lambda: self._embed_once(texts))

    def _patiently(self, once: Callable[[], Answered]) -> Answered:
        began, attempt = self._clock(), 0
        while True:
            attempt += 1
            try:
                return once()
            except Unavailable as trouble:
                wait = trouble.wait_seconds
                if wait is None:
                    wait = 2.0 ** (attempt - 1)
                late = self._clock() - began + wait > self._patience.seconds
                if trouble.lasting or late or attempt == self._patience.attempts:
                    raise
                log.info("gemini.waiting", seconds=wait, attempt=attempt)
                self._sleep(wait)

    def _once(self, question: Question, reading: ModelReading | None) -> Reply:
        """Make one call and write it down, whatever comes of it."""
        began = time.perf_counter()
        try:
            response = self._sdk.models.generate_content(
                model=question.model, contents=question.material, config=question.config()
            )
        except FAULTS as error:
            trouble = self._trouble(error, question)
            status = Status.REFUSED if isinstance(trouble, Refused) else Status.UNAVAILABLE
            reply = Reply(status, note=str(trouble))
            _write(question, reading, reply, Usage(), latency=time.perf_counter() - began)
            # Without the cause: Google's error bodies may repeat the key.
            raise trouble from None
        latency = time.perf_counter() - began
        usage = usage_of(response, question)
        reply = reply_of(response, prices.cost(question.model, usage))
        _write(question, reading, reply, usage, latency=latency)
        if reply.status in KEPT:
            _keep(question, reply)
        return reply

    def _embed_once(self, texts: Texts) -> list[list[float]]:
        """Make one call and write it down. Raise Unavailable for vectors that are none."""
        began = time.perf_counter()
        usage, reply = Usage(), Reply(Status.UNAVAILABLE)
        try:
            response = self._sdk.models.embed_content(
                model=texts.model, contents=texts.contents(), config=texts.config()
            )
            usage, reply = texts.usage, Reply(Status.UNUSABLE, cost=texts.cost)
            vectors = texts.vectors(response)
        except NotVectors as error:
            reply = replace(reply, note=str(error))
            raise Unavailable(f"Gemini's vectors cannot be used: {error}. Try again.") from None
        except FAULTS as error:
            trouble = self._trouble(error, texts)
            refused = isinstance(trouble, Refused)
            reply = Reply(Status.REFUSED if refused else Status.UNAVAILABLE, note=str(trouble))
            # Without the cause: Google's error bodies may repeat the key.
            raise trouble from None
        else:
            reply = replace(reply, status=Status.ANSWERED)
        finally:
            _write(texts, None, reply, usage, latency=time.perf_counter() - began)
        return vectors

    def _trouble(self, error: Exception, question: Question | Texts) -> Unavailable | Refused:
        if isinstance(error, errors.APIError):
            return faults.answered_with(
                error, question.model, setting=question.setting, hide=self._key
            )
        if isinstance(error, httpx2.TimeoutException):
            return Unavailable(
                f"Gemini gave no answer within {self._timeout_seconds:g} s "
                f"({self._patience.timeout}). Try again."
            )
        if isinstance(error, httpx2.HTTPError):
            return Unavailable(f"Gemini could not be reached: {error}. Try again.")
        return Unavailable("Gemini's answer could not be read. Try again.")


def _sound(key: str) -> str:
    if not key:
        raise Refused(
            "GEMINI_API_KEY is empty. Set it to a key of Google AI Studio, or set "
            "EXTRACTOR=signals.extraction.local.LocalExtractor."
        )
    if not key.isascii() or not key.isprintable() or " " in key:
        raise Refused("GEMINI_API_KEY has a character that no key has. Copy the key again.")
    return key


# --- What is written down -------------------------------------------------------------------


def _write(
    question: Question | Texts,
    reading: ModelReading | None,
    reply: Reply,
    usage: Usage,
    *,
    latency: float = 0.0,
    cache_hit: bool = False,
) -> None:
    call = ModelCall(
        model=question.model,
        purpose=question.purpose,
        prompt_version=question.prompt_version,
        reading=reading,
        digest=question.digest,
        status=reply.status,
        error=("" if reply.status == Status.ANSWERED else reply.note)[:500],
        cache_hit=cache_hit,
        prompt_tokens=usage.prompt,
        output_tokens=usage.output,
        cached_tokens=usage.cached,
        cost_usd=reply.cost.quantize(Decimal("0.000001")),
        latency_ms=round(latency * 1000),
    )
    throwaway.keep(call)  # it costs the same where nothing else stays


def _keep(question: Question, reply: Reply) -> None:
    ModelAnswer.objects.keep(
        [
            ModelAnswer(
                digest=question.digest,
                model=question.model,
                prompt_version=question.prompt_version,
                status=reply.status,
                text=reply.text,
            )
        ]
    )
