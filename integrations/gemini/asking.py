"""Asking Gemini while a signal is matched: shortly, once, and within a day's budget.

Matching goes on without an answer, so whatever stands in the way is one error here: NoAnswer.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db.models import Sum
from django.utils import timezone
from pydantic import ValidationError

from civstart.lib.errors import CivStartError
from integrations.gemini.client import Gemini, Patience, Refused, Unavailable
from integrations.gemini.prices import NoPrice
from integrations.gemini.questions import Question
from integrations.gemini.replies import Reply, Status
from integrations.models import ModelCall

Answer = TypeVar("Answer")

PURPOSES = (ModelCall.Purpose.RERANK, ModelCall.Purpose.EXPLAIN)
# A question takes at most the patience and one more wait for an answer: 75 s with 30 of each.
PATIENCE = Patience(attempts=2, seconds=45.0, timeout="GEMINI_MATCHING_TIMEOUT_SECONDS")
# What did not answer is left alone, or every signal of a re-match would wait for it anew.
AWAY = "gemini.matching.away"
AWAY_SECONDS, LONGEST_AWAY = 30, 3600


class NoAnswer(CivStartError):
    """Gemini gave no answer that can be used, or was not asked."""


def connect(patience: Patience = PATIENCE) -> Gemini:
    """Return a connection for matching. Raise NoAnswer without a key."""
    if not settings.GEMINI_API_KEY:
        raise NoAnswer("GEMINI_API_KEY is empty, so Gemini was not asked.")
    try:
        return Gemini.from_settings(patience=patience)
    except Refused as error:
        raise NoAnswer(str(error)) from error


def answer(gemini: Gemini, question: Question, read: Callable[[str], Answer]) -> Answer:
    """Return what read makes of a whole JSON text, from memory if the very same was asked before.

    Raise NoAnswer, saying why, for anything less; read raises it for a text it cannot use, and a
    pydantic one for another shape. What was not used is forgotten, to be asked for anew.
    """
    reply = _reply(gemini, question)
    try:
        if reply.status != Status.ANSWERED:
            raise NoAnswer(f"Gemini gave no whole answer: {reply.note}.")
        return read(reply.text)
    except ValidationError as error:
        gemini.forget(question)
        raise NoAnswer(f"Gemini's answer has another shape: {_fault(error)}.") from None
    except NoAnswer:
        gemini.forget(question)
        raise


def _reply(gemini: Gemini, question: Question) -> Reply:
    try:
        reply = gemini.remembered(question)
        if reply is None:
            _afford(question)
            _not_while_away()
            reply = gemini.ask(question)
    except Unavailable as error:
        wait = error.wait_seconds or 0
        cache.set(AWAY, str(error), min(max(wait, AWAY_SECONDS), LONGEST_AWAY))
        raise NoAnswer(str(error)) from error
    except (Refused, NoPrice) as error:
        raise NoAnswer(str(error)) from error
    return reply


def _afford(question: Question) -> None:
    """Raise NoAnswer if the question might cost more than is left for today.

    Two workers may ask at once, so the budget may be passed by one question each.
    """
    if (left := left_today()) < question.worst_cost:
        raise NoAnswer(
            f"The budget of ${_budget()} for today (GEMINI_DAILY_BUDGET_USD) is spent but for "
            f"${left:.4f}, and the question may cost ${question.worst_cost:.4f}."
        )


def _budget() -> Decimal:
    return Decimal(str(settings.GEMINI_DAILY_BUDGET_USD))


def left_today() -> Decimal:
    """Return the USD that are left of today's budget for such questions."""
    return max(_budget() - spent_today(), Decimal(0))


def spent_today() -> Decimal:
    """Return the USD that such questions have cost since midnight, by the site's clock."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    calls = ModelCall.objects.filter(purpose__in=PURPOSES, created_at__gte=midnight)
    return Decimal(calls.aggregate(sum=Sum("cost_usd", default=Decimal(0)))["sum"])


def _not_while_away() -> None:
    """Raise NoAnswer while the service is left alone."""
    if said := cache.get(AWAY):
        raise NoAnswer(f"Gemini was not asked, because of a moment ago: {said}")


def _fault(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(step) for step in first["loc"])
    return f"{place}: {first['msg']}" if place else first["msg"]
