"""Money and times as people say them: "$1.9 million", "four hundred thousand dollars", "by the end of March"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

SMALL = {
    word: value
    for value, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
    )
}
TENS = {
    word: 10 * value
    for value, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
SUFFIXES = {"k": 10**3, "m": 10**6, "mm": 10**6, "b": 10**9, "bn": 10**9}
DOLLARS = {"dollar", "dollars", "bucks", "usd"}

# "1.9 million" alone is taken for money unless one of these follows.
COUNTED = frozenset(
    ["people", "residents", "riders", "gallons", "square", "feet", "miles", "trees", "vehicles", "cars", "trips", "visitors", "homes", "households", "units", "tons", "acres", "years", "pounds", "students", "jobs", "cubic", "kilowatt", "megawatt", "hours", "calls", "records", "users", "customers", "passengers", "population", "americans"]
)

_TOKEN = re.compile(r"\$|\d[\d,]*(?:\.\d+)?|[a-z]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Money:
    """A sum of US dollars, said at text[first:last]."""

    amount: Decimal
    first: int
    last: int


def sums(text: str) -> list[Money]:
    """Return every sum of money in the text, in order. A range gives its lower end."""
    words = [Word(m[0].lower(), *m.span()) for m in _TOKEN.finditer(text)]
    return list(_sums(words))


def largest(text: str) -> Decimal | None:
    """Return the largest sum of money in the text, or None."""
    return max((money.amount for money in sums(text)), default=None)


def _sums(words: list[Word]) -> Iterator[Money]:
    i = 0
    while i < len(words):
        signed = words[i].text == "$"
        begin = i + signed
        amount, end, scaled = _number(words, begin)
        if amount is None:
            i += 1
            continue
        following = words[end].text if end < len(words) else ""
        named = following in DOLLARS
        if signed or named or (scaled and following not in COUNTED):
            amount, end = _range_scale(words, amount, end, scaled=scaled)
            if amount > 0:
                yield Money(amount, words[i].first, words[end - 1 + named * (end < len(words))].last)
        i = max(end, i + 1)


def _range_scale(words: list[Word], amount: Decimal, end: int, *, scaled: bool) -> tuple[Decimal, int]:
    """Give "$30" of "$30 to 40 million" the scale of the range's upper end."""
    if scaled or end >= len(words) or words[end].text not in ("to", "or"):
        return amount, end
    begin = end + 1 + (end + 1 < len(words) and words[end + 1].text == "$")
    upper, stop, upper_scaled = _number(words, begin)
    if upper is None or not upper_scaled or words[stop - 1].text not in SCALES:
        return amount, end
    return amount * SCALES[words[stop - 1].text], stop


def _number(words: list[Word], begin: int) -> tuple[Decimal | None, int, bool]:
    """Return (value, where it ends, whether it names millions or more) of the number at begin."""
    if begin >= len(words):
        return None, begin, False
    if words[begin].text[0].isdigit():
        return _digits(words, begin)
    return _spoken(words, begin)


def _digits(words: list[Word], begin: int) -> tuple[Decimal | None, int, bool]:
    try:
        value = Decimal(words[begin].text.replace(",", ""))
    except InvalidOperation:
        return None, begin, False
    end = begin + 1
    following = words[end] if end < len(words) else Word("", 0, 0)
    if following.text in SCALES:
        scale = SCALES[following.text]
        return value * scale, end + 1, scale >= 10**6
    touching = following.first == words[begin].last
    if touching and following.text in SUFFIXES:
        return value * SUFFIXES[following.text], end + 1, False
    return value, end, False


def _spoken(words: list[Word], begin: int) -> tuple[Decimal | None, int, bool]:
    """Read "two million three hundred and fifteen thousand", "half a million", "one point nine million"."""
    total, group, seen, large = Decimal(0), Decimal(0), False, False
    i = begin
    while i < len(words):
        word = words[i].text
        if word in SMALL or word in TENS:
            group, seen = group + SMALL.get(word, TENS.get(word, 0)), True
        elif word == "hundred" and seen:
            group *= 100
        elif word in SCALES and seen:
            large = large or SCALES[word] >= 10**6
            total, group = total + group * SCALES[word], Decimal(0)
        elif word == "point" and seen and i + 1 < len(words) and words[i + 1].text in SMALL:
            group += Decimal(SMALL[words[i + 1].text]) / 10
            i += 1
        elif (article := _article(words, i)) and not seen:
            group, seen, i = article[0], True, article[1] - 1
        elif not (word == "and" and seen and _continues(words, i + 1)):
            break
        i += 1
    return (total + group, i, large) if seen else (None, begin, False)


def _article(words: list[Word], i: int) -> tuple[Decimal, int] | None:
    """Return (value, end) of "a" before a scale, or of "half a", "a quarter of a"."""
    texts = [word.text for word in words[i : i + 5]]
    for opening, value in (
        (["half", "a"], Decimal("0.5")),
        (["a", "half"], Decimal("0.5")),
        (["a", "quarter", "of", "a"], Decimal("0.25")),
        (["quarter", "of", "a"], Decimal("0.25")),
        (["a"], Decimal(1)),
    ):
        after = len(opening)
        if texts[:after] == opening and texts[after : after + 1] and _scale(texts[after]):
            return value, i + after
    return None


def _scale(word: str) -> bool:
    return word in SCALES or word == "hundred"


def _continues(words: list[Word], i: int) -> bool:
    return i < len(words) and (words[i].text in SMALL or words[i].text in TENS)


_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_COUNT = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|eighteen|a few|few|several|couple of|couple)"
_UNIT = r"(?:days?|weeks?|months?|years?|quarters?|budget cycles?|meetings?)"
_YEAR = r"(?:fiscal year|calendar year|year|month|summer|fall|spring|winter|week|quarter)"
TIMEFRAME = re.compile(
    rf"""\b(?:
    by\ the\ (?:end|beginning|start)\ of\ (?:the\ |this\ |next\ )?(?:{_YEAR}|{_MONTH})(?:\ (?:of\ )?20\d\d)?
    | (?:by|in|before|until|after|starting|effective|through|end\ of)\ (?:early\ |mid-?\ ?|late\ )?{_MONTH}(?:\ \d{{1,2}}(?:st|nd|rd|th)?\b)?(?:,?\ 20\d\d)?
    | {_MONTH}\ \d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\ 20\d\d)?
    | (?:with)?in\ (?:about\ |the\ next\ |the\ last\ )?{_COUNT}(?:\ (?:to|or)\ {_COUNT})?\ {_UNIT}
    | (?:over|for|during)\ the\ (?:next|coming)\ (?:{_COUNT}\ )?{_UNIT}
    | (?:the\ )?next\ (?:{_COUNT}\ )?{_UNIT}
    | (?:later\ |early\ |earlier\ )?(?:this|next|upcoming|coming)\ {_YEAR}
    | fiscal\ year\ (?:20)?\d\d | FY\ ?-?(?:20)?\d\d
    | in\ the\ (?:near\ future|coming\ (?:weeks|months|years)|fall|spring|summer|winter)
    | (?:in|by|before|for)\ 20[2-4]\d
    )\b""",
    re.VERBOSE | re.IGNORECASE,
)


def timeframe(text: str) -> str:
    """Return the first stretch of time the text names, in its own words, or ""."""
    found = TIMEFRAME.search(text)
    return " ".join(found[0].split()) if found else ""
