"""Measuring matching against judged needs, with the scorer that came with the judgements."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from civstart.lib import throwaway
from civstart.lib.modules import module_at
from civstart.places.models import Region
from matching import deciding, embedders, examples, fitting, indexes, ranking, reranking
from matching.contract import Need, Reranker
from matching.fitting import Fit
from matching.models import MatchPolicy
from matching.ranking import Ranked
from matching.reranking import Reread
from signals.models import Signal

Row = dict[str, Any]
Signs = dict[str, float | None]
TOP = 10


@dataclass(frozen=True)
class Ranking:
    """A need with the directory ranked for it. unfit says why its words are no ground to match,
    reread what a re-ranker made of it.
    """

    id: str
    ranked: Ranked
    unfit: str
    reread: Reread | None = None

    @cached_property
    def signs(self) -> Signs:
        return fitting.signs(self.ranked)

    def row(self, policy: MatchPolicy, model: Fit) -> Row:
        """Return the ranking in the scorer's form, with the bar of this model."""
        decision = deciding.of(self.ranked, policy, model, self.reread)
        row: Row = {
            "id": self.id,
            "abstain": bool(self.unfit) or not decision.fitting,
            "fit": decision.fit,
            "why": self.unfit or decision.why,
            "ranking": [
                {
                    "slug": one.startup.slug,
                    "score": one.score,
                    "parts": [asdict(part) for part in one.parts],
                }
                for one in self.ranked.scored[:TOP]
            ],
        }
        return row | ({"reread": self.reread.as_json()} if self.reread else {})


@contextmanager
def policy_alone() -> Iterator[MatchPolicy]:
    """Work on empty tables that hold the states and the match policies alone."""
    with (
        indexes.using(indexes.PgvectorIndex()),
        throwaway.tables(with_rows_of=[Region, MatchPolicy]),
    ):
        yield MatchPolicy.objects.get(is_current=True)


def quietly(doing: str) -> None:
    """Tell nobody what is being done."""


def rank(
    needs: Path,
    startups: Path,
    report: Callable[[str], None] = quietly,
    *,
    reranker: Reranker | None = None,
) -> tuple[list[Ranking], MatchPolicy]:
    """Return what production ranks for each need. Nothing of it stays in the database, save for
    what the re-ranker writes down, if one is given. What report stores does not stay either, unless
    it has a connection of its own.
    """
    with policy_alone() as policy:
        report("Reading the companies")
        count = examples.load_startups(startups)
        signals = examples.load_needs(needs)
        embedder = embedders.wanted()
        report(f"Turning {count:,} companies into vectors")
        ranking.prepare(embedder)
        rankings = []
        for number, (id_, signal) in enumerate(signals.items(), 1):
            report(f"Need {number} of {len(signals)}")
            unfit = deciding.cannot_be_matched(signal, embedder)
            rankings.append(Ranking(id_, ranking.rank(signal, policy, embedder), unfit))
    return [
        _read_again(one, signal, reranker)
        for one, signal in zip(rankings, signals.values(), strict=True)
    ], policy


def _read_again(one: Ranking, signal: Signal, reranker: Reranker | None) -> Ranking:
    """Return the ranking as the re-ranker grades it. What cannot be matched is not graded."""
    if reranker is None or one.unfit:
        return one
    need = Need(signal.title, signal.summary, signal.get_kind_display(), (signal.heard,))
    ranked, reread = reranking.read_again(signal, one.ranked, reranker, need=need)
    return Ranking(one.id, ranked, one.unfit, reread)


@dataclass(frozen=True)
class Labels:
    """The judged needs of one folder, and the scorer lying beside them."""

    gold: Path

    @property
    def needs(self) -> Path:
        return self.gold / "matches_dev.jsonl"

    def rows(self) -> list[Row]:
        lines = self.needs.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.strip()]

    def score(self, ranked: Sequence[Row]) -> Row:
        return dict(module_at(self.gold / "score_matching.py").score(self.rows(), list(ranked)))


def learned(labels: Labels, rankings: Sequence[Ranking]) -> Fit:
    """Return the bar's model learned from these needs."""
    truth = answered(labels)
    return fitting.learn(
        [one.signs for one in rankings],
        [truth[one.id] for one in rankings],
        needs=len(rankings),
        embedder=embedders.wanted().model,
    )


def answered(labels: Labels) -> dict[str, bool]:
    return {row["id"]: not row["abstain"] for row in labels.rows()}
