"""What grading labelled needs by a re-ranker would cost, told without asking it."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from civstart.lib.errors import CivStartError
from matching import examples, reranking
from matching.contract import Candidate, Need, Paid, Reranker
from matching.measuring import Labels
from signals.words import Kind

TRIED = 8  # needs whose questions are looked at; the others are taken to be like them
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Estimate:
    """Who would grade, how many questions that takes, and about what it costs in USD.

    usd and left are None where the re-ranker does not say what it costs. trouble says why nothing
    could be told.
    """

    by: str
    questions: int = 0
    usd: Decimal | None = None
    left: Decimal | None = None
    trouble: str = ""

    @property
    def is_beyond(self) -> bool:
        """Whether the day's budget ends before the questions do."""
        return self.usd is not None and self.left is not None and self.usd > self.left


def of_labels(labels: Labels, startups: Path) -> Estimate | None:
    """Return what it comes to with the re-ranker of the settings; None if the site uses none."""
    reranker = reranking.chosen()
    if reranker is None:
        return None
    try:
        needs = [row for _, row in examples.rows(labels.needs, needed=("id", "title"))]
        found = [row for _, row in examples.rows(startups, needed=("slug", "name"))]
        return _of(reranker, needs, found)
    except CivStartError as error:
        return Estimate(reranker.name, trouble=str(error))
    except (AttributeError, TypeError, ValueError) as error:
        return Estimate(reranker.name, trouble=f"A line of the labels has another shape: {error}.")


def _of(reranker: Reranker, needs: list[Row], startups: list[Row]) -> Estimate:
    if not isinstance(reranker, Paid):
        return Estimate(reranker.name, len(needs))
    step = max(1, len(needs) // TRIED)
    tried = needs[::step]
    # Which startups come nearest is not known before: any others are about as long.
    lots = cycle(startups)
    costs = [
        reranker.likely_cost(_need(row), list(islice(map(_candidate, lots), _most(startups))))
        for row in tried
    ]
    usd = sum(costs, Decimal(0)) / len(costs) * len(needs)
    return Estimate(reranker.name, len(needs), usd, reranker.left_today())


def _most(startups: list[Row]) -> int:
    return min(len(startups), reranking.CANDIDATES)


def _need(row: Row) -> Need:
    said = (str(row.get(name) or "") for name in ("summary", "quote"))
    summary, quote = said
    return Need(row["title"], summary, str(row.get("kind", Kind.NEED)), (quote,))


def _candidate(row: Row) -> Candidate:
    return Candidate(row["slug"], " ".join(_texts(row)))


def _texts(row: Row) -> Iterator[str]:
    """Yield what a profile of the file is made of, as profiles.text_of joins it."""
    for name in ("one_liner", "description"):
        yield str(row.get(name) or "")
    for product in row.get("products") or ():
        yield from (str(product.get(name) or "") for name in ("name", "description"))
    yield from map(str, row.get("tags") or ())
