"""What reading a meeting with Gemini would cost, without asking it anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from django.conf import settings

from integrations.gemini import parts, prices, prompts
from integrations.gemini.prices import Usage
from signals.extraction.contract import Heard, Setting

# Assumed of the first pass, which errs on the side of too many.
TOKENS_PER_CANDIDATE = 500  # of the transcript
CANDIDATE_TOKENS, VERDICT_TOKENS = 220, 80  # of an answer
CONTEXT_SHARE = 0.6  # of a part that its candidates' surroundings come to


@dataclass(frozen=True, slots=True)
class Estimate:
    """Calls, tokens and dollars of a first reading."""

    parts: int = 0
    calls: int = 0
    prompt_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal = Decimal(0)

    def __add__(self, other: Self) -> "Estimate":
        return Estimate(
            self.parts + other.parts,
            self.calls + other.calls,
            self.prompt_tokens + other.prompt_tokens,
            self.output_tokens + other.output_tokens,
            self.cost_usd + other.cost_usd,
        )


def estimate(heard: Sequence[Heard], setting: Setting) -> Estimate:
    """Return what reading these segments would come to, all parts and both passes."""
    cut = parts.cut(
        heard, size=settings.GEMINI_CHUNK_TOKENS, overlap=settings.GEMINI_OVERLAP_TOKENS
    )
    return sum((_part(part, setting) for part in cut), Estimate())


def _part(part: parts.Part, setting: Setting) -> Estimate:
    question = prompts.find(part, setting)
    said = prices.tokens(part.text)
    candidates = 1 + said // TOKENS_PER_CANDIDATE
    check_prompt = (
        prices.tokens(prompts.CHECK_RULES)
        + round(CONTEXT_SHARE * said)
        + candidates * CANDIDATE_TOKENS // 2
    )
    prompt = question.tokens + check_prompt
    output = candidates * (CANDIDATE_TOKENS + VERDICT_TOKENS) + 2 * prompts.THINKING_TOKENS
    cost = prices.cost(question.model, Usage(prompt, output))
    return Estimate(1, 2, prompt, output, cost)
