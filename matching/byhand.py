"""Suggesting a startup that clears the bar and was not told: a near miss, or one passed over."""

from dataclasses import replace

from django.db import transaction
from django.db.models import F

from civstart.accounts.models import User
from civstart.lib.errors import CivStartError
from matching import embedding, excluding, ranking, reasons, reranking, suggesting
from matching.explaining import LocalExplainer
from matching.models import Match, MatchRun
from matching.ranking import Ranked, Scored
from matching.reasons import Reasons
from signals.models import Signal
from startups.models import Startup

PERMISSION = "matching.suggest_match"


class NotSuggested(CivStartError):
    """The startup may not be suggested for the signal, or was told of it before."""


def suggest(signal: Signal, startup: Startup, *, by: User) -> Match:
    """Tell the startup of the signal, by the policy of the signal's last run.

    Raise NotSuggested: never below the bar, never twice, and never what the startup asked not to be
    told of. May embed the signal and ask the re-ranker, as matching does; the reasons are found
    here, whatever explainer is in use.
    """
    if not by.has_perm(PERMISSION):
        raise NotSuggested(f"{by} may not suggest startups by hand. Ask who gives the right to.")
    run = signal.match_runs.select_related("policy").order_by("-started_at", "-pk").first()
    if run is None:
        raise NotSuggested("The signal was not matched yet. Wait for its first matching.")
    _check_wanted(signal, startup)
    one = _scored(signal, startup, run)
    found = reasons.find(signal, [one.startup], LocalExplainer())
    return _record(run, signal, one, found, by=by)


def _check_wanted(signal: Signal, startup: Startup) -> None:
    if not startup.is_active:
        raise NotSuggested(f"{startup.name} is inactive, and is told of nothing.")
    if what := excluding.against(signal, [startup.pk]).get(startup.pk):
        raise NotSuggested(f"{startup.name} asked not to be told of {what}. That is its own word.")


def _scored(signal: Signal, startup: Startup, run: MatchRun) -> Scored:
    """Return the startup's score as matching would give it if it lacked nothing, by the run's
    policy and the re-ranker in use. Raise NotSuggested if it is below the bar.
    """
    near = _with(startup, ranking.rank(signal, run.policy, embedding.serving()))
    found, _ = reranking.read_again(signal, near, reranking.chosen())
    one = next(one for one in found.scored if one.startup.pk == startup.pk)
    if one.score < run.policy.bar:
        raise NotSuggested(
            f"{startup.name} scores {one.score:g}, and the bar is {run.policy.bar:g}. Nobody is "
            "told of what is below it."
        )
    return one


def _with(startup: Startup, found: Ranked) -> Ranked:
    """Return the ranking with the startup among the eligible. Raise NotSuggested if it is in none
    of it.
    """
    if any(one.startup.pk == startup.pk for one in found.scored):
        return found
    barred = next((one for one in found.barred if one.startup.pk == startup.pk), None)
    if barred is None:
        raise NotSuggested(f"{startup.name} is not among the startups that come near this signal.")
    scored = [*found.scored, replace(barred, missing=())]
    scored.sort(key=lambda one: (-one.score, one.startup.slug))
    return replace(found, scored=scored)


@transaction.atomic
def _record(run: MatchRun, signal: Signal, one: Scored, found: Reasons, *, by: User) -> Match:
    locked = Signal.objects.select_for_update(of=("self",), no_key=True).get(pk=signal.pk)
    if locked.status != Signal.Status.APPROVED:
        raise NotSuggested("The signal is not approved any more. Startups see approved ones alone.")
    MatchRun.objects.filter(pk=run.pk).update(suggested_count=F("suggested_count") + 1)
    match = signal.matches.filter(startup=one.startup).first()
    if match is None:
        return suggesting.suggest(run, signal, [(one, None)], found, by=by)[0]
    if match.status != Match.Status.WITHDRAWN:
        raise NotSuggested(
            f"{one.startup.name} was told of this signal on {match.created_at:%-d %b %Y}. Nobody "
            "is told twice."
        )
    return suggesting.suggest(run, signal, [(one, match)], found, by=by)[0]
