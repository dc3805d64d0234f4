"""Cutting spoken words into stretches that can stand alone: things, and what is to be done. Pure.

There is no grammar here, only the words between which a thing or a deed stands.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from signals.extraction.spokenwords import (
    ADVERBS,
    AUXILIARIES,
    BREAKS,
    EDGES,
    FAINT,
    JOINTS,
    LIGHT,
    LOOSE,
    MODALS,
    NEEDING,
    NO_ADVERBS,
    OBJECTS,
    OWNERS,
    POINTERS,
    SUBJECTS,
    TRANSITIVE,
    TURNS,
    VERBS,
    WANTING,
)

FEWEST, MOST = 2, 11  # words of a stretch

_TOKEN = re.compile(r"[\w$%][\w$%&'\u2019./,-]*|[^\w\s]")
_STOPS = ".?!;:"


class Form(StrEnum):
    """What a stretch is: a thing, something to be done, or a whole statement."""

    THING = "thing"
    DEED = "deed"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words that can stand alone. is_wanted: words of wanting or planning stand right before."""

    form: Form
    words: tuple[str, ...]
    is_wanted: bool = False
    is_cut: bool = False


def stretches(text: str) -> Iterator[Stretch]:
    """Yield the things, deeds and statements of a text that has been cleaned of fillers."""
    for clause in _clauses(text.replace("--", "; ")):
        yield from _statement(clause)
        yield from _deeds(clause)
        yield from _things(clause)


def _clauses(text: str) -> Iterator[list[str]]:
    """Yield the words of each stretch between full stops, commas as words of their own."""
    clause: list[str] = []
    for token in _TOKEN.findall(text.replace("\u2019", "'")):
        word = token.rstrip(",.")
        if word:
            clause.append(word)
        if (
            token in _STOPS
            or not (token[0].isalnum() or token[0] in "_$%,'")
            or (token[-1:] in "." and not re.fullmatch(r"(?:[A-Za-z]\.)+", token))
        ):
            yield clause
            clause = []
        elif token.endswith(",") and clause:
            clause.append(",")
    yield clause


def _statement(clause: list[str]) -> Iterator[Stretch]:
    """Yield the clause if it is a short statement about a named thing, by nobody in person."""
    words = [word for word in clause if not _is_adverb(word)]
    parts = " ".join(words).split(" , ")
    for part in parts:
        said = part.split()
        lower = [word.lower() for word in said]
        if not 6 <= len(said) <= MOST + 1 or lower[0] in BREAKS | JOINTS | OWNERS | LOOSE:
            continue
        has_verb = any(word in AUXILIARIES for word in lower[2:-1])
        if has_verb and not set(lower) & (SUBJECTS | OBJECTS | OWNERS | TURNS) - {"not", "no"}:
            yield Stretch(Form.STATEMENT, tuple(_headed(said)))


def _deeds(clause: list[str]) -> Iterator[Stretch]:
    """Yield what is said to be wanted or planned to be done: the words after "need to"."""
    lower = [word.lower() for word in clause]
    for at in range(1, len(clause) - 2):
        verb = lower[at + 1]
        if lower[at] != "to" or lower[at - 1] not in WANTING:
            continue
        while verb in ADVERBS and at + 3 < len(clause):
            at += 1
            verb = lower[at + 1]
        if (
            not verb.isalpha()
            or verb in ADVERBS | LIGHT | JOINTS | POINTERS | OWNERS | BREAKS - VERBS
        ):
            continue
        if lower[at + 2] in {"at", "of", "by", "from"} or (
            verb in TRANSITIVE and lower[at + 2] in JOINTS
        ):
            continue
        end = _end(lower, at + 2, breaks=BREAKS)
        yield from _stretch(Form.DEED, clause[at + 1 : end], is_wanted=True)


def _things(clause: list[str]) -> Iterator[Stretch]:
    lower = [word.lower() for word in clause]
    begin = 0
    while begin < len(clause):
        end = _end(lower, begin, breaks=BREAKS)
        if end > begin:
            before = lower[max(0, begin - 3) : begin + 1]
            is_wanted = not NEEDING.isdisjoint(before)
            if begin and lower[begin - 1] in MODALS and _is_verb(lower[begin:end]):
                yield from _stretch(Form.DEED, clause[begin:end], is_wanted=is_wanted)
            else:
                is_said = begin > 0 and lower[begin - 1] in SUBJECTS
                yield from _stretch(Form.THING, clause[begin + is_said : end], is_wanted=is_wanted)
        begin = max(end, begin) + 1


