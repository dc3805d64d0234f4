"""One need found twice, where parts of a meeting overlap, is one signal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from signals.extraction.contract import Found

SHARED_QUOTE = 0.5  # of the shorter quote's characters
SHARED_TITLE = 0.6  # Dice coefficient of the titles' words


@dataclass(frozen=True, slots=True)
class FoundIn:
    """A signal, and the number of the part it was found in."""

    part: int
    found: Found


def merged(rows: Sequence[FoundIn]) -> list[Found]:
    """Return the signals without doubles, the most confident first.

    The surer of two is kept; it is given the other's stretch, and its sum and time if it has none.
    """
    kept: list[FoundIn] = []
    for row in sorted(rows, key=lambda row: (-row.found.confidence, row.found.start)):
        for place, other in enumerate(kept):
            if _is_same(row, other):
                kept[place] = replace(other, found=_joined(other.found, row.found))
                break
        else:
            kept.append(row)
    return [row.found for row in kept]


def _is_same(a: FoundIn, b: FoundIn) -> bool:
    """Whether both are one need. Within a part the model meant two, unless all of it is alike."""
    alike = _dice(a.found.title, b.found.title) >= SHARED_TITLE
    if _shared(a.found, b.found) >= SHARED_QUOTE and (a.part != b.part or alike):
        return True
    meet = a.found.start <= b.found.end and b.found.start <= a.found.end
    return meet and alike and a.found.category == b.found.category


def _shared(a: Found, b: Found) -> float:
    """Return the share of the shorter quote that stands in the other too."""
    common = sum(
        max(0, min(one.last, other.last) - max(one.first, other.first))
        for one in a.spans
        for other in b.spans
        if one.index == other.index
    )
    shorter = min(sum(span.last - span.first for span in found.spans) for found in (a, b))
    return common / shorter


def _dice(a: str, b: str) -> float:
    left, right = set(a.lower().split()), set(b.lower().split())
    return 2 * len(left & right) / max(1, len(left) + len(right))


def _joined(kept: Found, other: Found) -> Found:
    price = other if kept.amount is None else kept
    return replace(
        kept,
        start=min(kept.start, other.start),
        end=max(kept.end, other.end),
        amount=price.amount,
        amount_kind=price.amount_kind,
        amount_years=price.amount_years,
        amount_said=price.amount_said,
        timeframe=kept.timeframe or other.timeframe,
    )
