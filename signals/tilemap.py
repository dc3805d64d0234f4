"""A map of the states as tiles of one size, so that a small state counts as much as a large one."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

# Column and row of each state, as the tile grids of American newsrooms lay them out.
_PLACES = {
    "AK": (0, 0), "ME": (11, 0), "VT": (10, 1), "NH": (11, 1), "WA": (1, 2), "ID": (2, 2),
    "MT": (3, 2), "ND": (4, 2), "MN": (5, 2), "IL": (6, 2), "WI": (7, 2), "MI": (8, 2),
    "NY": (9, 2), "RI": (10, 2), "MA": (11, 2), "OR": (1, 3), "NV": (2, 3), "WY": (3, 3),
    "SD": (4, 3), "IA": (5, 3), "IN": (6, 3), "OH": (7, 3), "PA": (8, 3), "NJ": (9, 3),
    "CT": (10, 3), "CA": (1, 4), "UT": (2, 4), "CO": (3, 4), "NE": (4, 4), "MO": (5, 4),
    "KY": (6, 4), "WV": (7, 4), "VA": (8, 4), "MD": (9, 4), "DE": (10, 4), "AZ": (2, 5),
    "NM": (3, 5), "KS": (4, 5), "AR": (5, 5), "TN": (6, 5), "NC": (7, 5), "SC": (8, 5),
    "DC": (9, 5), "OK": (4, 6), "LA": (5, 6), "MS": (6, 6), "AL": (7, 6), "GA": (8, 6),
    "HI": (0, 7), "TX": (4, 7), "FL": (9, 7), "AS": (1, 7), "GU": (2, 7), "MP": (3, 7),
    "PR": (10, 7), "VI": (11, 7),
}  # fmt: skip
SIDE = 44
WIDTH, HEIGHT = 12 * SIDE, 8 * SIDE
SHADES = 4


@dataclass(frozen=True, slots=True)
class Tile:
    """A state on the map. shade: 0 for none, 1 to 4 by its share of the largest count."""

    code: str
    name: str
    count: int
    x: int
    y: int
    shade: int

    @property
    def middle(self) -> int:
        return self.x + SIDE // 2

    @property
    def code_line(self) -> int:
        return self.y + (18 if self.count else 24)

    @property
    def count_line(self) -> int:
        return self.y + 33


def tiles(names: Mapping[str, str], counts: Mapping[str, int]) -> list[Tile]:
    """Return the tiles of the states named, those with most the darkest."""
    most = max(counts.values(), default=0)
    return [
        Tile(
            code,
            names[code],
            counts.get(code, 0),
            column * SIDE,
            row * SIDE,
            _shade(counts.get(code, 0), most),
        )
        for code, (column, row) in _PLACES.items()
        if code in names
    ]


def _shade(count: int, most: int) -> int:
    """Return 1 to 4 by the root of the share, so that a few large ones do not hide others."""
    if not count:
        return 0
    return max(1, min(SHADES, round(SHADES * sqrt(count / most))))
