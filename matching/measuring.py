"""Measuring matching against judged needs, with the scorer that came with the judgements."""

import importlib.util
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from civstart.lib import throwaway
from civstart.places.models import Region
from matching import deciding, embedders, examples, fitting, ranking
from matching.deciding import Decision
from matching.fitting import Fit
from matching.models import MatchPolicy

Row = dict[str, Any]
Signs = dict[str, float | None]
TOP = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """A need with the production code's decision on it, and the signs the decision rests on."""

    id: str
    decision: Decision
    signs: Signs

    def row(self, policy: MatchPolicy, fit: Fit | None = None) -> Row:
        """Return the need's ranking in the scorer's form.

        abstain is production's own answer, or what it would be with another model of the bar.
        """
        abstain = not self.decision.fitting
        if fit is not None:
            likely = fit.probability(self.signs) >= policy.fit_bar
            abstain = not (likely and deciding.fitting_of(self.decision.ranked.scored, policy))
        return {
            "id": self.id,
            "abstain": abstain,
            "fit": self.decision.fit,
            "why": self.decision.why,
            "ranking": [
                {
                    "slug": one.startup.slug,
                    "score": one.score,
                    "parts": [asdict(part) for part in one.parts],
                }
                for one in self.decision.ranked.scored[:TOP]
            ],
        }


@contextmanager
def policy_alone() -> Iterator[MatchPolicy]:
    """Work on empty tables that hold the states and the match policies alone."""
    with throwaway.tables(with_rows_of=[Region, MatchPolicy]):
        yield MatchPolicy.objects.get(is_current=True)


def decide(needs: Path, startups: Path) -> tuple[list[Judged], MatchPolicy]:
    """Return production's decision on each need. Nothing of it stays in the database."""
    with policy_alone() as policy:
        examples.load_startups(startups)
        signals = examples.load_needs(needs)
        embedder = embedders.wanted()
        ranking.prepare(embedder)
        judged = []
        for id_, signal in signals.items():
            decision = deciding.decide(signal, policy, embedder)
            judged.append(Judged(id_, decision, fitting.signs(decision.ranked)))
    return judged, policy


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
        return dict(_module(self.gold / "score_matching.py").score(self.rows(), list(ranked)))


def learned(labels: Labels, judged: Sequence[Judged]) -> Fit:
    """Return the bar's model learned from all the needs, with what leaving one out says of it."""
    truth = _answered(labels)
    rows = [one.signs for one in judged]
    return fitting.learn(rows, [truth[one.id] for one in judged], needs=len(judged))


def measure(labels: Labels, startups: Path) -> dict[str, Row]:
    """Return the scorer's figures as the site decides, with the bar learned from all the needs,
    and with each need decided by a bar learned from the others.
    """
    judged, policy = decide(labels.needs, startups)
    everything = learned(labels, judged)
    return {
        "as the site decides": labels.score([one.row(policy) for one in judged]),
        "bar in sample": labels.score([one.row(policy, everything) for one in judged]),
        "bar with one need left out": labels.score(
            [
                one.row(policy, fit)
                for one, fit in zip(judged, left_out(labels, judged), strict=True)
            ]
        ),
    }


def left_out(labels: Labels, judged: Sequence[Judged]) -> list[Fit]:
    """Return for each need the model learned from the other needs."""
    return [learned(labels, [two for two in judged if two is not one]) for one in judged]


def _answered(labels: Labels) -> dict[str, bool]:
    return {row["id"]: not row["abstain"] for row in labels.rows()}


def _module(path: Path) -> ModuleType:
    """Return the Python file as a module, without putting its folder on the path."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"{path} is not a Python file.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
