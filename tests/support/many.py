"""Many rows quickly, and what may be asked of each filter so that it finds them."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import FieldError
from django.db.models import Count, QuerySet
from django.utils import timezone

from civstart.lib import ids
from matching.models import Abstention, Match, MatchPolicy, MatchRun, Reason
from signals.models import Signal
from startups.models import CaseStudy, Product, Startup
from tests import make

# What finds every row, by the kind of form field, where the rows themselves do not tell.
WIDE = {
    forms.CharField: ("need",),
    forms.DateField: ("2000-01-01", "2100-01-01"),
    forms.DecimalField: ("0", "1000000000"),
}


def signals(count: int) -> list[Signal]:
    """Store as many approved signals, each of all a filter may ask for, and of one meeting."""
    today = date.today()  # noqa: DTZ011
    first = make.signal(
        "A need for pumps",
        status="approved",
        at_meeting=make.meeting(held_on=today),
        amount_kind="one-off",
        due_by=today,
        due_is_deadline=True,
    )
    piece = first.evidence.get()
    rows = [first]
    for number in range(1, count):
        row = Signal.objects.get(pk=first.pk)
        row.pk, row.public_id, row.title = None, ids.new(), f"A need for pumps {number}"
        rows.append(row)
    Signal.objects.bulk_create(rows[1:])
    pieces = []
    for row in rows[1:]:
        copy = type(piece).objects.get(pk=piece.pk)
        copy.pk, copy.signal = None, row
        pieces.append(copy)
    type(piece).objects.bulk_create(pieces)
    return rows


def startups(count: int) -> list[Startup]:
    """Store as many startups, of one stage; each with a product and a case study."""
    rows = Startup.objects.bulk_create(
        Startup(
            name=f"Startup {one}", slug=f"startup-{one}", stage="seed", sells_to_government=True
        )
        for one in (next(make.number) for _ in range(count))
    )
    Product.objects.bulk_create(Product(startup=row, name="A kit") for row in rows)
    ohio = make.region()
    CaseStudy.objects.bulk_create(
        CaseStudy(startup=row, customer="Fenwick Heights", region=ohio) for row in rows
    )
    return rows


def matches(pairs: Iterable[tuple[Signal, Startup]]) -> None:
    """Match each of the signals with its startup, for a reason each."""
    first, *others = pairs
    like = make.match(*first)
    rows = Match.objects.bulk_create(
        Match(
            signal=signal,
            startup=to,
            run=like.run,
            score=like.score,
            bar=like.bar,
            parts=like.parts,
        )
        for signal, to in others
    )
    Reason.objects.bulk_create(
        Reason(
            match=row,
            evidence=row.signal.evidence.get(),
            they_said="find the leaks",
            profile_says="find the leaks in one night",
            profile_part="What it does",
        )
        for row in [like, *rows]
    )


def abstentions(signals: Iterable[Signal]) -> None:
    """Have matching find nobody for each of the signals, and one that lacks something."""
    policy = MatchPolicy.objects.current()
    runs = MatchRun.objects.bulk_create(
        MatchRun(
            signal=signal,
            policy=policy,
            embedder="minilm-l6-v2-int8",
            near_misses=[
                {"startup": "pipewell", "score": 60.0, "missing": "No map.", "thing": "map"}
            ],
            started_at=timezone.now(),
            finished_at=timezone.now(),
        )
        for signal in signals
    )
    Abstention.objects.bulk_create(
        Abstention(
            run=run,
            signal=run.signal,
            bar=policy.bar,
            why="The best score is 30, and the bar is 45.",
            nearest=[{"startup": "shiftwell", "score": 30.0}],
        )
        for run in runs
    )


def candidates(one: filters.Filter, name: str, rows: QuerySet[Any]) -> list[str]:
    """Return values of the filter that may find all of the rows."""
    return list(dict.fromkeys(str(value) for value in _candidates(one, name, rows) if value))


def _candidates(one: filters.Filter, name: str, rows: QuerySet[Any]) -> Iterator[Any]:
    if hasattr(one.field, "to_field_name"):
        yield from _of_rows(rows, f"{one.field_name}__{one.field.to_field_name or 'pk'}")
    elif hasattr(one.field, "choices"):
        yield from (value for value, _ in one.field.choices)
    else:
        yield from _of_rows(rows, one.field_name)
        for kind, values in WIDE.items():
            yield from values if type(one.field) is kind else ()


def _of_rows(rows: QuerySet[Any], column: str) -> list[Any]:
    """Return the values that most rows have."""
    try:
        counted = rows.order_by().values_list(column).annotate(count=Count("pk"))
        return [value for value, _ in counted.order_by("-count", column)[:5]]
    except FieldError:  # the filter is of no column
        return []
