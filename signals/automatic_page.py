"""Automatic approval on the staff site: what each source has earned, and what it was left to do."""

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from civstart.accounts.access import person
from signals import automatic, finding
from signals.measure import wilson
from signals.models import AutoRule, Signal, Source

LADDER = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95]
WRONG_SHOWN = 20
RULES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Unlocked:
    """A rule in force: what it approved, and how the checks of that went."""

    rule: AutoRule
    approved: int
    unchecked: int
    checked: wilson.Share
    is_current: bool

    @property
    def is_paused(self) -> bool:
        return self.unchecked >= automatic.MOST_UNCHECKED


def rules(request: HttpRequest) -> HttpResponse:
    """All sources, the rules in force, and for one source what each confidence would have done."""
    sources = list(Source.objects.select_related("jurisdiction__region"))
    chosen = _chosen(request, sources)
    confidence = _confidence(request)
    context = {
        **admin.site.each_context(request),
        "title": "Automatic approval",
        "sources": sources,
        "chosen": chosen,
        "confidence": confidence,
        "ladder": automatic.figures(chosen, LADDER) if chosen else [],
        "wrong": _wrong(chosen, confidence) if chosen else [],
        "unlocked": _unlocked(),
        "locked": AutoRule.objects.filter(locked_at__isnull=False)
        .select_related("source__jurisdiction__region", "locked_by", "unlocked_by")
        .order_by("-locked_at")[:RULES_SHOWN],
        "extractor": finding.extractor(),
        "may_unlock": person(request).has_perm(automatic.PERMISSION),
        "most_unchecked": automatic.MOST_UNCHECKED,
    }
    return render(request, "signals/staff/trust/automatic.html", context)


def _chosen(request: HttpRequest, sources: list[Source]) -> Source | None:
    asked = request.GET.get("source", "")
    return next((one for one in sources if str(one.public_id) == asked), None) or next(
        iter(sources), None
    )


def _confidence(request: HttpRequest) -> float:
    return next((step for step in LADDER if f"{step:g}" == request.GET.get("from")), 0.9)


def _wrong(source: Source, confidence: float) -> list[Signal]:
    """Return what would have been approved and people rejected, latest first."""
    rows = automatic.decided(source).filter(
        confidence__gte=confidence, status=Signal.Status.REJECTED
    )
    return list(
        rows.select_related("decided_by").defer("search").order_by("-decided_at")[:WRONG_SHOWN]
    )


def _unlocked() -> list[Unlocked]:
    reader = finding.extractor()
    rows = (
        AutoRule.objects.filter(locked_at=None)
        .select_related("source__jurisdiction__region", "unlocked_by")
        .annotate(approved=Count("reviews"))
    )
    return [
        Unlocked(
            rule,
            rule.approved,
            automatic.unchecked(rule),
            automatic.checked(rule),
            (rule.extractor, rule.extractor_version) == (reader.name, reader.version),
        )
        for rule in rows
    ]


def _id(request: HttpRequest, name: str) -> UUID | None:
    with suppress(ValueError):
        return UUID(request.POST.get(name, ""))
    return None


@require_POST
def unlock(request: HttpRequest) -> HttpResponse:
    """Unlock a source, or say with which figure it is refused."""
    source = get_object_or_404(Source, public_id=_id(request, "source"))
    try:
        confidence = float(request.POST.get("confidence", ""))
    except ValueError:
        confidence = -1.0
    try:
        rule = automatic.unlock(source, confidence=confidence, by=person(request))
    except automatic.NotUnlocked as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, f"Unlocked. What {source} brings is approved from {rule.confidence:.2f} on."
        )
    return redirect(f"{reverse('admin:trust-automatic')}?source={source.public_id}")


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Lock a rule by hand."""
    rule = get_object_or_404(AutoRule, public_id=_id(request, "rule"))
    user = person(request)
    if not user.has_perm(automatic.PERMISSION):
        messages.error(request, f"{user} may not lock automatic approval.")
    elif automatic.lock(rule, why=f"{user} locked it.", by=user):
        messages.success(request, f"Locked. {rule.source} waits for people from now on.")
    else:
        messages.warning(request, "It was locked already.")
    return redirect("admin:trust-automatic")
