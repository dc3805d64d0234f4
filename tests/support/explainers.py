"""Explainers small enough to see through, chosen by settings.EXPLAINER in tests."""

from collections.abc import Sequence

from matching.contract import Pairing, Passage


class Repeats:
    """Takes each whole quote for a reason."""

    def explain(
        self, quotes: Sequence[str], passages: Sequence[Passage], *, most: int
    ) -> list[Pairing]:
        first = passages[0]
        rows = [
            Pairing(place, one, first.text, first.part, 1.0) for place, one in enumerate(quotes)
        ]
        return rows[:most]
