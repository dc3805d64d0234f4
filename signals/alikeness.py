"""How much two signals are about the same need: by their telling words and by meaning. Pure."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from signals.extraction import embedding
from signals.extraction.wording import PLAIN, stem, words

# From here on two signals of one government are the same need. Among the labelled signals of the
# real meetings 16 pairs of different texts reach it, and 15 of them are the same need. Within one
# text the extractor told them apart, so more is asked.
SAME_NEED, SAME_NEED_IN_MEETING = 0.40, 0.55
_OTHER_CATEGORY = 0.06
_BY_WORDS, _BY_MEANING = 0.5, 0.5
_FEWEST_SHARED = 2  # telling words; with fewer nothing is known to be the same
# What every meeting says, so that it tells nothing about a need.
_EVERYWHERE_WORDS = (
    "city county council member mayor staff department public resident meeting item project "
    "program plan need money fund budget year purpose discussed voiced purchase contract "
    "document official speaker concern work time people community service area new next "
    "million thousand hundred dollar street road"
)
_EVERYWHERE = frozenset(stem(word) for word in _EVERYWHERE_WORDS.split())


@dataclass(frozen=True, slots=True)
class Need:
    """What of a signal is compared."""

    title: str
    quote: str
    summary: str = ""
    category: str = ""

    @property
    def text(self) -> str:
        return f"{self.title}. {self.quote} {self.summary}"


def telling(need: Need) -> Counter[str]:
    """Return the stems that tell what the need is about; those of the title count twice."""
    counts: Counter[str] = Counter()
    for text, weight in ((need.title, 2), (need.quote, 1), (need.summary, 1)):
        for word in words(text):
            root = stem(word.lower())
            if word.lower() not in PLAIN and root not in _EVERYWHERE and not root[:1].isdigit():
                counts[root] = max(counts[root], weight)
    return counts


class Pool:
    """Needs to compare others with. The more needs a word is in, the less it tells."""

    def __init__(self, needs: Sequence[Need]) -> None:
        self.needs = list(needs)
        self._stems = [telling(need) for need in self.needs]
        self._vectors = list(embedding.embed([need.text for need in self.needs]))

    def add(self, need: Need) -> None:
        self.needs.append(need)
        self._stems.append(telling(need))
        self._vectors.append(embedding.embed([need.text])[0])

    def alike(self, need: Need) -> list[float]:
        """Return how alike each need of the pool is, 0 to about 1, in the order they were added."""
        if not self.needs:
            return []
        stems, vector = telling(need), embedding.embed([need.text])[0]
        spread = Counter(root for known in [*self._stems, stems] for root in known)
        return [
            _BY_WORDS * self._overlap(stems, known, spread)
            + _BY_MEANING * max(0.0, float(vector @ other))
            - (_OTHER_CATEGORY if need.category != one.category else 0.0)
            if len(stems.keys() & known.keys()) >= _FEWEST_SHARED
            else 0.0
            for one, known, other in zip(self.needs, self._stems, self._vectors, strict=True)
        ]

    def _overlap(self, a: Counter[str], b: Counter[str], spread: Counter[str]) -> float:
        """Return the weighted share of words in common, of the shorter one's words."""
        most = len(self.needs) + 2

        def weight(counts: Counter[str]) -> float:
            return sum(n * (0.4 + math.log(most / spread[root])) for root, n in counts.items())

        shared = Counter({root: min(a[root], b[root]) for root in a.keys() & b.keys()})
        return weight(shared) / max(0.001, min(weight(a), weight(b)))
