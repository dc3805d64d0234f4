"""Staff pages of match policies: what is in use, what a version would change, putting it in use."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Count, F, Q
from django.db.models.functions import Abs
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from civstart.accounts.access import person
from matching import policies, previewing
from matching.models import MatchPolicy, PolicyPreview, PolicyUse
from matching.models.previews import ADDED, ANSWERED, DROPPED, LEFT_OUT, MOVED, UNANSWERED

SHOWN = 20
ALL_SHOWN = 1000
USES_SHOWN = 20


def draft_count() -> int:
    """Return how many versions are newer than the one in use: made, and not decided on."""
    current = MatchPolicy.objects.filter(is_current=True).values("version")
    return MatchPolicy.objects.filter(version__gt=current[:1]).count()


def overview(request: HttpRequest) -> HttpResponse:
    """The policy in use, drafts, earlier versions, and when each was in use. Four queries."""
    rows = list(MatchPolicy.objects.select_related("made_by", "based_on"))
    current = next(row for row in rows if row.is_current)
    context = {
        **admin.site.each_context(request),
        "title": "Match policy",
        "current": current,
        "drafts": [row for row in rows if row.version > current.version],
        "earlier": [row for row in rows if row.version < current.version],
        "uses": PolicyUse.objects.select_related("policy", "instead_of", "by")[:USES_SHOWN],
        "may_draft": request.user.has_perm("matching.add_matchpolicy"),
    }
    return render(request, "matching/staff/policies.html", context)


def policy(request: HttpRequest, version: int) -> HttpResponse:
    """A version: how it differs from the one in use, and what it would change."""
    found = _found(version)
    current = MatchPolicy.objects.current()
    preview = found.previews.select_related("against", "asked_by").first()
    context = {
        **admin.site.each_context(request),
        "title": str(found),
        "policy": found,
        "current": current,
        "differences": policies.differences(current, found),
        "preview": preview,
        "is_stale": preview is not None and preview.against_id != current.pk,
        "changes": preview and _changes(preview, request.GET.get("all", "")),
        "has_reranker": bool(settings.RERANKER),
        "last_use": found.uses.select_related("by").first(),
        "may_use": request.user.has_perm(policies.PERMISSION),
    }
    return render(request, "matching/staff/policy.html", context)


def _found(version: int) -> MatchPolicy:
    rows = MatchPolicy.objects.select_related("made_by", "based_on")
    return get_object_or_404(rows, version=version)


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of change: how many there are, and those shown."""

    key: str
    title: str
    rows: list[Any]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


def _changes(preview: PolicyPreview, shown_whole: str) -> dict[str, Any]:
    """Return the numbers and the rows of each kind of change. Eight queries."""
    signals, pairs = preview.signals, preview.pairs
    counts = signals.aggregate(
        tried=Count("pk"),
        answered=Count("pk", filter=ANSWERED),
        unanswered=Count("pk", filter=UNANSWERED),
        left_out=Count("pk", filter=LEFT_OUT),
        graded=Count("pk", filter=Q(is_graded=True)),
    ) | pairs.aggregate(
        added=Count("pk", filter=ADDED),
        dropped=Count("pk", filter=DROPPED),
        moved=Count("pk", filter=MOVED),
        changed=Count("signal", filter=ADDED | DROPPED | MOVED, distinct=True),
    )
    by_signal = signals.select_related("signal__jurisdiction__region").defer("signal__search")
    by_pair = pairs.select_related("signal", "startup").defer("signal__search", "startup__search")
    farthest = by_pair.filter(MOVED).order_by(-Abs(F("after") - F("before")), "pk")
    rows = (
        ("unanswered", "No startup would fit any more", by_signal.filter(UNANSWERED)),
        ("answered", "A startup would fit where none did", by_signal.filter(ANSWERED)),
        ("added", "Newly suggested", by_pair.filter(ADDED).order_by("-after", "pk")),
        ("dropped", "No longer suggested", by_pair.filter(DROPPED).order_by("-before", "pk")),
        ("moved", "Scores that move", farthest),
        ("left_out", "Left out so that others are told", by_signal.filter(LEFT_OUT)),
    )
    return counts | {
        "sections": [
            Section(
                key,
                title,
                list(found[: ALL_SHOWN if shown_whole == key else SHOWN]) if counts[key] else [],
                counts[key],
            )
            for key, title, found in rows
        ]
    }


@require_POST
def preview(request: HttpRequest, version: int) -> HttpResponse:
    """Try the version on the signals approved last, in the background."""
    previewing.ask(_found(version), by=person(request))
    return redirect("admin:matching-policy", version)


@require_POST
def use(request: HttpRequest, version: int) -> HttpResponse:
    """Put the version in use, or say why it is refused."""
    found, seen = _found(version), request.POST.get("instead_of", "")
    try:
        policies.put_in_use(
            found, instead_of=int(seen) if seen.isdecimal() else 0, by=person(request)
        )
    except policies.NotPutInUse as error:
        messages.error(request, str(error))
        return redirect("admin:matching-policy", version)
    messages.success(
        request, f"Version {version} is in use. Signals approved from now on are matched by it."
    )
    return redirect("admin:matching")
