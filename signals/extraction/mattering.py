"""What a stretch of talk is about: the phrases and words that come up in it again. Pure."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from signals.extraction.periods import DAYS, MONTHS
from signals.extraction.spokenwords import ADVERBS, BREAKS, FAINT, JOINTS, LIGHT, LOOSE, NO_ADVERBS
from signals.extraction.wordclasses import NO_NAME, classes
from signals.extraction.wording import Rarity, stem, words

LETTERS = 4  # of a word that names a matter, at least
LONGEST = 3  # words of a phrase
CLAUSE_END = re.compile(r"[.?!;:,]+(?:\s+|$)")
# Words that say nothing of a matter when they stand in a list.
_OTHERS = (
    "year years month months week weeks days hour hours million billion issue issues number "
    "numbers level reading position likely less nothing cannot beyond cetera course everything "
    "everybody anybody somebody folks guys thumbs"
)
_DATES = DAYS.keys() | MONTHS.keys() - {"march"}  # people march, too
EMPTY = ADVERBS | BREAKS | FAINT | JOINTS | LIGHT | LOOSE | _DATES | frozenset(_OTHERS.split())
_DONE = re.compile(r"[^e]ed$")  # "allocated", but not "speed"

Stems = tuple[str, ...]
Run = list[tuple[str, bool]]  # words side by side, and whether a name can end in each


def salience(text: str, rarity: Rarity) -> dict[str, float]:
    """Return the stems that recur in the text, and how much each tells of what it is about."""
    said = Counter(stem(word) for word in words(text))
    rare = {stem(word): rarity.of(word) for word in words(text) if len(word) >= LETTERS}
    return {one: said[one] * rare[one] for one in rare if said[one] > 1 and rare[one] > 0}


def matters(text: str, rarity: Rarity, *, most: int, withheld: Collection[str] = ()) -> list[str]:
    """Return phrases that recur in the text, of so many words at most, those that tell most first.

    They stand as they were said; a word that recurs in no phrase stands for itself. withheld are
    words, in lower case, that are never named.
    """
    runs = list(_runs(text, rarity, withheld))
    said = Counter(phrase for run in runs for phrase in _phrases(run))
    told = salience(text, rarity)
    telling = sorted((one for one in told if said[(one,)] > 1), key=lambda one: -told[one])
    names = _capitalised(runs)
    return [_as_said(phrase, runs, names) for phrase in _named(telling, said, most)]


def _runs(text: str, rarity: Rarity, withheld: Collection[str]) -> Iterator[Run]:
    """Yield the telling words that stand side by side."""
    for clause in CLAUSE_END.split(text):
        run: Run = []
        said = words(clause)
        for word, kind in zip(said, classes(said), strict=True):
            if _tells(word, rarity) and word.lower().removesuffix("'s") not in withheld:
                run.append((word, not kind.startswith(NO_NAME)))
                continue
            yield run
            run = []
        yield run


def _tells(word: str, rarity: Rarity) -> bool:
    lower = word.lower()
    return (
        len(lower) >= LETTERS
        and not lower.isdigit()
        and lower not in EMPTY
        and (not lower.endswith("ly") or lower in NO_ADVERBS)
        and not _DONE.search(lower)
        and rarity.of(word) > 0
    )


def _phrases(run: Run) -> Iterator[Stems]:
    """Yield the phrases of a run that can be the name of something."""
    stems = tuple(stem(word) for word, _ in run)
    for first in range(len(stems)):
        for last in range(first + 1, min(first + LONGEST, len(stems)) + 1):
            if run[last - 1][1]:
                yield stems[first:last]


def _named(telling: Sequence[str], said: Mapping[Stems, int], most: int) -> list[Stems]:
    """Return for each telling stem, not named before, the recurring phrase it stands in most."""
    recurring = [phrase for phrase, count in said.items() if count > 1]
    named: list[Stems] = []
    for one in telling:
        if any({one, one.rstrip("s"), f"{one}s"} & set(phrase) for phrase in named):
            continue
        within = [phrase for phrase in recurring if one in phrase]
        best = max(within, key=lambda phrase: (said[phrase] * len(phrase), len(phrase)))
        if sum(map(len, named)) + len(best) > most:
            break
        named.append(best)
    return named


def _as_said(phrase: Stems, runs: Sequence[Run], names: Mapping[str, str]) -> str:
    """Return the form in which the phrase was said most."""
    said = Counter(
        " ".join(word for word, _ in run[at : at + len(phrase)]).lower()
        for run in runs
        for at in range(len(run))
        if tuple(stem(word) for word, _ in run[at : at + len(phrase)]) == phrase
    )
    [(form, _)] = said.most_common(1)
    return " ".join(names.get(word, word) for word in form.split()).removesuffix("'s")


def _capitalised(runs: Sequence[Run]) -> dict[str, str]:
    """Return the words that always have a capital, by themselves in lower case.

    Where no word is without one, somebody shouts, and it says nothing.
    """
    said = [word for run in runs for word, _ in run]
    small = {word for word in said if word.islower()}
    return {word.lower(): word for word in said if small and word.lower() not in small}
