"""What a model answered, taken for what it is: a stranger's text that may have any shape."""

import json
from collections import Counter
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, Field, ValidationError

from signals.extraction.verify import LONGEST_TITLE
from signals.words import AmountKind, Category, Kind, SpeakerRole

LONGEST_TITLE_WORDS, LONGEST_SUMMARY = LONGEST_TITLE, 600


def clean(text: str) -> str:
    """Return the text on one line, without characters that cannot be seen or stored."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _short_title(text: str) -> str:
    return " ".join(clean(text).split()[:LONGEST_TITLE_WORDS])


Line = Annotated[str, AfterValidator(clean)]
Title = Annotated[str, AfterValidator(_short_title)]
Summary = Annotated[str, AfterValidator(lambda text: clean(text)[:LONGEST_SUMMARY])]
Share = Annotated[float, Field(ge=0, le=1)]
Strength = Annotated[int, Field(ge=1, le=3)]


class Candidate(BaseModel):
    """A signal as the first pass proposes it. Segments are counted from 1, as in the prompt."""

    segments: list[int]
    quote: str
    discussed_from: int
    discussed_to: int
    amount: Decimal | None = None
    amount_kind: AmountKind | None = None
    amount_years: int | None = None
    timeframe: Line | None = None
    speaker_role: SpeakerRole
    title: Title
    summary: Summary
    kind: Kind
    category: Category
    strength: Strength
    confidence: Share


class Verdict(BaseModel):
    """What the second pass says of a candidate."""

    number: int
    reason: Line
    keep: bool
    kind: Kind
    category: Category
    strength: Strength
    confidence: Share
    title: Title


Item = TypeVar("Item", bound=BaseModel)


def items(text: str, name: str, shape: type[Item], faults: Counter[str]) -> list[Item]:
    """Return the items of the list of that name in a JSON text; count those of another shape."""
    answer = json.loads(text)
    listed: Any = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(listed, list):
        faults[f"the answer has no list of {name}"] += 1
        return []
    found = []
    for one in listed:
        try:
            found.append(shape.model_validate(one))
        except ValidationError as error:
            faults[f"its {_where(error)} is not as asked for"] += 1
    return found


def _where(error: ValidationError) -> str:
    place = error.errors(include_url=False, include_input=False)[0]["loc"]
    return str(place[0]) if place else "form"
