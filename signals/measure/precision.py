"""Measured precision: of what people decided, the share they approved, by many views.

The number of queries is fixed, however many signals there are.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Avg, Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields import IntegerField
from django.db.models.functions import Cast, Floor, Least

from signals.measure import judged, wilson
from signals.models import Signal, Source, Upload
from signals.words import Category, Kind

BINS = 10
MOST_ROWS = 25
NOT_WATCHED = "Brought by hand, API or command"


@dataclass(frozen=True, slots=True)
class Row:
    """One value of a view and its share of approvals."""

    label: str
    share: wilson.Share
    query: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """Precision by one thing: its rows with most decisions first, and how many are not shown."""

    name: str
    title: str
    rows: list[Row]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Bin:
    """Signals of like confidence: what the extractor foretold, and what people approved."""

    first: float
    last: float
    foretold: float
    share: wilson.Share

    @property
    def label(self) -> str:
        return f"{self.first:.1f} to {self.last:.1f}"

    @property
    def is_honest(self) -> bool:
        """Whether what was foretold lies in the interval of what was measured."""
        return self.share.low <= self.foretold <= self.share.high


@dataclass(frozen=True, slots=True)
class Measured:
    """All the precision page shows of a stretch of time."""

    overall: wilson.Share
    bins: list[Bin]
    views: list[View]


def measure(*, first: date | None = None, last: date | None = None) -> Measured:
    """Measure the decisions of those days. Seven queries."""
    rows = judged.by_people(first=first, last=last)
    bins = _bins(rows)
    overall = wilson.share(sum(b.share.right for b in bins), sum(b.share.of for b in bins))
    views = [
        _view("source", "Source", _by_source(rows), str),
        _view("body", "Body", _counts(rows, *_BODY), _body),
        _view("kind", "Kind", _counts(rows, "kind"), lambda kind: str(Kind(str(kind)).label)),
        _view(
            "category",
            "Category",
            _counts(rows, "category"),
            lambda one: str(Category(str(one)).label),
        ),
        _view("extractor", "Extractor", _counts(rows, *_EXTRACTOR), _extractor),
    ]
    return Measured(overall, bins, views)


type_of_counts = Iterable[tuple[object, int, int]]

_BODY = ("meeting__body__name", "jurisdiction__name", "jurisdiction__region__code")
_EXTRACTOR = ("run__extractor", "run__extractor_version")
_OF = Count("pk")
_RIGHT = Count("pk", filter=Q(status=Signal.Status.APPROVED))


def _counts(rows: QuerySet[Signal], *fields: str) -> type_of_counts:
    """Return value, approved and decided of each value. One query."""
    for *values, right, of in rows.values_list(*fields).annotate(right=_RIGHT, of=_OF):
        yield (values[0] if len(values) == 1 else tuple(values)), right, of


def _by_source(rows: QuerySet[Signal]) -> type_of_counts:
    """Return the counts by the source that brought the transcript. Two queries."""
    uploads = Upload.objects.filter(transcript=OuterRef("run__transcript"), source__isnull=False)
    of_source = rows.annotate(source=Subquery(uploads.order_by("pk").values("source")[:1]))
    names = {one.pk: str(one) for one in Source.objects.select_related("jurisdiction__region")}
    for source, right, of in _counts(of_source, "source"):
        yield names.get(source, NOT_WATCHED), right, of  # type: ignore[call-overload]


def _view(name: str, title: str, counts: type_of_counts, label: Callable[[object], str]) -> View:
    rows = [Row(label(value), wilson.share(right, of)) for value, right, of in counts]
    rows.sort(key=lambda row: (-row.share.of, row.label))
    return View(name, title, rows[:MOST_ROWS], max(0, len(rows) - MOST_ROWS))


def _body(value: object) -> str:
    assert isinstance(value, tuple)
    body, place, state = value
    return f"{body}, {place}, {state}"


def _extractor(value: object) -> str:
    assert isinstance(value, tuple)
    name, version = value
    return f"{name}, {version}" if name else "Not known"


def _bins(rows: QuerySet[Signal]) -> list[Bin]:
    number = Least(Cast(Floor(F("confidence") * BINS), IntegerField()), BINS - 1)
    counted = (
        rows.annotate(number=number)
        .values_list("number")
        .annotate(foretold=Avg("confidence"), right=_RIGHT, of=_OF)
        .order_by("number")
    )
    return [
        Bin(number / BINS, (number + 1) / BINS, foretold, wilson.share(right, of))
        for number, foretold, right, of in counted
    ]
