"""Money and times as people say them: "$1.9 million", "half a million", "by the end of March"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
SMALL = {word: value for value, word in enumerate(_SMALL.split())}
TENS = {word: 10 * value for value, word in enumerate(_TENS.split(), 2)}
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
SUFFIXES = {"k": 10**3, "m": 10**6, "mm": 10**6, "b": 10**9, "bn": 10**9}
RATES = {"per", "each", "apiece"}  # what follows a price, not a sum
DOLLARS = {"dollar", "dollars", "bucks", "usd"}

# "1.9 million" alone is taken for money unless one of these follows.
_COUNTED = (
    "people residents riders gallons square feet miles trees vehicles cars trips visitors homes "
    "households units tons acres years pounds students jobs cubic kilowatt megawatt hours calls "
    "records users customers passengers population americans"
)
COUNTED = frozenset(_COUNTED.split())

_TOKEN = re.compile(r"\$|\d[\d,]*(?:\.\d+)?|[a-z]+", re.IGNORECASE)


_OPENINGS = frozenset(("a", "half", "quarter"))


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


def sums(text: str, *, rates: bool = False) -> list[Money]:
    """Return every sum of money in the text, in order. A range gives its lower end.

    Prices of one thing ("$8.50 per square foot") and of a time ("$900 per month") are no sums,
    unless rates are wanted too.
    """
    words = [Word(m[0].lower(), *m.span()) for m in _TOKEN.finditer(text)]
    return list(_sums(words, rates=rates))


def largest(text: str) -> Decimal | None:
    """Return the largest sum of money in the text, or None."""
    return max((money.amount for money in sums(text)), default=None)


def may_begin(word: str) -> bool:
    """Whether a number may begin with the word: "12", "$12", "twelve", "half", "a"."""
    lower = word.lower().lstrip("$.,-")
    return lower[:1].isdigit() or lower in SMALL or lower in TENS or lower in _OPENINGS


def _sums(words: list[Word], *, rates: bool) -> Iterator[Money]:
    i = 0
    while i < len(words):
        signed = words[i].text == "$"
        begin = i + signed
        amount, end, scaled = _number(words, begin)
        if amount is None:
            i += 1
            continue
        between = i > 0 and words[i - 1].text == "between"
        if not scaled and (upper := _upper_scale(words, end, between=between)):
            amount, end, scaled = amount * upper[0], upper[1], True
        following = words[end].text if end < len(words) else ""
        named = following in DOLLARS
        after = words[end + named].text if end + named < len(words) else ""
        is_money = signed or named or (scaled and following not in COUNTED)
        is_money = is_money and (rates or after not in RATES)
        if is_money and amount > 0:
            yield Money(amount, words[i].first, words[end - 1 + named].last)
        i = max(end, i + 1)


def _upper_scale(words: list[Word], end: int, *, between: bool) -> tuple[int, int] | None:
    """Return the scale at the upper end of "30 to 40 million", and where the range ends."""
    joints = ("to", "or", "and") if between else ("to", "or")
    if end >= len(words) or words[end].text not in joints:
        return None
    begin = end + 1 + (end + 1 < len(words) and words[end + 1].text == "$")
    upper, stop, scaled = _number(words, begin)
    last = words[stop - 1].text
    return (SCALES[last], stop) if upper is not None and scaled and last in SCALES else None


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
    """Read "two million three hundred and fifteen thousand", "half a million", "one point nine"."""
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
        elif not (word == "and" and seen and _continues(words, i)):
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
    """Tell whether the "and" at i joins parts of one number, as in "two hundred and six"."""
    before, after = words[i - 1].text, words[i + 1].text if i + 1 < len(words) else ""
    return _scale(before) and (after in SMALL or after in TENS)


_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_NUMBER = (
    r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|eighteen|(?:a )?few|several|"
    r"(?:a )?couple(?: of)?)"
)
_UNIT = r"(?:days?|weeks?|months?|years?|quarters?|budget cycles?|meetings?)"
_SEASON = r"(?:fiscal year|calendar year|year|month|summer|fall|spring|winter|week|quarter)"
_PERIOD = rf"(?:the |this |next )?(?:{_SEASON}|{_MONTH})(?: (?:of )?20\d\d)?"
_DAY = rf"{_MONTH}(?: \d{{1,2}}(?:st|nd|rd|th)?\b)?(?:,? 20\d\d)?"
_EARLY = r"(?:early |mid-? ?|late )?"
_TIMEFRAMES = (
    rf"by the (?:end|beginning|start) of {_PERIOD}",
    rf"(?:by|in|before|until|after|starting|effective|through|end of) {_EARLY}{_DAY}",
    rf"{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? 20\d\d)?",
    rf"(?:with)?in (?:about |the next )?{_NUMBER}(?: (?:to|or) {_NUMBER})? {_UNIT}",
    rf"(?:over|for|during) the (?:next|coming) (?:{_NUMBER} )?{_UNIT}",
    rf"(?:the )?next (?:{_NUMBER} )?{_UNIT}",
    rf"(?:later |early )?(?:this|next|upcoming|coming) {_SEASON}",
    r"fiscal year (?:20)?\d\d",
    r"FY ?-?(?:20)?\d\d",
    r"in the (?:near future|coming (?:weeks|months|years)|fall|spring|summer|winter)",
    r"(?:in|by|before|for) 20[2-4]\d",
)
TIMEFRAME = re.compile(rf"\b(?:{'|'.join(_TIMEFRAMES)})\b", re.IGNORECASE)


def timeframe(text: str) -> str:
    """Return the first stretch of time the text names, in its own words, or ""."""
    found = TIMEFRAME.search(" ".join(text.split()))
    return found[0] if found else ""
