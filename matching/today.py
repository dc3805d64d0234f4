"""What the staff start page shows: what waits, what the last days brought, what is in use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.functions import TruncDate
from django.http import HttpRequest
from django.utils import timezone

from civstart.events.models import Delivery
from matching import activity, mirroring
from matching.models import Abstention, IndexState, Match, VectorModel
from signals.models import Signal, Transcript
from signals.words import Category, Strength

Vectors = VectorModel.Status
WEEK = timedelta(days=7)
MONTH = timedelta(days=30)
LATE = timedelta(seconds=30)  # a delivery that is due this long has no worker
WAITING_SHOWN = 7
STUCK_SHOWN = 5
TRANSCRIPTS_SHOWN = 5
CATEGORIES_SHOWN = 6
DAYS_DRAWN = 14


def today(request: HttpRequest) -> dict[str, object]:
    """Return what the start page shows. At most 15 queries, however much there is."""
    now = timezone.now()
    return {
        "now": now,
        "review": _review(now),
        "waiting": Signal.objects.pending()
        .select_related("jurisdiction__region")
        .pleas_last("-strength", "-confidence", "pk")[:WAITING_SHOWN],
        "matches": Match.objects.filter(created_at__gte=now - WEEK).aggregate(
            count=Count("pk"),
            startups=Count("startup", distinct=True),
            signals=Count("signal", distinct=True),
        ),
        "abstention_count": Abstention.objects.filter(created_at__gte=now - WEEK).count(),
        "unmet": _unmet(now),
        "transcripts": _transcripts(),
        "deliveries": _deliveries(now),
        "stuck": [
            Stuck(delivery, (delivery.last_error.strip() or "No error was kept.").splitlines()[-1])
            for delivery in Delivery.objects.stuck()
            .select_related("event")
            .order_by("pk")[:STUCK_SHOWN]
        ],
        "parts": (parts := backends()),
        "stand_in_count": sum(part.is_stand_in for part in parts),
        "chart": chart(_by_day(now), last=now.date()),
        "happenings": activity.lately(),
    }


def _review(now: datetime) -> dict[str, object]:
    since = now.replace(hour=0, minute=0, second=0, microsecond=0)
    pending = Q(status=Signal.Status.PENDING)
    return Signal.objects.aggregate(
        waiting=Count("pk", filter=pending),
        concrete=Count("pk", filter=pending & Q(strength=Strength.CONCRETE)),
        oldest=Min("created_at", filter=pending),
        approved=Count("pk", filter=Q(status=Signal.Status.APPROVED, decided_at__gte=since)),
        rejected=Count("pk", filter=Q(status=Signal.Status.REJECTED, decided_at__gte=since)),
        found=Count("pk", filter=Q(created_at__gte=now - WEEK)),
    )


def _deliveries(now: datetime) -> dict[str, object]:
    due = Q(status=Delivery.Status.WAITING, due_at__lt=now - LATE)
    orphaned = Q(status=Delivery.Status.RUNNING, lease_ends_at__lt=now)
    return Delivery.objects.aggregate(
        stuck=Count("pk", filter=Q(status=Delivery.Status.STUCK)),
        late=Count("pk", filter=due | orphaned),
        last_done=Max("done_at"),
    )


@dataclass(frozen=True, slots=True)
class Stuck:
    """A delivery that was given up, and the last line of its error."""

    delivery: Delivery
    error: str


def _transcripts() -> list["Read"]:
    rows = (
        Transcript.objects.select_related("meeting__body__jurisdiction__region")
        .prefetch_related("runs")
        .order_by("-created_at")[:TRANSCRIPTS_SHOWN]
    )
    return [Read.of(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Read:
    """A transcript and what became of its cues. found is None until an extractor has read it."""

    transcript: Transcript
    cues: int
    dropped: int
    repaired: int
    details: str
    found: int | None

    @classmethod
    def of(cls, transcript: Transcript) -> "Read":
        report = transcript.report
        dropped, repaired = report.get("dropped", {}), report.get("repaired", {})
        runs = [run for run in transcript.runs.all() if run.finished_at]
        return cls(
            transcript=transcript,
            cues=report.get("cues_read", 0),
            dropped=sum(dropped.values()),
            repaired=sum(repaired.values()),
            details=_details(dropped, repaired),
            found=sum(run.found_count for run in runs) if runs else None,
        )


def _details(dropped: Mapping[str, int], repaired: Mapping[str, int]) -> str:
    """Return why cues were dropped and repaired: "Dropped: empty cue 4 times."."""
    kinds = (("Dropped", dropped), ("Repaired", repaired))
    return " ".join(
        f"{said}: {', '.join(f'{reason} {count} times' for reason, count in counts.items())}."
        for said, counts in kinds
        if counts
    )


# --- What the site runs on -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """Something the site runs on. A stand-in is ours, needs no key, and gives way to a vendor's."""

    name: str
    choice: str
    is_stand_in: bool


def backends() -> list[Part]:
    """Return what is in use at each door to the outside."""
    to_files = settings.EMAIL_BACKEND.endswith("filebased.EmailBackend")
    return [
        _backend("Extractor", settings.EXTRACTOR, "Local, on this machine"),
        _embedder(),
        _index(),
        _backend("Explainer", settings.EXPLAINER, "Local, on this machine"),
        *([_backend("Re-ranker", settings.RERANKER, "")] if settings.RERANKER else []),
        Part("Database", _where("PostgreSQL", embedded=settings.EMBEDDED), is_stand_in=False),
        Part("Live", _where("Redis", embedded=settings.EMBEDDED_REDIS), is_stand_in=False),
        Part(
            "E-mail",
            "Written to files, not sent" if to_files else settings.EMAIL_HOST or "Sent",
            to_files,
        ),
    ]


