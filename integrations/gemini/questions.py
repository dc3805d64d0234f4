"""What a model is asked, and what the answer may cost."""

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from google.genai import types

from integrations.gemini import prices
from integrations.models import ModelCall

MODEL_SETTINGS = {
    ModelCall.Purpose.RERANK: "GEMINI_RERANK_MODEL",
    ModelCall.Purpose.EXPLAIN: "GEMINI_EXPLAIN_MODEL",
}


@dataclass(frozen=True, slots=True)
class Question:
    """What a model is asked: rules it must follow, and material it only reads."""

    model: str
    purpose: ModelCall.Purpose
    prompt_version: str
    rules: str
    material: str
    schema: dict[str, Any]
    most_tokens: int
    thinking_tokens: int

    @property
    def setting(self) -> str:
        """What to change if there is no such model."""
        return MODEL_SETTINGS.get(self.purpose, "GEMINI_EXTRACTION_MODEL")

    @property
    def digest(self) -> str:
        """The SHA-256 of everything the answer depends on."""
        asked = [getattr(self, name) for name in self.__slots__]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()

    @property
    def tokens(self) -> int:
        return prices.tokens(self.rules + self.material + json.dumps(self.schema))

    @property
    def worst_cost(self) -> Decimal:
        return prices.worst(self.model, self.tokens, self.most_tokens)

    def config(self) -> types.GenerateContentConfig:
        config = types.GenerateContentConfig(
            system_instruction=self.rules,
            max_output_tokens=self.most_tokens,
            response_mime_type="application/json",
            response_schema=self.schema,
            automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
        )
        if self.model.startswith("gemini-2."):  # later models have deprecated both
            config.temperature = 0
            config.thinking_config = types.ThinkingConfig(thinking_budget=self.thinking_tokens)
        return config
