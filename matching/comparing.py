"""How a signal is answered now, held against what its last search said: which startups came, went
or moved, and why.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from matching.deciding import Decision
from matching.models import Match, MatchPolicy, MatchRun, RematchedPair
from matching.ranking import Scored
from startups.models import Startup

Told = RematchedPair.Told
PARTS_TOLD = 3  # in the sentence; the row shows all that differ


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a startup stands among those that fit, from 1, with its score and the parts of it."""

    rank: int
    score: float
    parts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """A startup that fits before, after or both, and not alike."""

    startup: Startup
    before: Standing | None
    after: Standing | None
    parts: list[dict[str, str | float | None]]
    why: str

    @property
    def move(self) -> float:
        """Points between before and after; who does not fit has none."""
        old, new = (one.score if one else 0.0 for one in (self.before, self.after))
        return round(abs(new - old), 1)


class Comparison:
    """What changed for one signal. before: its last search, None if this is the first. known: the
    matches there were before, by startup.

    Asks the database for startups that only the search before found, and for who was left out then.
    """

    def __init__(
        self,
        before: MatchRun | None,
        policy: MatchPolicy,
        decision: Decision,
        known: Mapping[int, Match],
    ) -> None:
        self.before, self.policy, self.decision = before, policy, decision
        self.known = known
        self.now = {one.startup: _standing(n, one) for n, one in enumerate(decision.fitting, 1)}

    def changes(self) -> list[Change]:
        """Return what differs, in the order of the ranks now, then of those before."""
        return [
            self._change(one)
            for one in {**self.now, **self.then}
            if _differ(self.then.get(one), self.now.get(one))
        ]

    @cached_property
    def then(self) -> dict[Startup, Standing]:
        """Return those that fitted before and are in the directory still."""
        rows = {} if self.before is None else _stored(self.before)
        found = {one.startup.slug: one.startup for one in self._ranked.values()}
        missing = rows.keys() - found.keys()
        if missing:
            startups = Startup.objects.filter(slug__in=missing).defer("search", "description")
            found |= {one.slug: one for one in startups}
        return {
            found[slug]: self._with_parts(found[slug], standing)
            for slug, standing in rows.items()
            if slug in found
        }

    def _with_parts(self, startup: Startup, standing: Standing) -> Standing:
        """Return it with the parts its match has, if the search itself kept none, as of old."""
        match = self.known.get(startup.pk)
        if standing.parts or not match or not self.before or match.run_id != self.before.pk:
            return standing
        parts = {part["name"]: part["points"] for part in match.parts}
        return replace(standing, parts=parts)

    @cached_property
    def _ranked(self) -> dict[int, Scored]:
        ranked = self.decision.ranked
        return {one.startup.pk: one for one in (*ranked.barred, *ranked.scored)}

    def _change(self, startup: Startup) -> Change:
        before, after = self.then.get(startup), self.now.get(startup)
        scored = self._ranked.get(startup.pk)
        moved = _moved(before.parts, _parts(scored)) if before and before.parts and scored else []
        if before is None:
            why = self._why_added(startup, after.score if after else 0)
        elif after is None:
            why = self._why_dropped(startup, scored)
        else:
            why = _why_moved(before, after, moved)
        return Change(startup, before, after, moved, why)

    # --- Why it fits now and did not before -----------------------------------------------------

    def _why_added(self, startup: Startup, score: float) -> str:
        before = self.before
        if before is None:
            return "The signal was not matched before."
        if startup.created_at > before.started_at:
            return f"It joined the directory on {startup.created_at:%-d %b %Y}, since that search."
        return (
            self._kept_away(startup)
            or self._of_an_abstention(before)
            or self._of_the_bar(before, score)
            or _of_the_profile(startup, before)
            or "It was not among those that fitted; what it scored then was not kept."
        )

    def _kept_away(self, startup: Startup) -> str:
        before = self.before
        assert before is not None
        for one in before.near_misses:
            if one["startup"] == startup.slug:
                return f"It was a near miss: {one['missing']}"
        passed = before.passed_over.filter(startup=startup).first()
        return passed.why if passed else ""

    def _of_an_abstention(self, before: MatchRun) -> str:
        if before.suggested_count or not hasattr(before, "abstention"):
            return ""
        return f"None fitted before: {before.abstention.why}"

    def _of_the_bar(self, before: MatchRun, score: float) -> str:
        if not self.policy.bar < before.policy.bar > score:
            return ""
        return (
            f"Its {score:g} points clear the bar of {self.policy.bar:g}; it was "
            f"{before.policy.bar:g}."
        )

    # --- Why it fitted before and does not now --------------------------------------------------

    def _why_dropped(self, startup: Startup, scored: Scored | None) -> str:
        for one in self.decision.passed_over:
            if one.scored.startup.pk == startup.pk:
                return one.why
        if not startup.is_active:
            return "It is not active any more."
        if scored is None:
            return self.decision.why or "It is not among the nearest any more."
        if scored.missing:
            return str(scored.missing[0])
        return self._of_its_score(scored.score)

    def _of_its_score(self, score: float) -> str:
        policy, best = self.policy, self.decision.ranked.scored[0].score
        if score < policy.bar:
            return f"Its {score:g} points are below the bar of {policy.bar:g}."
        if self.decision.why:
            return self.decision.why
        if best - score > policy.most_behind:
            return (
                f"It lies {best - score:.1f} points behind the best; {policy.most_behind:g} is "
                "the most."
            )
        told = len(self.decision.fitting)
        return f"{told} fit better, and {policy.most_suggestions} are told of one signal at most."


