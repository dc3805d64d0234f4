"""The calibration chart: what was foretold against what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from signals.measure.precision import Bin

# In units of the drawing.
LEFT, TOP, SIZE = 40, 24, 260
LEAST_RADIUS, MOST_RADIUS = 3.5, 8.0


@dataclass(frozen=True, slots=True)
class Point:
    """One bin: its place, the ends of its interval, and what is said of it."""

    x: float
    y: float
    top: float
    bottom: float
    radius: float
    words: str


@dataclass(frozen=True, slots=True)
class Tick:
    place_x: float
    place_y: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    points: list[Point]
    path: str
    ticks: list[Tick]
    bar: float | None = None
    left: int = LEFT
    right: int = LEFT + SIZE
    middle: int = LEFT + SIZE // 2
    top: int = TOP
    bottom: int = TOP + SIZE
    width: int = LEFT + SIZE + 14
    height: int = TOP + SIZE + 42


def draw(bins: Sequence[Bin], *, became: str = "approved", bar: float | None = None) -> Chart:
    """Return the chart's shapes: a dot a bin with its interval, larger with more decisions.

    became says what else a foretold thing turned out to be; bar is how much was asked for.
    """
    most = max((one.share.of for one in bins), default=1)
    points = [_point(one, most, became) for one in bins if one.share.share is not None]
    path = " ".join(f"{point.x},{point.y}" for point in points)
    ticks = [Tick(_x(tenth / 5), _y(tenth / 5), f"{20 * tenth}") for tenth in range(6)]
    return Chart(points, path, ticks, None if bar is None else _x(bar))


def _point(one: Bin, most: int, became: str) -> Point:
    share = one.share.share or 0.0
    radius = LEAST_RADIUS + (MOST_RADIUS - LEAST_RADIUS) * (one.share.of / most) ** 0.5
    return Point(
        x=_x(one.foretold),
        y=_y(share),
        top=_y(one.share.high),
        bottom=_y(one.share.low),
        radius=round(radius, 1),
        words=f"{one.label}: foretold {one.foretold:.0%}, {became} {share:.0%} of {one.share.of}",
    )


def _x(share: float) -> float:
    return round(LEFT + SIZE * share, 1)


def _y(share: float) -> float:
    return round(TOP + SIZE * (1 - share), 1)