def _embedder() -> Part:
    """The one whose vectors are searched, which after a change is not yet the one asked for."""
    rows = {row.status: row for row in VectorModel.objects.exclude(status=Vectors.RETIRED)}
    model = rows.get(Vectors.SERVING)
    if model is None:
        return _backend("Embedder", settings.EMBEDDER, "Local, on this machine")
    path = settings.EMBEDDERS.get(model.model, "")
    said = f"{model}{_moving(rows.get(Vectors.FILLING), is_asked_for=path == settings.EMBEDDER)}"
    if model.trouble:
        said += f". {model.trouble} What waits is embedded later"
    return Part("Embedder", said, path.startswith("matching."))


def _moving(to: VectorModel | None, *, is_asked_for: bool) -> str:
    if is_asked_for:
        return ""
    if to is None:
        return "; another waits for reembed"
    trouble = f". {to.trouble}" if to.trouble else ""
    return f"; moving to {to}, {to.done_count:,} of {to.total_count:,} done{trouble}"


def _index() -> Part:
    """The index of startups. PostgreSQL's is no stand-in: it answers as well as a vendor's."""
    mirror = mirroring.in_use()
    if mirror is None:
        ours = settings.VECTOR_INDEX.startswith("matching.")
        return Part("Vectors", "pgvector, in PostgreSQL" if ours else settings.VECTOR_INDEX, False)
    state = IndexState.objects.filter(
        index=mirror.name,
        model__in=VectorModel.objects.filter(status=Vectors.SERVING).values("model"),
    ).first()
    how = "not filled yet" if state is None or state.filled_at is None else ""
    if state and state.trouble:
        how = f"{state.trouble} What it was not told is kept, and told later"
    return Part("Vectors", f"{mirror.name}{'; ' if how else ''}{how}", is_stand_in=False)


def _backend(name: str, dotted_path: str, local: str) -> Part:
    package, *rest = dotted_path.split(".")
    if package == "integrations":
        return Part(name, rest[0].capitalize(), is_stand_in=False)
    ours = package in {"signals", "matching"}
    return Part(name, local if ours else dotted_path, is_stand_in=ours)


def _where(server: str, *, embedded: bool) -> str:
    return f"{server}, run by the site itself" if embedded else f"{server}, as configured"


# --- Charts --------------------------------------------------------------------------------

LEFT, BOTTOM, HEIGHT = 30, 140.5, 120  # of the drawing, in its own units
PITCH, WIDTH = 19, 13
GAP = 1
LOOKS = {Signal.Status.APPROVED: "c1", Signal.Status.REJECTED: "c3", Signal.Status.PENDING: "c4"}
TOPS = (3, 6, 9, 15, 30, 60, 90, 150, 300, 600, 900, 1500, 3000, 6000, 9000)


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a column: which ink, where it begins and how high it is."""

    look: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """A day of the chart."""

    day: date
    x: float
    middle: float
    blocks: list[Block]
    count: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across the chart and the number beside it."""

    y: float
    number_y: float
    count: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Signals by the day they were found, parted by what became of them."""

    columns: list[Column]
    ticks: list[Tick]
    count: int
    approved: int


type_of_counts = dict[tuple[date, str], int]


def _by_day(now: datetime) -> type_of_counts:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    first = midnight - timedelta(days=DAYS_DRAWN - 1)
    rows: QuerySet[Signal, tuple[date, str, int]] = (
        Signal.objects.filter(created_at__gte=first)
        .order_by()
        .values_list(TruncDate("created_at"), "status")
        .annotate(count=Count("pk"))
    )
    return {(day, status): count for day, status, count in rows}


def chart(counts: type_of_counts, *, last: date) -> Chart:
    """Draw the counts of the 14 days up to the last."""
    days = [last - timedelta(days=back) for back in reversed(range(DAYS_DRAWN))]
    most = max((sum(counts.get((day, look), 0) for look in LOOKS) for day in days), default=0)
    top = next((top for top in TOPS if top >= most), most)
    return Chart(
        columns=[_column(place, day, counts, top) for place, day in enumerate(days)],
        ticks=[_tick(third, top) for third in range(4)],
        count=sum(counts.values()),
        approved=sum(
            count for (_, status), count in counts.items() if status == Signal.Status.APPROVED
        ),
    )


def _tick(third: int, top: int) -> Tick:
    y = BOTTOM - HEIGHT * third / 3
    return Tick(y, y + 3.5, top * third // 3)


def _column(place: int, day: date, counts: type_of_counts, top: int) -> Column:
    x, y, blocks, total = LEFT + 4 + place * PITCH, BOTTOM, [], 0
    for status, look in LOOKS.items():
        count = counts.get((day, status), 0)
        height = HEIGHT * count / top
        if count:
            y -= height
            blocks.append(Block(look, round(y, 1), round(max(height - GAP, 1), 1)))
        total += count
    return Column(day, x, x + WIDTH / 2, blocks, total)


@dataclass(frozen=True, slots=True)
class Unmet:
    """How often no startup fitted a signal of a category."""

    category: str
    count: int


def _unmet(now: datetime) -> list[Unmet]:
    rows = (
        Abstention.objects.filter(created_at__gte=now - MONTH)
        .order_by()
        .values_list("signal__category")
        .annotate(count=Count("signal", distinct=True))
        .order_by("-count", "signal__category")[:CATEGORIES_SHOWN]
    )
    return [Unmet(str(Category(category).label), count) for category, count in rows]
