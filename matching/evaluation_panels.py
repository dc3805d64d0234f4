"""What the evaluation page shows of each evaluation: figures, history and calibration."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matching import evaluating, evaluation_chart, evaluations
from matching.evaluation_chart import Series, Trend
from signals.measure import calibration, chart
from signals.measure.chart import Chart
from signals.measure.evaluations import HONEST
from signals.measure.precision import Bin
from signals.models import Evaluation

What, Status = Evaluation.What, Evaluation.Status
SHOWN = 30
FEW = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure by the scorer's name for it, ours, and how high it is wanted, if it is."""

    key: str
    label: str
    wanted: float | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """How an evaluation is read: the way whose figures count, and what they are."""

    way: str
    asked: tuple[Asked, ...]
    sure: str
    right: str


OF_MATCHING = (
    Asked("recall10", "recall@10", 0.7),
    Asked("balanced", "abstention, balanced", 0.75),
    Asked("abstain_when_right", "none said, of those without an answer"),
    Asked("answer_when_right", "somebody named, of those with one"),
)
# The wanted marks were set when the extractor and matching were ordered. The first two are drawn.
KINDS = {
    What.EXTRACTION: Kind(
        HONEST,
        (
            Asked("f1", "F1", 0.48),
            Asked("recall2", "recall of strength 2 and 3", 0.55),
            Asked("top10_precision", "precision of a meeting's ten surest", 0.7),
            Asked("category_accuracy", "category right", 0.6),
            Asked("precision", "precision"),
        ),
        sure="Confidence",
        right="labelled",
    ),
    What.MATCHING: Kind(
        evaluations.HONEST,
        (Asked("ndcg10", "nDCG@10", 0.5), *OF_MATCHING),
        sure="Likelihood",
        right="had an answer",
    ),
    What.JUDGEMENTS: Kind(
        evaluations.AS_THE_SITE,
        (
            Asked("ndcg10_judged", "nDCG@10 of the judged", 0.5),
            *OF_MATCHING,
            Asked("ndcg10", "nDCG@10 if the unjudged are wrong"),
            Asked("judged_in_top10", "of the first ten are judged"),
        ),
        sure="Likelihood",
        right="had an answer",
    ),
}
VERSIONS = {
    "extractor": "extractor",
    "policy": "policy",
    "embedder": "embedder",
    "reranker": "re-ranker",
    "labels": "labels",
    "meetings": "meetings",
    "pairs": "judged pairs",
    "startups": "startups",
}


@dataclass(frozen=True, slots=True)
class Value:
    """A figure with what it came to; None if these labels cannot tell."""

    asked: Asked
    value: float | None

    @property
    def is_reached(self) -> bool | None:
        if self.value is None or self.asked.wanted is None:
            return None
        return self.value >= self.asked.wanted


@dataclass(frozen=True, slots=True)
class Row:
    """An evaluation in the history, and how it differs from the one before it."""

    evaluation: Evaluation
    values: list[Value]
    changes: list[str]


@dataclass(frozen=True, slots=True)
class Panel:
    """All that is shown of one kind of evaluation. running and stopped are its newest, if so."""

    what: Evaluation.What
    kind: Kind
    rows: list[Row]
    has_earlier: bool
    trend: Trend
    bins: list[Bin]
    chart: Chart
    lacking: str
    running: Evaluation | None
    stopped: Evaluation | None

    @property
    def latest(self) -> Row | None:
        return self.rows[-1] if self.rows else None

    @property
    def weight(self) -> float | None:
        """How far one need moves the figures where so few have an answer that it matters."""
        figures = self.latest.evaluation.figures.get(self.kind.way, {}) if self.latest else {}
        few = figures.get("answerable", 0)
        return 1 / few if 0 < few < FEW else None

    @property
    def ways(self) -> list[tuple[str, list[Value]]]:
        """The latest figures of every way it was measured."""
        if not self.latest:
            return []
        figures = self.latest.evaluation.figures
        return [(way, _values(self.kind.asked, found)) for way, found in figures.items()]


def panels() -> list[Panel]:
    """Return all kinds. Six queries."""
    newest = _newest_undone()
    return [_panel(what, newest) for what in What]


def _newest_undone() -> list[Evaluation]:
    undone = Evaluation.objects.select_related("by").exclude(status=Status.DONE)
    return list(undone.order_by("what", "-started_at", "-pk").distinct("what"))


def _panel(what: Evaluation.What, undone: Sequence[Evaluation]) -> Panel:
    kind = KINDS[what]
    done = Evaluation.objects.select_related("by").filter(what=what, status=Status.DONE)
    found = list(done[: SHOWN + 1])
    rows = _rows(kind, found[::-1])[-SHOWN:]
    kept = found[0].calibration if found else {}
    bins = calibration.bins(kept.get("bins", ()))
    last = next((one for one in undone if one.what == what), None)
    is_newer = last is not None and not (found and found[0].started_at > last.started_at)
    return Panel(
        what,
        kind,
        rows,
        len(found) > SHOWN,
        _trend(kind, rows),
        bins,
        chart.draw(bins, became=kind.right, bar=kept.get("bar")),
        evaluating.lacking(what),
        last if last and last.status == Status.RUNNING else None,
        last if last and is_newer and last.status != Status.RUNNING else None,
    )


def _rows(kind: Kind, found: Sequence[Evaluation]) -> list[Row]:
    """Return the evaluations, the oldest first, each held against the one before."""
    before: list[Evaluation | None] = [None, *found[:-1]]
    return [
        Row(one, _values(kind.asked, one.figures.get(kind.way, {})), _changes(old, one))
        for old, one in zip(before, found, strict=False)
    ]


def _values(asked: Sequence[Asked], figures: dict[str, Any]) -> list[Value]:
    return [Value(one, figures.get(one.key)) for one in asked]


def _changes(old: Evaluation | None, new: Evaluation) -> list[str]:
    """Return what was another version or number than the time before."""
    if old is None:
        return []
    was, now = old.about, new.about
    found = [
        f"{label} {was.get(key) or 'none'} → {now.get(key) or 'none'}"
        for key, label in VERSIONS.items()
        if (was.get(key) or None) != (now.get(key) or None)
    ]
    if was.get("bar") != now.get("bar"):
        found.append("the bar was learned anew")
    counted = ("labels", "meetings", "pairs")
    if was.get("digest") != now.get("digest") and all(was.get(k) == now.get(k) for k in counted):
        found.append("words or grades of the labels")
    return found


def _trend(kind: Kind, rows: Sequence[Row]) -> Trend:
    days = [f"{row.evaluation.started_at:%-d %b %Y, %H:%M}" for row in rows]
    series = [
        Series(one.label, one.wanted, [row.values[at].value for row in rows])
        for at, one in enumerate(kind.asked[:2])
    ]
    return evaluation_chart.trend(days, series)
