"""Which words of a meeting tell who a resident is, so that nothing is headed or listed by them."""

import re
from collections.abc import Sequence

from signals import redaction
from signals.extraction import roles
from signals.extraction.passages import Piece
from signals.words import OFFICIAL_ROLES

_WORD = re.compile(r"[\w'\u2019-]+")


def residents(pieces: Sequence[Piece]) -> list[str]:
    """Return the names of those who introduce themselves as residents or are labelled so."""
    labels = dict.fromkeys(piece.speaker for piece in pieces)
    others = [label for label in labels if roles.of_label(label) not in OFFICIAL_ROLES]
    text = " ".join(piece.text for piece in pieces)
    return [*redaction.people(others), *redaction.residents_in(text)]


def withheld(text: str, names: Sequence[str]) -> frozenset[str]:
    """Return the words, in lower case, of the names and of what else redaction hides in the text.

    More is withheld than redaction would hide: a word alone cannot show whether it is the name.
    """
    hidden = [text[first:last] for first, last, _ in redaction.spans(text, residents=names)]
    return frozenset(
        word.lower().removesuffix("'s")
        for part in [*names, *hidden]
        for word in _WORD.findall(part)
    )
