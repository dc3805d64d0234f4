"""What each word is in its sentence, a thing or a deed or neither: Penn Treebank's classes.

From a lexicon and rules (Brill, 1992) that come inside textblob's wheel; nothing is fetched.
"""

import functools
import warnings
from collections.abc import Callable, Sequence

THING = "NN"  # and NNS, NNP, NNPS
QUALITY = "JJ"  # and JJR, JJS
NUMBER = "CD"
DOING, DONE = "VBG", "VBN"  # "sweeping", "swept": before a thing they are part of its name
FINITE = frozenset({"VBD", "MD"})
# What no name of a thing ends in: "slower", "five", "clicking". Adjectives and plain verbs are
# let pass, since the tagger takes many a noun for one ("permit", "pump").
NO_NAME = ("RB", "CD", "JJR", "JJS", "UH", "IN", "DT", "MD", "PRP", "W", DOING, "VBD", DONE)

Tagger = Callable[..., list[tuple[str, str]]]


def classes(words: Sequence[str]) -> list[str]:
    """Return the class of each word of a stretch of speech, by the words in lower case."""
    if not words:
        return []
    text = " ".join(word.lower() for word in words)
    tagged = _tagger()(text, tokenize=False)
    found = [kind.split("-")[0] for _, kind in tagged]
    return found if len(found) == len(words) else [THING] * len(words)


@functools.cache
def _tagger() -> Tagger:
    """Return textblob's tagger, loaded once a process."""
    from textblob.en import tag

    tagger: Tagger = tag
    with warnings.catch_warnings():
        # It leaves the files of its lexicon, read at its first word, for Python to close.
        warnings.simplefilter("ignore", ResourceWarning)
        tagger("word", tokenize=False)
    return tagger
