"""How sure something was, against how often it was right: in bins, kept as JSON."""

from collections.abc import Iterable, Sequence
from typing import Any

from signals.measure import wilson
from signals.measure.counting import BINS
from signals.measure.precision import Bin

Told = Sequence[tuple[float, bool]]


def kept(told: Told, *, bar: float | None = None, count: int = BINS) -> dict[str, Any]:
    """Return the bins of what was told, each (how sure from 0 to 1, whether it was right), in the
    form an evaluation keeps. bar is the sureness that was asked for, count how many bins there are.
    """
    by_bin: dict[int, list[tuple[float, bool]]] = {}
    for one in told:
        by_bin.setdefault(min(count - 1, int(one[0] * count)), []).append(one)
    rows = [
        {
            "first": number / count,
            "last": (number + 1) / count,
            "foretold": round(sum(sure for sure, _ in ones) / len(ones), 4),
            "right": sum(right for _, right in ones),
            "of": len(ones),
        }
        for number, ones in sorted(by_bin.items())
    ]
    return {"bins": rows, "bar": bar}


def bins(rows: Iterable[dict[str, Any]]) -> list[Bin]:
    """Return the bins that were kept, with their intervals."""
    return [
        Bin(
            row["first"],
            row["last"],
            row["foretold"],
            wilson.share(row["right"], row["of"]),
        )
        for row in rows
    ]
