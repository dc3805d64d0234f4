"""The interval in which a share lies that was counted on few."""

from dataclasses import dataclass
from math import sqrt

Z = 1.959964  # 95 percent


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, and between which shares the true one lies (95 percent)."""

    right: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float | None:
        return self.right / self.of if self.of else None

    @property
    def wrong(self) -> int:
        return self.of - self.right

    @property
    def is_few(self) -> bool:
        """Whether the interval is too wide to conclude from."""
        return self.high - self.low > 0.3


def share(right: int, of: int) -> Share:
    """Return the share with its score interval (E. B. Wilson, 1927); 0 to 1 if nothing was counted.

    Unlike the usual plus and minus it is right for few cases and for shares near 0 and 1.
    """
    if not of:
        return Share(0, 0, 0.0, 1.0)
    p, z2 = right / of, Z * Z
    middle = (p + z2 / (2 * of)) / (1 + z2 / of)
    half = Z * sqrt(p * (1 - p) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    return Share(right, of, max(0.0, middle - half), min(1.0, middle + half))
