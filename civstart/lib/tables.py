"""Tables for spreadsheets (CSV): streamed, read as UTF-8, safe to open."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

# What makes a spreadsheet take text for a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class _Echo:
    """Hands each line on instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the table line by line, its head first, as the rows come."""
    write: Any = csv.writer(_Echo()).writerow
    yield "\ufeff" + write(columns)  # the mark by which Excel reads UTF-8
    for row in rows:
        yield write([_safe(value) for value in row])


def _safe(value: object) -> object:
    """Return the value so that no spreadsheet takes it for a formula."""
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA):
        return f"'{value}"
    return value
