"""The extractor that runs on this machine: cue phrases, word vectors, a small learned model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypedDict

import numpy as np

from signals.extraction import amounts, discretion, grading, pricing, roles, summarising, titling
from signals.extraction.choosing import choose
from signals.extraction.contract import Found, Heard, Setting
from signals.extraction.features import Described, describe
from signals.extraction.passages import (
    Passage,
    cut,
    passages,
    spans,
    text_of,
    whole_sentences,
    words_around,
)
from signals.extraction.scoring import Model, load
from signals.extraction.topics import CATEGORIES
from signals.extraction.wording import Rarity
from signals.words import Kind

KINDS = [str(kind) for kind in Kind.values]

# Words on each side of the quote taken for the stretch in which the need is discussed, and for the
# discussion it belongs to.
DISCUSSED, WIDELY = 60, 150
CUT, DESCRIBED = 0.05, 0.7  # the share of the work that is done by then


class LocalExtractor:
    """Finds signals without any service. The same transcript always gives the same signals."""

    name = "local"
    version = "5"

    def __init__(self, model: Model | None = None) -> None:
        self.model = model or load()
        self.bar = self.model.bar

    def extract(
        self,
        heard: Sequence[Heard],
        setting: Setting,
        *,
        progress: Callable[[float], None] | None = None,
    ) -> list[Found]:
        """Return the signals found, the most confident first."""
        report = progress or (lambda share: None)
        report(0.0)
        pieces = cut(heard)
        if not pieces:
            report(1.0)
            return []
        report(CUT)
        described = describe(pieces, passages(pieces))
        report(DESCRIBED)
        found = self.extract_described(described, progress=report)
        report(1.0)
        return found

    def extract_described(
        self, described: Described, *, progress: Callable[[float], None] = lambda share: None
    ) -> list[Found]:
        """Return the signals among passages already described."""
        telling = _Telling(
            described,
            self.model,
            Rarity([piece.text for piece in described.pieces]),
            discretion.residents(described.pieces),
        )
        chosen = choose(described, self.model)
        found = []
        for done, (row, confidence) in enumerate(chosen):
            progress(DESCRIBED + (1 - DESCRIBED) * done / len(chosen))
            found.append(telling.found(row, confidence))
        return found


class _Priced(TypedDict):
    amount: Decimal | None
    amount_kind: str
    amount_years: int | None
    amount_said: str


@dataclass(frozen=True, slots=True)
class _Telling:
    """What is known of a meeting when its signals are told."""

    described: Described
    model: Model
    rarity: Rarity
    residents: Sequence[str]

    def found(self, row: int, confidence: float) -> Found:
        """Return the signal at one passage, with all that is said of it."""
        passage, pieces = self.described.passages[row], self.described.pieces
        begin, end = whole_sentences(pieces, passage)
        first, last = words_around(pieces, passage, DISCUSSED)
        quote, speaker = text_of(pieces, begin, end), pieces[begin].speaker
        role = roles.role(speaker, quote, text_of(pieces, first, last))
        kind, category = self._kind(row, quote), self._category(row)
        return Found(
            spans=spans(pieces[begin:end]),
            start=pieces[first].start,
            end=pieces[last - 1].end,
            title=titling.title(quote, self.rarity, category=category, kind=kind),
            summary=self._summary(passage, quote, kind, str(role)),
            kind=kind,
            category=category,
            strength=int(grading.strength(quote, confidence)),
            confidence=confidence,
            speaker=speaker,
            speaker_role=str(role),
            timeframe=amounts.timeframe(quote),
            **_priced(quote),
        )

    def _kind(self, row: int, quote: str) -> str:
        scores = self.model.kind.scores(self.described.manner[row : row + 1])
        return grading.kind(quote, KINDS[int(np.argmax(scores))])

    def _category(self, row: int) -> str:
        return CATEGORIES[int(np.argmax(self.described.topics[row]))]

    def _summary(self, passage: Passage, quote: str, kind: str, role: str) -> str:
        pieces = self.described.pieces
        wide = text_of(pieces, *words_around(pieces, passage, WIDELY))
        withheld = discretion.withheld(wide, self.residents)
        return summarising.summary(
            quote, wide, self.rarity, kind=kind, role=role, withheld=withheld
        )


def _priced(quote: str) -> _Priced:
    """Return what the quote says it costs."""
    price = pricing.price(quote)
    return _Priced(
        amount=price.amount if price else None,
        amount_kind=price.kind if price else "",
        amount_years=price.years if price else None,
        amount_said=price.said if price else "",
    )
