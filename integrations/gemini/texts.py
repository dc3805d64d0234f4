"""Texts on their way to an embedding model, and whether what came back is what was asked for."""

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from google.genai import types

from integrations.gemini import prices
from integrations.gemini.prices import Usage
from integrations.models import ModelCall

UNIT = 1e-3  # how far from 1 a length may be before it is put right here


class NotVectors(Exception):
    """What came back is not one sound vector for each text."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts to be embedded at once, at most 100, for one task: RETRIEVAL_DOCUMENT or _QUERY."""

    model: str
    texts: tuple[str, ...]
    task: str
    dimensions: int
    setting: str = "EMBEDDER"  # what to change if there is no such model

    @property
    def purpose(self) -> ModelCall.Purpose:
        return ModelCall.Purpose.EMBED

    @property
    def prompt_version(self) -> str:
        return self.task.removeprefix("RETRIEVAL_").lower()

    @property
    def digest(self) -> str:
        """The SHA-256 of everything the answer depends on."""
        asked = [self.model, self.texts, self.task, self.dimensions]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()

    @property
    def usage(self) -> Usage:
        """The tokens, estimated: the service counts none."""
        return Usage(prompt=sum(prices.tokens(text) for text in self.texts))

    @property
    def cost(self) -> Decimal:
        return prices.cost(self.model, self.usage)

    def contents(self) -> list[types.Content]:
        """One content a text: of a bare list some models make a single vector."""
        return [types.Content(role="user", parts=[types.Part(text=text)]) for text in self.texts]

    def config(self) -> types.EmbedContentConfig:
        return types.EmbedContentConfig(task_type=self.task, output_dimensionality=self.dimensions)

    def vectors(self, response: types.EmbedContentResponse) -> list[list[float]]:
        """Return the vectors at length 1, in the texts' order. Raise NotVectors, saying why."""
        found = [one.values or [] for one in response.embeddings or []]
        if len(found) != len(self.texts):
            raise NotVectors(f"{len(found)} vectors came back for {len(self.texts)} texts")
        return [self._sound(values) for values in found]

    def _sound(self, values: Sequence[float]) -> list[float]:
        if len(values) != self.dimensions:
            raise NotVectors(f"a vector has {len(values)} numbers, not {self.dimensions}")
        length = math.sqrt(math.fsum(value * value for value in values))
        if not math.isfinite(length) or length == 0:
            raise NotVectors("a vector is not made of finite numbers, or only of zeros")
        if abs(length - 1) <= UNIT:
            return list(values)
        return [value / length for value in values]