def told(match: Match | None, *, fits: bool) -> Told:
    """Return whether the startup of the pair is told now, was told before, or never. match: as it
    was before; who was told once is not told again, unless the match was withdrawn.
    """
    if match is None or match.status == Match.Status.WITHDRAWN:
        return Told.NOW if fits else Told.NEVER
    return Told.ASIDE if match.status == Match.Status.DISMISSED else Told.BEFORE


def parts_of(one: Scored) -> dict[str, float]:
    """Return the points of each part, as a run keeps them to be held against the next."""
    return {part.name: part.points for part in one.parts}


def _parts(one: Scored | None) -> dict[str, float]:
    return parts_of(one) if one else {}


def _standing(rank: int, one: Scored) -> Standing:
    return Standing(rank, one.score, parts_of(one))


def _stored(run: MatchRun) -> dict[str, Standing]:
    return {
        one["startup"]: Standing(rank, one["score"], one.get("parts", {}))
        for rank, one in enumerate(run.fitting, 1)
    }


def _differ(before: Standing | None, after: Standing | None) -> bool:
    if before is None or after is None:
        return True
    return (before.rank, before.score) != (after.rank, after.score)


def _moved(
    before: Mapping[str, float], after: Mapping[str, float]
) -> list[dict[str, str | float | None]]:
    """Return the parts that differ, the one that moved most first."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    names.sort(key=lambda name: -abs((after.get(name) or 0) - (before.get(name) or 0)))
    return [{"name": name, "before": before.get(name), "after": after.get(name)} for name in names]


def _why_moved(
    before: Standing, after: Standing, moved: list[dict[str, str | float | None]]
) -> str:
    if before.score == after.score:
        how = "passed it" if after.rank > before.rank else "fell behind or away"
        return f"Its score stayed; others {how}."
    if not moved:
        return "The parts of its score before were not kept."
    said = ", ".join(
        f"{one['name']} {float(one['after'] or 0) - float(one['before'] or 0):+.1f}"
        for one in moved[:PARTS_TOLD]
    )
    return f"{said}."


def _of_the_profile(startup: Startup, before: MatchRun) -> str:
    if startup.updated_at <= before.started_at:
        return ""
    return f"Its profile changed on {startup.updated_at:%-d %b %Y}, since that search."
