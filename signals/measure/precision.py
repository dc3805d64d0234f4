"""Measured precision: of what people decided, the share they approved, by many views.

The number of queries is fixed, however many signals there are.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery, TextChoices

from signals.measure import counting, judged, wilson
from signals.measure.counting import BINS, Count
from signals.models import Body, ExtractionRun, Source, Upload
from signals.words import Category, Kind

type_of_labelled = Iterable[tuple[object, str, Count]]  # key, label, count
MOST_ROWS = 25
NOT_WATCHED = "Brought by hand, API or command"


@dataclass(frozen=True, slots=True)
class Row:
    """One value of a view and its share of approvals."""

    label: str
    share: wilson.Share


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
    """Measure the decisions of those days. Four queries."""
    counts = counting.counted(judged.by_people(first=first, last=last))
    bins = [_bin(number, count) for number, count in sorted(counts["number"].items())]
    overall = wilson.share(sum(b.share.right for b in bins), sum(b.share.of for b in bins))
    readings = _readings(counts["reading"])
    views = [
        _view("source", "Source", _by_source(readings)),
        _view("body", "Body", _by_body(counts["body"])),
        _view("kind", "Kind", _labelled(counts["kind"], Kind)),
        _view("category", "Category", _labelled(counts["category"], Category)),
        _view("extractor", "Extractor", _by_extractor(readings)),
    ]
    return Measured(overall, bins, views)


def _bin(number: int, count: Count) -> Bin:
    share = wilson.share(count.right, count.of)
    return Bin(number / BINS, (number + 1) / BINS, count.confidence, share)


@dataclass(frozen=True, slots=True)
class Reading:
    """A run of an extractor, by whom its transcript was brought, and what came of its signals."""

    extractor: str
    source: int | None
    count: Count


def _readings(counts: dict[int | None, Count]) -> list[Reading]:
    """Return the runs with their counts. One query."""
    uploads = Upload.objects.filter(transcript=OuterRef("transcript"), source__isnull=False)
    rows = ExtractionRun.objects.filter(pk__in=[pk for pk in counts if pk]).values_list(
        "pk",
        "extractor",
        "extractor_version",
        Subquery(uploads.order_by("pk").values("source")[:1]),
    )
    known = {pk: (f"{name}, {version}", source) for pk, name, version, source in rows}
    return [Reading(*known.get(pk, ("Not known", None)), count) for pk, count in counts.items()]


def _by_source(readings: Iterable[Reading]) -> type_of_labelled:
    """Return the counts by the source that brought the transcript. One query."""
    names = {one.pk: str(one) for one in Source.objects.select_related("jurisdiction__region")}
    return [(one.source, names.get(one.source or 0, NOT_WATCHED), one.count) for one in readings]


def _by_extractor(readings: Iterable[Reading]) -> type_of_labelled:
    return [(one.extractor, one.extractor, one.count) for one in readings]


def _by_body(counts: dict[int, Count]) -> type_of_labelled:
    """Return the counts by the body that spoke, with its place. One query."""
    rows = Body.objects.filter(pk__in=counts).values_list(
        "pk", "name", "jurisdiction__name", "jurisdiction__region__code"
    )
    return [(pk, f"{body}, {place}, {state}", counts[pk]) for pk, body, place, state in rows]


def _labelled(counts: dict[str, Count], words: type[TextChoices]) -> type_of_labelled:
    return [(value, str(words(value).label), count) for value, count in counts.items()]


def _view(name: str, title: str, labelled: type_of_labelled) -> View:
    """Add up what has the same key; the rows with most decisions first."""
    labels: dict[object, str] = {}
    right: Counter[object] = Counter()
    of: Counter[object] = Counter()
    for key, label, count in labelled:
        labels[key] = label
        right[key] += count.right
        of[key] += count.of
    rows = [Row(label, wilson.share(right[key], of[key])) for key, label in labels.items()]
    rows.sort(key=lambda row: (-row.share.of, row.label))
    return View(name, title, rows[:MOST_ROWS], max(0, len(rows) - MOST_ROWS))
