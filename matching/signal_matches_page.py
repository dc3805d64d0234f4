"""The staff page of a signal's matches: who was told, who was not and why, what staff think."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from civstart.accounts.access import person
from civstart.lib.errors import CivStartError
from matching import byhand, judging
from matching.models import Judgement, MatchRun
from signals.models import Signal
from startups.models import Startup

RUNS_SHOWN = 10


def matches(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Who was told of the signal, who cleared the bar and was not, and who came nearest."""
    signal = _signal(public_id)
    runs = list(
        signal.match_runs.select_related("policy", "abstention").order_by("-started_at", "-pk")[
            :RUNS_SHOWN
        ]
    )
    told = list(signal.matches.select_related("startup", "run__policy", "suggested_by", "feedback"))
    last = runs[0] if runs else None
    names = {match.startup.slug for match in told}
    context = {
        **admin.site.each_context(request),
        "title": "Matches",
        "signal": signal,
        "runs": runs,
        "last": last,
        "told": told,
        "not_told": _not_told(last, names),
        "judgements": signal.judgements.select_related("startup", "by"),
        "grades": Judgement.Grade.choices,
        "may_suggest": person(request).has_perm(byhand.PERMISSION),
    }
    return render(request, "matching/staff/signal.html", context)


def _not_told(run: MatchRun | None, told: set[str]) -> list[dict[str, Any]]:
    """Return those of the last run that were not told: each with its score and why."""
    if run is None:
        return []
    rows = [
        {"startup": one.startup.slug, "score": one.score, "why": one.why, "clears": True}
        for one in run.passed_over.select_related("startup")
    ]
    rows += [
        {"startup": one["startup"], "score": one["score"], "why": _lacks(one, run), "clears": True}
        for one in run.near_misses
    ]
    if hasattr(run, "abstention"):
        rows += [
            {"startup": one["startup"], "score": one["score"], "why": "", "clears": False}
            for one in run.abstention.nearest
        ]
    slugs = {str(row["startup"]) for row in rows}
    known = dict(Startup.objects.filter(slug__in=slugs).values_list("slug", "name"))
    return [
        row | {"name": known[str(row["startup"])]}
        for row in rows
        if row["startup"] in known and row["startup"] not in told
    ]


def _lacks(near_miss: dict[str, Any], run: MatchRun) -> str:
    ungraded = " It was not graded, and is before it is told." if run.reread.get("grades") else ""
    return f"{near_miss['missing']}{ungraded}"


def _signal(public_id: UUID) -> Signal:
    return get_object_or_404(Signal.objects.for_lists(), public_id=public_id)


def _startup(request: HttpRequest) -> Startup:
    return get_object_or_404(
        Startup.objects.defer("search"), slug=request.POST.get("startup", "").replace("\x00", "")
    )


@require_POST
def suggest(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Tell a startup of the signal by hand, or say why that cannot be."""
    signal, startup = _signal(public_id), _startup(request)
    try:
        match = byhand.suggest(signal, startup, by=person(request))
    except CivStartError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{startup.name} is told of it, at {match.score:g}.")
    return redirect("admin:matching-signal", public_id)


@require_POST
def judge(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep how well a startup answers the signal."""
    signal, startup = _signal(public_id), _startup(request)
    try:
        made = judging.judge(
            signal,
            startup,
            grade=request.POST.get("grade", ""),
            note=request.POST.get("note", ""),
            by=person(request),
        )
    except judging.NotJudged as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{startup.name}: {made.get_grade_display().partition(':')[0]}.")
    return redirect("admin:matching-signal", public_id)
