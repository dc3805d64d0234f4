"""What the service says, read from what its SDK returns."""

import json
from dataclasses import dataclass
from decimal import Decimal

from google.genai import types

from integrations.gemini import prices
from integrations.gemini.prices import Usage
from integrations.gemini.questions import Question
from integrations.models import ModelCall

Status = ModelCall.Status
BLOCKING = (
    types.FinishReason.SAFETY,
    types.FinishReason.RECITATION,
    types.FinishReason.BLOCKLIST,
    types.FinishReason.PROHIBITED_CONTENT,
    types.FinishReason.SPII,
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. The text is JSON if the status is ANSWERED; else note says what was wrong."""

    status: ModelCall.Status
    text: str = ""
    note: str = ""
    cost: Decimal = Decimal(0)


def reply_of(response: types.GenerateContentResponse, cost: Decimal) -> Reply:
    """Return what HTTP 200 carried: an answer, or the reason why it is none."""
    if not response.candidates:
        feedback = response.prompt_feedback
        if feedback and feedback.block_reason:
            note = f"the prompt was blocked ({_name(feedback.block_reason)})"
            return Reply(Status.BLOCKED, note=note, cost=cost)
        return Reply(Status.UNUSABLE, note="the answer was empty", cost=cost)
    text = (response.text or "").encode("utf-8", "replace").decode().replace("\0", "")
    finish = response.candidates[0].finish_reason
    if finish == types.FinishReason.MAX_TOKENS:
        return Reply(Status.CUT, text, note="the answer was cut off", cost=cost)
    if finish in BLOCKING:
        return Reply(Status.BLOCKED, note=f"the answer was blocked ({_name(finish)})", cost=cost)
    if finish != types.FinishReason.STOP:
        return Reply(Status.UNUSABLE, note=f"the answer ended with {_name(finish)}", cost=cost)
    if not _is_json(text):
        return Reply(Status.UNUSABLE, text, note="the answer was not JSON", cost=cost)
    return Reply(Status.ANSWERED, text, cost=cost)


def _name(reason: object) -> str:
    return str(getattr(reason, "value", reason))[:60]


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def usage_of(response: types.GenerateContentResponse, question: Question) -> Usage:
    """Return the tokens the service counted, or an estimate where it counted none."""
    counted = response.usage_metadata
    if counted is None or counted.prompt_token_count is None:
        return Usage(question.tokens, prices.tokens(response.text or ""))
    return Usage(
        prompt=counted.prompt_token_count,
        output=(counted.candidates_token_count or 0) + (counted.thoughts_token_count or 0),
        cached=min(counted.cached_content_token_count or 0, counted.prompt_token_count),
    )
