"""Decisions counted by many things at once: one pass over the signals, however many there are."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import BooleanField, Case, F, QuerySet, Value, When
from django.db.models.fields import IntegerField
from django.db.models.functions import Cast, Floor, Least

from signals.models import Signal

BINS = 10
KEYS = ("kind", "category", "number", "body", "reading")


class Count(NamedTuple):
    """How many of the decisions were approvals, and which confidence they had on average."""

    right: int
    of: int
    confidence: float


type_of_counts = dict[str, dict[Any, Count]]


def counted(rows: QuerySet[Signal]) -> type_of_counts:
    """Return the counts by each of KEYS and its values. One query.

    number: the bin of the confidence; body, reading: primary keys of Body and ExtractionRun.
    """
    sql, parameters = _rows(rows).query.sql_with_params()
    keys = ", ".join(KEYS)
    sets = ", ".join(f"({key})" for key in KEYS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT GROUPING({keys}), {keys},"
            " count(*) FILTER (WHERE is_right), count(*), avg(confidence)"
            f" FROM ({sql}) AS decided GROUP BY GROUPING SETS ({sets})",
            parameters,
        )
        return _sorted(cursor.fetchall())


def _rows(rows: QuerySet[Signal]) -> QuerySet[Signal, Any]:
    is_right = Case(
        When(status=Signal.Status.APPROVED, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    return rows.values(
        "kind",
        "category",
        "confidence",
        number=Least(Cast(Floor(F("confidence") * BINS), IntegerField()), BINS - 1),
        body=F("meeting__body"),
        reading=F("run"),
        is_right=is_right,
    )


def _sorted(rows: Iterable[tuple[Any, ...]]) -> type_of_counts:
    """Sort the rows: each belongs to the key whose bit in GROUPING is not set."""
    found: type_of_counts = {key: {} for key in KEYS}
    last = len(KEYS) - 1
    for grouping, *rest in rows:
        (place,) = (at for at in range(len(KEYS)) if not grouping >> (last - at) & 1)
        found[KEYS[place]][rest[place]] = Count(*rest[len(KEYS) :])
    return found
