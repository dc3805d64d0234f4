"""Finding the spans of an answer in the stored words: what does not stand there is no reason."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from integrations.gemini.pairs import Pair
from matching.contract import Pairing, Passage

SHORTEST, LONGEST = 3, 40  # words
DOUBTS = 1

NOT_SAID = "the words are not in the signal"
NOT_IN_PROFILE = "the words are not in the profile"
WRONG_LENGTH = f"it has fewer than {SHORTEST} words or more than {LONGEST}"
TWICE = "it repeats another one"
TOO_MANY = "there were enough"
OTHER_SHAPE = "it is not as asked for"


@dataclass(slots=True)
class Checked:
    """The pairings that stand in both texts, and the others counted by the reason."""

    fits: list[Pairing] = field(default_factory=list)
    doubts: list[Pairing] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    lost_fits: int = 0
    lost_doubts: int = 0

    @property
    def kept(self) -> list[Pairing]:
        return self.fits + self.doubts

    def missing(self, most: int) -> tuple[int, int]:
        """Return how many that fit, and how many that do not, another explainer should give.

        Those that were lost; and where nothing fits, as many as there may be.
        """
        fits = min(self.lost_fits, most - len(self.fits)) if self.fits else most
        return fits, min(self.lost_doubts, DOUBTS - len(self.doubts))

    def drop(self, why: str, *, fits: bool) -> None:
        """Count a pair that is not kept. It is lost if its place may be left empty."""
        self.dropped[why] += 1
        if why not in {TWICE, TOO_MANY}:
            self.lost_fits += fits
            self.lost_doubts += not fits


def checked(
    pairs: Sequence[Pair], quotes: Sequence[str], passages: Sequence[Passage], *, most: int
) -> Checked:
    """Return the pairs whose spans stand word for word in a quote and in a passage."""
    found = Checked()
    for pair in pairs:
        pairing = _pairing(pair, quotes, passages)
        kept = found.fits if pair.fits else found.doubts
        if isinstance(pairing, str):
            found.drop(pairing, fits=pair.fits)
        elif repeats(pairing.they_said, pairing.profile_says, found.kept):
            found.drop(TWICE, fits=pair.fits)
        elif len(kept) == (most if pair.fits else DOUBTS):
            found.drop(TOO_MANY, fits=pair.fits)
        else:
            kept.append(pairing)
    return found


def _pairing(pair: Pair, quotes: Sequence[str], passages: Sequence[Passage]) -> Pairing | str:
    """Return the pair as it stands in the texts, or why it does not."""
    if not _is_sized(pair.they_said) or not _is_sized(pair.profile_says):
        return WRONG_LENGTH
    said = _found(pair.they_said, quotes, named=pair.said_in)
    if not said:
        return NOT_SAID
    says = _found(pair.profile_says, [one.text for one in passages], named=pair.says_in)
    if not says:
        return NOT_IN_PROFILE
    return Pairing(said[0], said[1], says[1], passages[says[0]].part, fits=pair.fits)


def repeats(said: str, says: str, before: Sequence[Pairing]) -> bool:
    """Whether either span overlaps with one shown already, as far as one holds the other."""
    return any(
        said in one.they_said
        or one.they_said in said
        or says in one.profile_says
        or one.profile_says in says
        for one in before
    )


def _found(span: str, texts: Sequence[str], *, named: int) -> tuple[int, str] | None:
    """Return the text the span stands in, by its place, and the span as it stands there.

    Only white space may differ. The text it names (from 1) counts before the others.
    """
    words = [re.escape(word) for word in span.split()]
    pattern = re.compile(r"(?<!\w)" + r"\s+".join(words) + r"(?!\w)")
    for place in sorted(range(len(texts)), key=lambda place: place != named - 1):
        if match := pattern.search(texts[place]):
            return place, match[0]
    return None


def _is_sized(span: str) -> bool:
    return SHORTEST <= len(span.split()) <= LONGEST
