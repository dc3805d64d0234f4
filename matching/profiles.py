"""A startup's profile as text: by the weight of its parts, in stretches, sentence by sentence."""

import math
import re
from collections.abc import Iterable

from civstart.lib import languages
from matching.contract import Passage
from startups.contents import Contents
from startups.models import Startup

SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
FEWEST_WORDS = (
    5  # a profile of fewer different ones, small words aside, says too little to be matched by
)
FEWEST_IN_SENTENCE = 4


def weighted(startup: Startup) -> dict[str, str]:
    """Return the profile's words by their weight, A the heaviest. Needs its contents."""
    held = startup.contents
    return {
        "A": f"{startup.name}. {startup.one_liner} {_tags(held)}",
        "B": _products(held),
        "C": startup.description,
        "D": " ".join(f"{one.summary} {one.result}" for one in held.cases),
    }


def _tags(held: Contents) -> str:
    return " ".join(tag.replace("-", " ") for tag in held.tags)


def _products(held: Contents) -> str:
    return " ".join(f"{one.name}. {one.description}" for one in held.products)


def text_of(startup: Startup) -> str:
    """Return all the profile says of what the startup does. Needs its contents."""
    held = startup.contents
    return f"{startup.one_liner}. {startup.description} {_products(held)} {_tags(held)}"


def why_unfit(startup: Startup) -> str:
    """Return why the profile is no ground to match by, as a sentence; "" if it is. Needs its
    contents.
    """
    text = text_of(startup)
    if len(languages.telling(text)) < FEWEST_WORDS:
        return "The profile says too little to be matched by: say what you do, and for whom."
    if not languages.is_english(text):
        return "The profile is not in English, so it is not matched: add an English description."
    return ""


def stretches(text: str, most_words: int) -> list[str]:
    """Return the text in as few stretches of at most so many words as will do, about equally long.

    They end with sentences where they can. One stretch if the text is short, none if it is empty.
    """
    words = text.split()
    count = math.ceil(len(words) / most_words)
    goal = math.ceil(len(words) / count) if count else 0
    found: list[list[str]] = []
    for sentence in sentences(text):
        for piece in _pieces(sentence.split(), goal):
            full = not found or len(found[-1]) + len(piece) / 2 > goal
            if full or len(found[-1]) + len(piece) > most_words:
                found.append([])
            found[-1] += piece
    return [" ".join(one) for one in found]


def _pieces(words: list[str], most: int) -> list[list[str]]:
    return [words[first : first + most] for first in range(0, len(words), most)]


def passages(startup: Startup) -> list[Passage]:
    """Return the profile sentence by sentence, each verbatim. Needs its contents."""
    held = startup.contents
    found = [Passage("In one line", startup.one_liner)]
    found += _in_sentences("What it does", startup.description)
    for product in held.products:
        found += _in_sentences(f"Product: {product.name}", product.description)
    for study in held.cases:
        found += _in_sentences(f"For {study.customer}", study.summary, study.result)
    return [one for one in found if len(one.text.split()) >= FEWEST_IN_SENTENCE]


def _in_sentences(part: str, *texts: str) -> Iterable[Passage]:
    return (Passage(part, sentence) for text in texts for sentence in sentences(text))


def sentences(text: str) -> list[str]:
    return [sentence for sentence in SENTENCE_END.split(text.strip()) if sentence]
