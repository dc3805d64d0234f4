"""Which words of a text tell who a resident is and how to reach them, and the text without them.

Pure: it knows texts and names, no rows. Stored text stays verbatim; what is hidden is kept as
spans beside it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

from signals import introductions
from signals.words import SpeakerRole


class What(StrEnum):
    """What a hidden span is."""

    NAME = "name"
    ADDRESS = "address"
    PHONE = "phone"
    EMAIL = "e-mail"


_SEVERAL = {
    What.NAME: "names",
    What.ADDRESS: "addresses",
    What.PHONE: "phone numbers",
    What.EMAIL: "e-mail addresses",
}
NAME = f"[{What.NAME} withheld]"

# [first, last, what], as JSON stores it; first and last count characters of the text.
Span = tuple[int, int, str]

_SUFFIX = (
    r"(?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|court|ct|circle|cir|boulevard|blvd|way|"
    r"place|pl|terrace|ter|parkway|pkwy|trail|highway|hwy|square|loop|alley|row|pike)\b"
)
_UNIT = r"(?:,?\s+(?:apartment|apt|unit|suite|number|#)\.?\s?#?[a-z0-9-]{1,5}\b)?"
# Words that never stand between a house number and the street's suffix.
_BETWEEN = (
    r"(?!(?:of|for|and|or|the|a|an|in|on|at|to|from|with|is|are|was|were|will|miles?|feet|foot|"
    r"blocks?|homes?|houses?|units?|percent|dollars?|million|thousand|hundred|people|residents?|"
    r"years?|days?|months?|hours?|minutes?|trees?|lights?|i|we|you|that|this|by|per|our|my)\b)"
)
_WORD = rf"{_BETWEEN}[a-z0-9][\w.'\u2019-]*"
_HOUSE = r"\d{1,5}(?:\s\d{2})?(?:-?[a-d]\b)?"
_STREET_ADDRESS = re.compile(
    rf"(?<![\w$.,#/-]){_HOUSE}\s+(?:{_WORD}\s+){{1,4}}?{_SUFFIX}{_UNIT}", re.IGNORECASE
)
_BLOCK = re.compile(
    rf"\b(?:the )?\d{{2,5}}(?:th|st|nd|rd)?[ -]block of (?:{_WORD}\s*){{1,2}}(?:\s?{_SUFFIX})?",
    re.IGNORECASE,
)
# Numbers before a street's name that are none of a house.
_NOT_A_HOUSE = re.compile(
    r"(?:ordinance|resolution|item|section|phase|district|ward|chapter|bill|case|bid|rfp|contract|"
    r"project|file|no\.?|number|lot|page|route|fiscal year|fy|\$)\s*(?:no\.?|number|#)?\s*$",
    re.IGNORECASE,
)
_IS_YEAR = re.compile(r"(?:19[89]|20[0-4])\d\b")
_PUBLIC_PLACE = re.compile(
    r"\b(?:hall|plant|station|library|park|school|facility|garage|center|centre|complex|museum|"
    r"building|depot|shelter|bridge|intersection|yard|site|project)(?: (?:is|located|sits))*"
    r"(?: at| on| of)?\s*$",
    re.IGNORECASE,
)
_AT_HOME = (
    r"(?:\b(?:I|we)\s+(?:also\s+|still\s+)?(?:live|lived|reside)\s+(?:right\s+)?"
    r"(?:at|on|in|off|near|over on)?|\b(?:my|our|the|home)\s+address\s+is|\bI(?:'m|\u2019m| am)"
    r" (?:at|over at)|\bhome (?:is )?at|\bI own(?: the)? (?:\w+ )?(?:at|on))\s+(?:uh\s+|um\s+)?"
)
_IS_HOME = re.compile(_AT_HOME + r"$", re.IGNORECASE)
_HOME_NUMBER = re.compile(
    _AT_HOME + rf"(\d{{1,5}}(?:\s\d{{2}})?\s+{_WORD}(?:\s+{_WORD}){{0,2}})", re.IGNORECASE
)
_HOME_STREET = re.compile(_AT_HOME + rf"((?:{_WORD}\s+){{1,3}}?{_SUFFIX})", re.IGNORECASE)
_HOME_CORNER = re.compile(
    _AT_HOME + r"(the corner of [\w.']+(?: [\w.']+)? and [\w.']+(?: (?:streets?|avenues?))?)",
    re.IGNORECASE,
)
_NOT_A_STREET = frozenset(
    {
        "um", "uh", "and", "i", "in", "the", "first", "for", "so", "but", "hi", "hello", "we",
        "our", "my", "is", "it", "this", "that", "you", "to", "just", "over", "about", "a", "an",
        "of", "with", "here", "social", "fixed", "mr", "mrs", "ms", "miss",
    }
)  # fmt: skip
_COUNTS = re.compile(r"(?:a|per|dollars?|percent|years?|miles?|months?|acres?|people)\b", re.I)

_PHONE = re.compile(
    r"(?<![\w$#./-])(?:\+?1[-. ])?(?:\(\d{3}\)\s?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\w-])"
    r"|(?<![\w$#./-])\d{3}[-.]\d{4}(?![\w-])"
)
_DIGIT = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|[0-9])"
_SPOKEN_PHONE = re.compile(rf"\b{_DIGIT}(?:[\s,-]+{_DIGIT}){{6,10}}\b", re.IGNORECASE)
_BARE_PHONE = re.compile(r"\b(?:call|phone|cell|text|number is|reach me at)\s+(?:is\s+)?(\d{10})\b")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", re.IGNORECASE)
_PROVIDERS = r"(?:gmail|yahoo|hotmail|outlook|aol|icloud|comcast|proton\w*|msn|verizon)"
_TOP = r"(?:\.| dot )(?:com|org|net|edu|gov|us|io|info)\b"
_SPOKEN_EMAIL = re.compile(
    rf"\b[\w.-]+(?: dot [\w-]+)* at {_PROVIDERS}{_TOP}"
    rf"|\b[\w-]+(?: dot [\w-]+)+ at [\w-]+(?: dot [\w-]+)*{_TOP}"
    rf"|(?<=mail me at )[\w.-]+ at [\w-]+{_TOP}|(?<=mail is )[\w.-]+ at [\w-]+{_TOP}",
    re.IGNORECASE,
)

_ROLE_WORDS = re.compile(
    r"\b(?:speaker|public|resident|commenter|caller|citizen|unknown|comment|member|audience|"
    r"unidentified|male|female|voice|mr|mrs|ms|miss|dr|rev)\b\.?",
    re.IGNORECASE,
)
_TITLED = re.compile(r"\b(?:mr|mrs|ms|miss|dr)\.?\s+$", re.IGNORECASE)
# Surnames that are words, and would hide what is no name.
_ALSO_WORDS = frozenset(
    {
        "alder", "ash", "banks", "bell", "berry", "bird", "black", "blue", "bond", "brook",
        "brooks", "brown", "bush", "church", "clay", "cook", "cross", "day", "fields", "fish",
        "ford", "forest", "fox", "frost", "glass", "gold", "grant", "gray", "green", "grove",
        "hall", "hill", "hunt", "king", "lake", "lane", "law", "long", "love", "march", "marsh",
        "may", "mills", "moon", "moore", "noble", "page", "park", "parks", "pine", "pool",
        "power", "powers", "price", "reed", "rice", "rich", "rivers", "rose", "sands", "short",
        "silver", "snow", "stone", "street", "summers", "temple", "underwood", "wall", "ward",
        "waters", "wells", "west", "white", "wood", "woods", "woodward", "young",
    }
)  # fmt: skip
_PLACE_WORD = re.compile(
    rf"\s+(?:{_SUFFIX}|park|school|creek|river|bridge|hall|library|center|county|elementary|"
    r"high|plaza|hill|ridge|station|district|foundation|act|grant|ward)",
    re.IGNORECASE,
)


def people(labels: Iterable[str]) -> list[str]:
    """Return the names among the labels of speakers; "Speaker 3" and "Resident" are none."""
    bare = (" ".join(_ROLE_WORDS.sub(" ", label).replace("_", " ").split()) for label in labels)
    return [name.strip(" ,.-") for name in bare if name and not any(c.isdigit() for c in name)]


def spans(
    text: str,
    *,
    residents: Sequence[str] = (),
    officials: Sequence[str] = (),
    official: bool = False,
) -> list[Span]:
    """Return what of the text is to be hidden, in order and without overlaps.

    residents are names to hide, officials names that stay. official says that the government itself
    speaks: it names addresses of sites, not of homes, and its own introductions stay.
    """
    kept = {name.lower() for name in officials}
    found = [
        *_emails(text),
        *_phones(text),
        *_addresses(text, official=official),
        *_names(text, [name for name in residents if name.lower() not in kept], kept),
    ]
    if not official:
        found += _introduced(text, kept)
    return _apart(found)


def shown(text: str, hidden: Iterable[Sequence[int | str]]) -> str:
    """Return the text with "[name withheld]" and the like in place of what is hidden."""
    pieces, reached = [], 0
    for first, last, what in _apart([(int(a), int(b), str(c)) for a, b, c in hidden]):
        pieces += [text[reached:first], f"[{what} withheld]"]
        reached = last
    return "".join([*pieces, text[reached:]])


def within(hidden: Iterable[Sequence[int | str]], first: int, last: int) -> list[Span]:
    """Return the spans that fall on text[first:last], counted from its beginning."""
    return [
        (max(int(a), first) - first, min(int(b), last) - first, str(what))
        for a, b, what in hidden
        if int(a) < last and int(b) > first
    ]


def counted(groups: Iterable[Iterable[Sequence[int | str]]]) -> str:
    """Return how much is hidden, as "2 names, 1 address"."""
    counts = Counter(str(what) for group in groups for _, _, what in group)
    return ", ".join(
        f"{counts[what]} {what if counts[what] == 1 else _SEVERAL[what]}"
        for what in What
        if counts[what]
    )


def residents_in(text: str, officials: Sequence[str] = ()) -> list[str]:
    """Return the names of those who introduce themselves as residents, of two words or more."""
    kept = {name.lower() for name in officials}
    names = {
        one.name: None
        for one in introductions.heard(text)
        if one.role == SpeakerRole.PUBLIC and one.name.lower() not in kept
    }
    return [name for name in names if len(name.split()) > 1]


def _apart(found: Iterable[Span]) -> list[Span]:
    """Return the spans in order; of two that overlap one, as wide as both."""
    merged: list[Span] = []
    for first, last, what in sorted(found, key=lambda one: (one[0], -one[1])):
        if merged and first < merged[-1][1]:
            before = merged[-1]
            merged[-1] = (before[0], max(before[1], last), before[2])
        else:
            merged.append((first, last, str(what)))
    return merged


def _introduced(text: str, kept: set[str]) -> Iterator[Span]:
    for one in introductions.heard(text):
        if one.role == SpeakerRole.PUBLIC and one.name.lower() not in kept:
            yield one.first, one.last, What.NAME


def _emails(text: str) -> Iterator[Span]:
    for pattern in (_EMAIL, _SPOKEN_EMAIL):
        yield from ((*match.span(), What.EMAIL) for match in pattern.finditer(text))


def _phones(text: str) -> Iterator[Span]:
    for match in _PHONE.finditer(text):
        if not _NOT_A_HOUSE.search(text[: match.start()][-30:]):
            yield *match.span(), What.PHONE
    yield from ((*match.span(), What.PHONE) for match in _SPOKEN_PHONE.finditer(text))
    yield from ((*match.span(1), What.PHONE) for match in _BARE_PHONE.finditer(text))


def _addresses(text: str, *, official: bool) -> Iterator[Span]:
    for match in _STREET_ADDRESS.finditer(text):
        if _is_home_address(text, match, official=official):
            yield *match.span(), What.ADDRESS
    if not official:
        yield from ((*_trim(match, 0), What.ADDRESS) for match in _BLOCK.finditer(text))
    yield from ((*match.span(1), What.ADDRESS) for match in _HOME_CORNER.finditer(text))
    for pattern in (_HOME_NUMBER, _HOME_STREET):
        for match in pattern.finditer(text):
            first, last = _trim(match, 1)
            if len(text[first:last].split()) > 1:
                yield first, last, What.ADDRESS


def _is_home_address(text: str, match: re.Match[str], *, official: bool) -> bool:
    before = text[: match.start()][-60:]
    if _IS_HOME.search(before):
        return True
    if official or _NOT_A_HOUSE.search(before) or _PUBLIC_PLACE.search(before):
        return False
    return not _IS_YEAR.match(match[0])


def _trim(match: re.Match[str], group: int) -> tuple[int, int]:
    """Return the span up to the first word that is not of an address."""
    words = list(re.finditer(r"\S+", match[group]))
    if len(words) > 1 and _COUNTS.match(words[1][0]):
        return match.start(group), match.start(group)
    last = len(words)
    for place, word in enumerate(words[2:], start=2):
        before = words[place - 1][0]
        ends = before.endswith((",", ".")) and len(before) > 3
        if ends or (word[0].lower().strip(",.") in _NOT_A_STREET and before.lower() != "block"):
            last = place
            break
    end = words[last - 1].end()
    while match[group][:end].endswith((",", ".", ";")):
        end -= 1
    return match.start(group), match.start(group) + end


def _names(text: str, names: Sequence[str], kept: set[str]) -> Iterator[Span]:
    """Yield where the names stand: whole, after Mr. or Ms., or the surname alone if it is clear."""
    by_surname: dict[str, list[list[str]]] = {}
    for name in names:
        parts = name.split()
        if len(parts) > 1:
            by_surname.setdefault(parts[-1].lower(), []).append(parts[:-1])
    if not by_surname:
        return
    surnames_kept = {name.split()[-1] for name in kept if name}
    shouted = text.isupper()
    pattern = rf"\b(?:{'|'.join(map(re.escape, by_surname))})\b"
    for match in re.finditer(pattern, text, re.IGNORECASE):
        surname = match[0].lower()
        if _PLACE_WORD.match(text[match.end() : match.end() + 20]):
            continue
        before = text[max(0, match.start() - 40) : match.start()]
        found = _before_surname(before, by_surname[surname])
        if found is None and surname not in surnames_kept:
            titled = _TITLED.search(before)
            found = len(before) - titled.start() if titled else None
            if found is None and _stands_alone(match[0], shouted=shouted):
                found = 0
        if found is not None:
            yield match.start() - found, match.end(), What.NAME


def _before_surname(before: str, firsts: list[list[str]]) -> int | None:
    """Return how many characters before the surname the whole name begins, None if nowhere."""
    for first in firsts:
        pattern = rf"\b{re.escape(first[0])}\s+(?:[\w.'\u2019-]+\s+){{0,{max(1, len(first) - 1)}}}$"
        if match := re.search(pattern, before, re.IGNORECASE):
            return len(before) - match.start()
    return None


def _stands_alone(surname: str, *, shouted: bool) -> bool:
    """Return whether the surname is no other word: capitalised, and not short."""
    return (
        not shouted
        and len(surname) > 3
        and surname[0].isupper()
        and not surname.isupper()
        and surname.lower() not in _ALSO_WORDS
    )
