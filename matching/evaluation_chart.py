"""The history chart: how the figures of evaluations went, the oldest at the left."""

from collections.abc import Sequence
from dataclasses import dataclass

# In units of the drawing.
LEFT, RIGHT, TOP, HEIGHT = 34, 526, 10, 190


@dataclass(frozen=True, slots=True)
class Dot:
    """One figure of one evaluation: its place, and what is said of it."""

    x: float
    y: float
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """One figure through all evaluations, and how high it is wanted."""

    label: str
    dots: list[Dot]
    path: str
    wanted_y: float | None


@dataclass(frozen=True, slots=True)
class Tick:
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Trend:
    """The lines, and when the first and the last evaluation were."""

    lines: list[Line]
    first: str
    last: str
    ticks: list[Tick]
    left: int = LEFT
    right: int = RIGHT
    width: int = RIGHT + 14
    height: int = TOP + HEIGHT + 24


@dataclass(frozen=True, slots=True)
class Series:
    """A figure to draw: one value an evaluation, None where it could not be told."""

    label: str
    wanted: float | None
    values: Sequence[float | None]


def trend(days: Sequence[str], series: Sequence[Series]) -> Trend:
    """Return the shapes of these series, each with a value a day; the oldest first."""
    ticks = [Tick(_y(fifth / 5), f"{fifth / 5:.1f}") for fifth in range(6)]
    first, last = (days[0], days[-1]) if days else ("", "")
    return Trend([_line(one, days) for one in series], first, last, ticks)


def _line(series: Series, days: Sequence[str]) -> Line:
    dots = [
        Dot(_x(at, len(days)), _y(value), f"{day}: {series.label} {value:.2f}")
        for at, (day, value) in enumerate(zip(days, series.values, strict=True))
        if value is not None
    ]
    path = " ".join(f"{dot.x},{dot.y}" for dot in dots)
    return Line(series.label, dots, path, None if series.wanted is None else _y(series.wanted))


def _x(at: int, count: int) -> float:
    """An evaluation alone stands in the middle."""
    share = at / (count - 1) if count > 1 else 0.5
    return round(LEFT + 8 + (RIGHT - LEFT - 16) * share, 1)


def _y(value: float) -> float:
    return round(TOP + HEIGHT * (1 - min(1.0, max(0.0, value))), 1)
