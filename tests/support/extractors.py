"""Extractors small enough to see through, chosen by settings.EXTRACTOR in tests."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from signals.extraction import amounts, pricing
from signals.extraction.contract import Found, Heard, Setting, Span


class HearsNeeds:
    """Takes each segment in which somebody says "we need" for a signal."""

    name = "hears-needs"
    version = "1"
    bar = 0.0

    def extract(
        self,
        heard: Sequence[Heard],
        setting: Setting,
        *,
        progress: Callable[[float], None] | None = None,
    ) -> list[Found]:
        return [found(one) for one in heard if "we need" in one.text.lower()]


class Dies(HearsNeeds):
    """Stops before it has found anything."""

    def extract(self, heard: Sequence[Heard], setting: Setting, **options: object) -> list[Found]:
        raise RuntimeError("The power went.")


class DiesMidway(HearsNeeds):
    """Hands over its first signal and stops."""

    def extract(self, heard: Sequence[Heard], setting: Setting, **options: object) -> list[Found]:
        return one_and_out(super().extract(heard, setting))


class Careless(HearsNeeds):
    """Quotes beyond the end of what was said."""

    def extract(self, heard: Sequence[Heard], setting: Setting, **options: object) -> list[Found]:
        return [found(one, last=len(one.text) + 5) for one in heard]


class Rambling(HearsNeeds):
    """Gives titles of several lines, as a language model may."""

    def extract(self, heard: Sequence[Heard], setting: Setting, **options: object) -> list[Found]:
        return [
            found(one, title="New pumps for\r\nBcc: everybody\tthe water plant")
            for one in heard
            if "we need" in one.text.lower()
        ]


def one_and_out(rows: list[Found]) -> Iterator[Found]:
    yield rows[0]
    raise RuntimeError("The power went.")


def found(
    one: Heard, *, last: int | None = None, title: str = "New pumps for the water plant"
) -> Found:
    return Found(
        spans=(Span(one.index, 0, last or len(one.text)),),
        start=one.start,
        end=one.end,
        title=title,
        summary="The water plant asks for pumps.",
        kind="need",
        category="water-utilities",
        strength=2,
        confidence=0.8,
        speaker=one.speaker,
        amount=Decimal(90000),
    )


class Prices(HearsNeeds):
    """Takes each "we need" for a signal, with the sum and the time it names."""

    name = "prices"

    def extract(self, heard: Sequence[Heard], setting: Setting, **options: object) -> list[Found]:
        return [priced(one) for one in heard if "we need" in one.text.lower()]


class Rewords(HearsNeeds):
    """Quotes with one word changed, as a language model may."""

    name = "rewords"

    def extract(self, heard: Sequence[Heard], setting: Setting, **options: object) -> list[Found]:
        return [
            replace(one, written=text.replace("three", "four"), difference='"four" for "three"')
            for one, text in (
                (found(said), said.text) for said in heard if "we need" in said.text.lower()
            )
        ]


def priced(one: Heard) -> Found:
    price = pricing.price(one.text)
    return replace(
        found(one),
        amount=price.amount if price else None,
        amount_kind=price.kind if price else "",
        amount_years=price.years if price else None,
        amount_said=price.said if price else "",
        timeframe=amounts.timeframe(one.text),
    )
