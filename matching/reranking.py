"""Reading the best candidates again: a re-ranker grades them, and the grades move the order.

The grade is a part of the score like the others, and its effect on the order is kept. An answer
that cannot be used changes nothing, and that is kept too. docs/decisions tells why so.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain

import structlog
from django.conf import settings
from django.utils.module_loading import import_string

from civstart.lib.errors import CivStartError
from matching import profiles
from matching.contract import Candidate, Judged, Need, NotJudged, Reranker
from matching.ranking import Part, Ranked, Scored
from signals.models import Signal

log = structlog.get_logger()

CANDIDATES = 20
GRADES = range(4)
SUGGESTED_FROM = 2  # "worth suggesting"
PART = "Model's grade"
POINTS = 30.0  # of 100; the other parts give the rest, each in its proportion
LONGEST_REASON = 300
NONE = "The site uses no re-ranker. Set RERANK=True or RERANKER for one."
# How far the best grade moves the log-odds that anything fits. A careful guess, not learned: half
# of what the signs of the ranking can say together.
MOVES = {3: 1.5, 2: 0.5, 1: -1.5, 0: -3.0}


class NoReranker(CivStartError):
    """The site uses no re-ranker, and one is asked for."""


@dataclass(frozen=True, slots=True)
class Graded:
    """A startup's grade with its reason, and its place in the order before and after, from 1."""

    startup: str
    grade: int
    reason: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Reread:
    """What a re-ranker made of a ranking. failure says why the order stayed as it was."""

    by: str
    grades: tuple[Graded, ...] = ()
    failure: str = ""

    @property
    def best(self) -> int:
        return max((one.grade for one in self.grades), default=0)

    @property
    def moves(self) -> dict[str, float]:
        """How far it moves the log-odds that anything fits, as fitting.Fit.moves tells of signs."""
        return {PART: MOVES[self.best]} if self.grades else {}

    @property
    def why_none(self) -> str:
        """Why nothing fits, as a sentence; "" if some candidate is worth suggesting, or unknown."""
        if not self.grades or self.best >= SUGGESTED_FROM:
            return ""
        return (
            f"{self.by} read the {len(self.grades)} nearest profiles and would suggest none: "
            f"the best grade is {self.best} of 3."
        )

    def would_suggest(self, slug: str) -> bool:
        return any(one.startup == slug and one.grade >= SUGGESTED_FROM for one in self.grades)

    def as_json(self) -> dict[str, object]:
        return {
            "by": self.by,
            "failure": self.failure,
            "grades": [asdict(one) for one in self.grades],
        }


def chosen() -> Reranker | None:
    """Return the re-ranker of settings.RERANKER, None if the site uses none."""
    if not settings.RERANKER:
        return None
    made: Reranker = import_string(settings.RERANKER)()
    return made


def asked() -> Reranker:
    """Return the re-ranker of settings.RERANKER. Raise NoReranker if the site uses none."""
    reranker = chosen()
    if reranker is None:
        raise NoReranker(NONE)
    return reranker


def read_again(
    signal: Signal, ranked: Ranked, reranker: Reranker | None, *, need: Need | None = None
) -> tuple[Ranked, Reread | None]:
    """Return the ranking in its new order, and what was made of it; as it was without a re-ranker.

    need: what the signal asks for. Else it is told by its evidence, which is needed then.
    """
    best = ranked.scored[:CANDIDATES]
    if reranker is None or not best:
        return ranked, None
    asked = [Candidate(one.startup.slug, profiles.text_of(one.startup)) for one in best]
    try:
        judged = whole(reranker.judge(need or _need(signal), asked), asked)
    except NotJudged as error:
        log.warning("reranker.failed", signal=str(signal.public_id), reason=str(error))
        return ranked, Reread(reranker.name, failure=str(error))
    scored = sorted(
        (_blended(one, judged.get(one.startup.slug)) for one in ranked.scored),
        key=lambda one: (-one.score, one.startup.slug),
    )
    return replace(ranked, scored=scored), Reread(
        reranker.name, _graded(judged, ranked.scored, scored)
    )


def whole(answer: Sequence[Judged], asked: Sequence[Candidate]) -> dict[str, Judged]:
    """Return the judgements by slug. Raise NotJudged unless each candidate has just one."""
    found = {one.slug: one for one in answer}
    slugs = {one.slug for one in asked}
    if unknown := sorted(found.keys() - slugs):
        raise NotJudged(f"It judged {unknown[0][:60]!r}, which it was not asked about.")
    if missing := sorted(slugs - found.keys()):
        raise NotJudged(
            f"It judged {len(found)} of {len(slugs)} candidates; {missing[0]} has none."
        )
    if len(answer) > len(found):
        raise NotJudged("It judged a candidate twice.")
    if wrong := [one for one in answer if one.grade not in GRADES]:
        raise NotJudged(f"It graded {wrong[0].slug} {wrong[0].grade}; grades go from 0 to 3.")
    return found


def _need(signal: Signal) -> Need:
    """Return the need as startups see it: the re-ranker may be another company's."""
    return Need(
        title=signal.shown_title,
        summary=signal.shown_summary,
        kind=signal.get_kind_display(),
        quotes=tuple(piece.shown for piece in signal.evidence.all()),
    )


def _blended(one: Scored, judged: Judged | None) -> Scored:
    """Return the startup with its grade as a part; who was not read again has no points for it."""
    share = (100 - POINTS) / 100
    local = (
        Part(part.name, round(part.points * share, 1), round(part.most * share, 1))
        for part in one.parts
    )
    points = POINTS * judged.grade / max(GRADES) if judged else 0.0
    return replace(one, parts=tuple(chain(local, [Part(PART, round(points, 1), POINTS)])))


def _graded(
    judged: dict[str, Judged], before: Sequence[Scored], after: Sequence[Scored]
) -> tuple[Graded, ...]:
    places = {one.startup.slug: place for place, one in enumerate(before, 1)}
    return tuple(
        Graded(slug, judged[slug].grade, judged[slug].reason[:LONGEST_REASON], places[slug], place)
        for place, slug in enumerate((one.startup.slug for one in after), 1)
        if slug in judged
    )
