"""What calls cost, by the table in settings.GEMINI_PRICES, and what texts come to in tokens."""

import math
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from civstart.lib.errors import CivStartError

PER = Decimal(1_000_000)
BYTES_PER_TOKEN = 4  # of English; other scripts have fewer, hence the margin in worst()
MARGIN = Decimal("1.5")


class NoPrice(CivStartError):
    """A model of which nobody said what it costs, so that no budget can hold it."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call. output counts thinking; cached are those of prompt that cost less."""

    prompt: int = 0
    output: int = 0
    cached: int = 0


def known(model: str) -> tuple[Decimal, Decimal, Decimal]:
    """Return USD for a million tokens of prompt, of output, of cached prompt."""
    if model not in settings.GEMINI_PRICES:
        raise NoPrice(
            f"GEMINI_PRICES has no price for the model {model!r}. Add its USD for a million tokens "
            f"of prompt, output and cached prompt; it knows {', '.join(settings.GEMINI_PRICES)}."
        )
    prompt, output, cached = settings.GEMINI_PRICES[model]
    return Decimal(str(prompt)), Decimal(str(output)), Decimal(str(cached))


def cost(model: str, usage: Usage) -> Decimal:
    """Return the cost in USD."""
    prompt, output, cached = known(model)
    fresh = usage.prompt - usage.cached
    return (fresh * prompt + usage.cached * cached + usage.output * output) / PER


def worst(model: str, prompt_tokens: int, output_tokens: int) -> Decimal:
    """Return the most a call may cost: a prompt half as long again, and all output it may give."""
    prompt, output, _ = known(model)
    return (prompt_tokens * MARGIN * prompt + output_tokens * output) / PER


def tokens(text: str) -> int:
    """Return about how many tokens a text has."""
    return math.ceil(len(text.encode("utf-8", "replace")) / BYTES_PER_TOKEN)