def _end(lower: Sequence[str], begin: int, *, breaks: frozenset[str]) -> int:
    """Return where the stretch from there on ends: at a verb, a person, a turn of the sentence."""
    for at in range(begin, len(lower)):
        word, following = lower[at], lower[at + 1] if at + 1 < len(lower) else ","
        if word in OWNERS and following in EDGES | BREAKS | {","}:
            return at
        if word in breaks or ("'" in word[1:-2] and word.split("'")[0] in SUBJECTS):
            return at
        if word.endswith("'s") and following.endswith("ed"):  # "the roof's replaced"
            return at
        if word == "," and not _is_list(lower, at):
            return at
        if word in {"that", "this"} and at > begin and not _takes_thing(lower[at - 1]):
            return at
        if word == "to" and following not in POINTERS | OWNERS and _was_verb(lower, at):
            return at
    return len(lower)


def _takes_thing(word: str) -> bool:
    """Whether "that" behind the word points to a thing, and does not begin a clause."""
    return word in JOINTS or word.endswith("ing")


def _is_verb(lower: Sequence[str]) -> bool:
    """Whether the first of the words, behind a modal, is something to do."""
    return lower[0].isalpha() and lower[0] not in LIGHT | EDGES and len(lower) > 2


def _is_list(lower: Sequence[str], at: int) -> bool:
    """Whether the comma parts things of a list: "salt, sand and grit"."""
    ahead = lower[at + 1 : at + 6]
    return "and" in ahead and not set(ahead) & BREAKS and ahead[:1] != ["and"]


def _was_verb(lower: Sequence[str], at: int) -> bool:
    return at > 0 and lower[at - 1] in BREAKS


def _stretch(form: Form, words: Sequence[str], *, is_wanted: bool) -> Iterator[Stretch]:
    """Yield the words without what hangs over at either end, if enough are left."""
    kept = [word for word in words if not _is_adverb(word)]
    kept = _unowned(kept)
    is_cut = len(kept) > MOST
    kept = _trimmed(_shortened(kept), form)
    if len([word for word in kept if word != ","]) >= FEWEST:
        yield Stretch(form, tuple(_headed(kept)), is_wanted, is_cut)


def _is_adverb(word: str) -> bool:
    lower = word.lower()
    return lower in ADVERBS or (lower.endswith("ly") and len(lower) > 4 and lower not in NO_ADVERBS)


def _unowned(words: Sequence[str]) -> list[str]:
    """Return the words with "our", "your", "that" as "the": a title points to nobody.

    What stood between "an" and its thing may have been left out: it is made to fit.
    """
    said = ["the" if word.lower() in OWNERS else word for word in words]
    for at, (word, following) in enumerate(pairwise(said)):
        if word in {"a", "an"} and following[0].isalpha():
            said[at] = "an" if following[0].lower() in "aeiou" else "a"
    return said


def _shortened(words: list[str]) -> list[str]:
    """Return at most MOST words, ending before a joint where there is one."""
    if len(words) <= MOST:
        return words
    joints = [at for at in range(4, MOST + 1) if words[at].lower() in JOINTS or words[at] == ","]
    kept = words[: joints[-1]] if joints else words[:MOST]
    return kept[:-1] if kept[-1][:1].isdigit() and not kept[-1].endswith("%") else kept


def _trimmed(words: list[str], form: Form) -> list[str]:
    while words and (words[-1].lower() in EDGES | FAINT or words[-1] in {",", "and"}):
        words = words[:-1]
    if form is Form.DEED:
        return words[words[0].lower() == "to" :] if words else words
    while words and (words[0].lower() in EDGES | FAINT or words[0] == "," or _is_deed(words)):
        words = words[1:]
    return words


def _is_deed(words: Sequence[str]) -> bool:
    """Whether the first of the words does something to the second: "improved the system"."""
    first = words[0].lower()
    following = words[1].lower() if len(words) > 1 else ""
    is_done = first.endswith(("ed", "en")) and following in JOINTS | {"down", "up", "out", "off"}
    return is_done or (following in POINTERS and not first.endswith("ing"))


def _headed(words: Sequence[str]) -> list[str]:
    """Return the words with commas put back to the words before them."""
    said: list[str] = []
    for word in words:
        if word == "," and said:
            said[-1] += ","
        elif word != ",":
            said.append(word)
    return said
