"""What kind of sum was named: "$412,000 a year", "up to $2 million over five years", "$85 each"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from signals.extraction.amounts import SMALL, TENS, Money, sums
from signals.words import KINDS_WITH_TERM, LONGEST_TERM, AmountKind

BEFORE, AFTER = 90, 70  # characters looked at on each side of a sum, within its sentence
LONGEST_SAID = 200

_SOME = r"(?:[ ,]+[\w$%&'\u2019.-]+){0,4}?"  # a few words in between
_MANY = _SOME.replace("4", "7")
_ABOUT = r"(?:(?:a|the|an) )?(?:(?:total|sum|amount|maximum|cost|price) (?:of )?)?"
_ABOUT += r"(?:about |around |roughly |approximately |some |another |an additional )?"
_COUNT = r"(\d{1,2}|[a-z]+(?:-[a-z]+)?)"
_CONTRACT = r"(?:contract|agreement|term|lease|deal|period|plan|program|subscription|licen[cs]e)s?"

# What follows a sum, read from its last character on.
_FOLLOWING: tuple[tuple[AmountKind, str], ...] = (
    (
        AmountKind.YEARLY,
        rf"{_SOME}(?<! for)(?<! of),? (?:a|per|each|every|every single|/)\s?"
        r"(?:fiscal |calendar )?year\b",
    ),
    (AmountKind.YEARLY, rf"{_SOME},? (?:annually|yearly|per annum|year over year)\b"),
    (AmountKind.MONTHLY, rf"{_SOME},? (?:(?:a|per|each|every|/)\s?month|monthly)\b"),
    (AmountKind.PER_UNIT, r",? (?:each|apiece)\b(?! (?:year|month))(?: [a-z]+)?"),
    (
        AmountKind.PER_UNIT,
        r",? (?:per|for each|for every) (?!cent\b)(?:square |linear |cubic )?\w+",
    ),
    (AmountKind.PER_UNIT, r",? an? (?:piece|unit|head|seat|hour|day|mile|foot|ton|person|visit)\b"),
    (AmountKind.UP_TO, r",? (?:at (?:the )?most|maximum|max|tops|or less|ceiling|cap)\b"),
    (AmountKind.ONE_OFF, rf"{_SOME},? (?:one[- ]time|one[- ]off|once|up[- ]?front|lump[- ]sum)\b"),
    (AmountKind.ONE_OFF, r" (?:grant|bond|purchase|construction)\b"),
)
# What stands before a sum, read up to its first character.
_LEADING: tuple[tuple[AmountKind, str], ...] = (
    (
        AmountKind.YEARLY,
        rf"\b(?:annual(?:ly|ized)?|yearly|each year|every year){_MANY},? {_ABOUT}$",
    ),
    (AmountKind.MONTHLY, rf"\b(?:monthly|each month|every month){_MANY},? {_ABOUT}$"),
    (
        AmountKind.UP_TO,
        r"\b(?:not[- ]to[- ]exceed|not (?:to )?exceed(?:ing)?|no more than|not more than|up to|"
        r"at most|maximum|max|ceiling|capped|cap|limit)"
        rf"(?: (?:of|at|is|amount|price|cost))* {_ABOUT}$",
    ),
    (
        AmountKind.ONE_OFF,
        rf"\b(?:one[- ]time|one[- ]off|lump[- ]sum|up[- ]?front|non-?recurring|capital){_SOME}"
        rf" {_ABOUT}$",
    ),
    (
        AmountKind.ONE_OFF,
        rf"\b(?:purchas(?:e|ing)|buy(?:ing)?|construct(?:ion)?|build(?:ing)?|grant|bonds?){_SOME}"
        rf" {_ABOUT}$",
    ),
)
_OVER = (
    rf"^{_SOME},? (?:over|for|across|through|in) (?:a |an |the |each of the )?"
    rf"(?:next |first |coming |course of |period of |term of )*{_COUNT}[\s-]+years?\b(?!\s+old)"
    r"(?:[ -](?:period|term|contract|agreement|pilot|program))?"
)
_TERM_AFTER = re.compile(_OVER, re.IGNORECASE)
_TERM_BEFORE = re.compile(
    rf"\b{_COUNT}[\s-]years?\b(?: \w+){{0,3}} {_CONTRACT}\b{_SOME},? {_ABOUT}$", re.I
)
_LIFE_AFTER = re.compile(
    rf"^{_SOME},? (?:over|for|through) the (?:life|length|term|duration) of the \w+", re.IGNORECASE
)
_AFTER = tuple((kind, re.compile(f"^{pattern}", re.I)) for kind, pattern in _FOLLOWING)
_BEFORE = tuple((kind, re.compile(pattern, re.I)) for kind, pattern in _LEADING)

# A sum that is told of, and not the one that is wanted.
_TOLD_BEFORE = re.compile(
    r"\b(?:last year|spent|paid|instead of|rather than|(?:down|up) from|originally|used to|"
    r"out of|sav(?:e[sd]?|ings?)|revenues?|deficit|shortfall|reserves?|balance|population|"
    r"(?:total|whole|entire|overall|general fund|operating)? ?budget of|worth|valued at|owed?s?|"
    r"lost|losing|damages?)(?: [\w'\u2019-]+){0,4},? $",
    re.IGNORECASE,
)
_TOLD_AFTER = re.compile(
    r"^,? (?:(?:last|a) year ago|last year|years ago|budget\b|in (?:savings|revenue|damage)|"
    r"already (?:spent|paid))",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.?!;](?=\s|$)")
_ONCE_GIVEN = {"a": 1, "an": 1, "single": 1}


@dataclass(frozen=True, slots=True)
class Price:
    """A sum of US dollars, what kind of sum it is, over how many years, and how that was said."""

    amount: Decimal
    kind: str = AmountKind.UNKNOWN
    years: int | None = None
    said: str = ""


def price(text: str) -> Price | None:
    """Return the sum that belongs to what the text asks for, or None.

    Of several the largest counts that is neither told of the past nor the price of one thing.
    """
    found = [(_worth(*one), _priced(*one)) for one in _sums(text)]
    return max(found, key=lambda one: (*one[0], one[1].amount), default=(None, None))[1]


def of_amount(text: str, amount: Decimal) -> Price | None:
    """Return how the text says this very sum, or None if it does not."""
    found = [_priced(*one) for one in _sums(text) if one[0].amount == amount]
    return max(found, key=lambda one: one.kind != AmountKind.UNKNOWN, default=None)


def _sums(text: str) -> Iterator[tuple[Money, str, str, str]]:
    """Yield each sum as it stands, and the words of its sentence before and after it.

    As many as are looked at; the words up to another sum belong to both.
    """
    found = sums(text, rates=True)
    for place, money in enumerate(found):
        begin = max(money.first - BEFORE, found[place - 1].last if place else 0)
        end = min([money.last + AFTER, *(one.first for one in found[place + 1 : place + 2])])
        before, after = text[begin : money.first], text[money.last : end]
        ends = [match.end() for match in _SENTENCE_END.finditer(before)]
        stop = _SENTENCE_END.search(after)
        yield (
            money,
            text[money.first : money.last],
            before[ends[-1] if ends else 0 :],
            after[: stop.start()] if stop else after,
        )


def _worth(money: Money, sum_: str, before: str, after: str) -> tuple[bool, bool]:
    is_told = bool(_TOLD_BEFORE.search(before) or _TOLD_AFTER.search(after))
    return not is_told, _priced(money, sum_, before, after).kind != AmountKind.PER_UNIT


def _priced(money: Money, sum_: str, before: str, after: str) -> Price:
    kinds = list(_kinds(before, after))
    years, begin, end = _term(before, after)
    if years is not None or end or begin < len(before):
        kinds.append((AmountKind.TERM, begin, end))
    kind = next((one for one in _ORDER if any(one == name for name, *_ in kinds)), None)
    reach = [one for one in kinds if one[0] in (kind, AmountKind.TERM)]
    first = min([len(before), *(one[1] for one in reach)])
    last = max([0, *(one[2] for one in reach)])
    said = f"{before[first:]}{sum_}{after[:last]}"
    return Price(
        amount=money.amount,
        kind=kind or AmountKind.UNKNOWN,
        years=years if kind in KINDS_WITH_TERM else None,
        said=" ".join(said.split())[:LONGEST_SAID].strip(" ,"),
    )


# Which kind counts where several are said. "Up to $40,000 a year" is yearly, at most.
_ORDER = (
    AmountKind.PER_UNIT,
    AmountKind.YEARLY,
    AmountKind.MONTHLY,
    AmountKind.UP_TO,
    AmountKind.TERM,
    AmountKind.ONE_OFF,
)


def _kinds(before: str, after: str) -> Iterator[tuple[AmountKind, int, int]]:
    """Yield each kind said, where in before that begins and where in after it ends."""
    for kind, pattern in _AFTER:
        if (found := pattern.search(after)) and not _is_of_time(kind, found[0]):
            yield kind, len(before), found.end()
    for kind, pattern in _BEFORE:
        if found := pattern.search(before):
            yield kind, found.start(), 0


def _is_of_time(kind: AmountKind, said: str) -> bool:
    """Whether what looks like the price of a thing is that of a year or month."""
    return kind == AmountKind.PER_UNIT and bool(
        re.search(r"\b(?:year|annum|month|fiscal|calendar)s?\b", said, re.IGNORECASE)
    )


def _term(before: str, after: str) -> tuple[int | None, int, int]:
    """Return (years, where in before a term that is said begins, where in after it ends)."""
    if (found := _TERM_AFTER.search(after)) and (years := _years(found[1])):
        return years, len(before), found.end()
    if (found := _TERM_BEFORE.search(before)) and (years := _years(found[1])):
        return years, found.start(), 0
    if found := _LIFE_AFTER.search(after):
        return None, len(before), found.end()
    return None, len(before), 0


def _years(word: str) -> int | None:
    tens, _, ones = word.lower().partition("-")
    numbers = SMALL | TENS | _ONCE_GIVEN
    count = int(word) if word.isdecimal() else numbers.get(tens, 0) + SMALL.get(ones, 0)
    return count if 1 <= count <= LONGEST_TERM else None
