"""What was measured, as a table and as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement: ours, the bare thing beside it, and what they are counted in."""

    what: str
    ours: float
    unit: str
    beside: float | None = None
    beside_what: str = ""
    aim: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.ours / self.beside if self.beside else None


def share(values: Sequence[float], part: float) -> float:
    """Return the value below which that part of them lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, ceil(part * len(ordered)) - 1)]


def table(figures: Sequence[Figure]) -> str:
    rows = [("what", "CivStart", "beside it in the same run", "ratio")]
    rows += [_row(figure) for figure in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _row(figure: Figure) -> tuple[str, str, str, str]:
    aim = f" (aim {_number(figure.aim)})" if figure.aim else ""
    return (
        figure.what,
        f"{_number(figure.ours)} {figure.unit}{aim}",
        "" if figure.beside is None else f"{_number(figure.beside)} {figure.beside_what}".strip(),
        "" if figure.ratio is None else f"{figure.ratio:.2f}",
    )


def _number(value: float) -> str:
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
