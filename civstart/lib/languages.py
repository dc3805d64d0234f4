"""Telling English from what is not, by the small words every English text is full of."""

import re

WORD = re.compile(r"[^\W\d_]+", re.UNICODE)
SMALL_WORDS = """
    a an and are as at be but by can for from has have if in is it its not of on or our so that
    the their there they this to us was we what which will with you your
"""
SMALL = frozenset(SMALL_WORDS.split())
FEWEST = 12  # shorter texts say too little about their language, save by their letters
LEAST_SMALL = 0.08
LEAST_LATIN = 0.7


def words(text: str) -> list[str]:
    return WORD.findall(text)


def telling(text: str) -> set[str]:
    """Return the different words of a text, those aside that every English text has."""
    return {word.lower() for word in words(text)} - SMALL


def is_english(text: str) -> bool:
    """Whether the text is English as far as can be told; a text without words is taken for it."""
    found = [word.lower() for word in words(text)]
    if not found:
        return True
    letters = "".join(found)
    if sum(letter.isascii() for letter in letters) < LEAST_LATIN * len(letters):
        return False
    small = sum(word in SMALL for word in found)
    return len(found) < FEWEST or small >= LEAST_SMALL * len(found)
