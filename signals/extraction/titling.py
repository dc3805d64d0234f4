"""Titles as a careful clerk would head an entry: what is wanted or planned, in the words said."""

import math
from collections.abc import Sequence

from signals.extraction.chunking import Form, Stretch, stretches
from signals.extraction.periods import MONTHS, SEASONS
from signals.extraction.spokenwords import EDGES
from signals.extraction.wordclasses import DOING, DONE, FINITE, NUMBER, QUALITY, THING, classes
from signals.extraction.wording import Rarity, clean
from signals.words import Category, Kind

SHORTEST, LONGEST = 6, 14  # words

# What stands before a deed or a thing, by the kind of signal.
TO_DO = {
    Kind.NEED: "Need to",
    Kind.INITIATIVE: "Plan to",
    Kind.BUDGET: "Money to",
    Kind.PROCUREMENT: "Plan to",
    Kind.MANDATE: "Requirement to",
    Kind.COMMUNITY: "Call to",
}
TO_HAVE = {
    Kind.NEED: "Need for",
    Kind.INITIATIVE: "Work on",
    Kind.BUDGET: "Money for",
    Kind.PROCUREMENT: "Procurement for",
    Kind.MANDATE: "Requirement on",
    Kind.COMMUNITY: "Concern about",
}
# Things that say themselves what is asked for.
_HEADS = (
    "need needs plan plans request proposal contract study program project grant funding budget "
    "audit report pilot rfp agreement purchase upgrade replacement improvement improvements bid "
    "strategy assessment review analysis construction renovation lack shortage increase reduction "
    "expansion development implementation"
)
HEADS = frozenset(_HEADS.split())
_VAGUE = (
    "thing things issue issues problem problems effort efforts step steps way ways piece pieces "
    "sense item items number numbers area areas point points part parts people conversation "
    "information opportunity opportunities process services service"
)
VAGUE = frozenset(_VAGUE.split())
_WHEN = (
    "end beginning middle start day days week weeks month months quarter quarters year years today"
)
WHEN = frozenset(_WHEN.split()) | MONTHS.keys() | SEASONS.keys()
A_VAGUE_WORD = -0.15
WANTED, A_DEED, A_STATEMENT, CUT, UNNAMED = 0.45, 0.25, 0.2, -0.3, -0.8


def title(quote: str, rarity: Rarity, *, category: str, kind: str) -> str:
    """Return a neutral title of 6 to 14 words, made of the telling words of the quote."""
    found = sorted(stretches(clean(quote)), key=lambda one: _worth(one, rarity), reverse=True)
    for one in found:
        if sum(_tells(word, rarity) for word in one.words) < 2:
            continue
        if made := _headed(one, category=category, kind=kind):
            return made
    return f"{Category(category).label}: {Kind(kind).label.lower()} voiced in the meeting"


def _tells(word: str, rarity: Rarity) -> bool:
    """Whether a word says what a matter is, and not only when."""
    return rarity.of(word) > 0 and word.lower().strip(",") not in WHEN


def _worth(stretch: Stretch, rarity: Rarity) -> float:
    """Return how much a title of these words would say; too short and too long say less."""
    telling = sum(rarity.of(word) for word in stretch.words) / math.sqrt(6 + len(stretch.words))
    return float(
        telling
        + WANTED * stretch.is_wanted
        + A_DEED * (stretch.form is Form.DEED)
        + A_STATEMENT * (stretch.form is Form.STATEMENT)
        + CUT * stretch.is_cut
        + UNNAMED * (stretch.form is not Form.STATEMENT and not _names(stretch))
        + A_VAGUE_WORD * sum(word.lower().strip(",") in VAGUE for word in stretch.words)
    )


def _names(stretch: Stretch) -> bool:
    """Whether the words name a thing: they end in one, and nothing else is said of it."""
    kinds = classes([word.strip(",") for word in stretch.words])
    kinds = kinds[1:] if stretch.form is Form.DEED else kinds
    ends = bool(kinds) and kinds[-1].startswith((THING, NUMBER))
    return ends and all(map(_goes_on, kinds, [*kinds[1:], ""]))


def _goes_on(kind: str, following: str) -> bool:
    """Whether a word of that class may stand there within the name of a thing."""
    if kind == DONE:
        return following.startswith((THING, QUALITY, DOING))
    return kind not in FINITE and not kind.startswith(("RB", "PRP", "W", "EX", "UH"))


def _headed(stretch: Stretch, *, category: str, kind: str) -> str:
    """Return the stretch with the words before it that make a title of it, "" if none do."""
    words = _calm(stretch.words)
    if stretch.form is Form.DEED:
        words = [*TO_DO[Kind(kind)].split(), *words]
    elif stretch.form is Form.THING and not _is_head(words) and not _is_sum(words[0]):
        words = [*TO_HAVE[Kind(kind)].split(), *words]
    if len(words) < SHORTEST:
        label = Category(category).label.split()
        words = [*label[:-1], f"{label[-1]}:", *_small(words)]
    if len(words) == SHORTEST - 1:
        words.append("discussed")
    while len(words) > LONGEST or (words and words[-1].lower().strip(",") in EDGES):
        words.pop()
    if len(words) < SHORTEST:
        return ""
    text = " ".join(words).strip(" ,.;:?!-'")
    return text[:1].upper() + text[1:]


def _is_head(words: Sequence[str]) -> bool:
    """Whether one of the first words names what is asked for: "feasibility study for ..."."""
    return any(word.lower().strip(",") in HEADS for word in words[:3])


def _is_sum(word: str) -> bool:
    return word[:1] in "$0123456789"


def _calm(words: Sequence[str]) -> list[str]:
    """Return the words without shouting, and the first one small unless it is a name."""
    letters = [letter for word in words for letter in word if letter.isalpha()]
    if sum(letter.isupper() for letter in letters) > 0.6 * max(1, len(letters)):
        return [word.lower() for word in words]
    return _small(words)


def _small(words: Sequence[str]) -> list[str]:
    first, *rest = words
    is_name = first[1:] != first[1:].lower() or (rest and rest[0][:1].isupper())
    return [first if is_name else first[:1].lower() + first[1:], *rest]
