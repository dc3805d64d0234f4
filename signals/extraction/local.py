"""The extractor that runs on this machine: cue phrases, word vectors, a small learned model."""

from collections.abc import Callable, Sequence

import numpy as np

from signals.extraction import amounts, discretion, grading, pricing, roles, summarising, titling
from signals.extraction.choosing import choose
from signals.extraction.contract import Found, Heard, Setting
from signals.extraction.features import Described, describe
from signals.extraction.passages import cut, passages, spans, text_of, whole_sentences, words_around
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
        rarity = Rarity([piece.text for piece in described.pieces])
        residents = discretion.residents(described.pieces)
        chosen = choose(described, self.model)
        found = []
        for done, (row, confidence) in enumerate(chosen):
            progress(DESCRIBED + (1 - DESCRIBED) * done / len(chosen))
            found.append(_found(described, row, confidence, self.model, rarity, residents))
        return found


def _found(
    described: Described,
    row: int,
    confidence: float,
    model: Model,
    rarity: Rarity,
    residents: Sequence[str],
) -> Found:
    """Return the signal at one passage, with all that is said of it."""
    passage, pieces = described.passages[row], described.pieces
    begin, end = whole_sentences(pieces, passage)
    quote = text_of(pieces, begin, end)
    first, last = words_around(pieces, passage, DISCUSSED)
    around, wide = (
        text_of(pieces, first, last),
        text_of(pieces, *words_around(pieces, passage, WIDELY)),
    )
    learned = KINDS[int(np.argmax(model.kind.scores(described.manner[row : row + 1])))]
    kind = grading.kind(quote, learned)
    category = CATEGORIES[int(np.argmax(described.topics[row]))]
    speaker = pieces[begin].speaker
    role = roles.role(speaker, quote, around)
    price = pricing.price(quote)
    return Found(
        spans=spans(pieces[begin:end]),
        start=pieces[first].start,
        end=pieces[last - 1].end,
        title=titling.title(quote, rarity, category=category, kind=kind),
        summary=summarising.summary(
            quote,
            wide,
            rarity,
            kind=kind,
            role=role,
            withheld=discretion.withheld(wide, residents),
        ),
        kind=kind,
        category=category,
        strength=int(grading.strength(quote, confidence)),
        confidence=confidence,
        speaker=speaker,
        speaker_role=str(role),
        amount=price.amount if price else None,
        amount_kind=price.kind if price else "",
        amount_years=price.years if price else None,
        amount_said=price.said if price else "",
        timeframe=amounts.timeframe(quote),
    )
