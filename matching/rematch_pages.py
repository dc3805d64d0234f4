"""Staff pages of re-matches: those there were, the one under way, starting, pausing, cancelling.

The work is never done in the request: workers go on with it, slice by slice.
"""

from collections.abc import Callable

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from civstart.accounts.access import person
from civstart.accounts.models import User
from matching import rematch_events, rematching
from matching.models import MatchPolicy, Rematch

PERMISSION = "matching.run_rematch"
PAGE = 20
# The events upon which htmx asks for the parts of the page again.
LIVE = ", ".join(
    f"live:{type_} from:body delay:150ms" for type_ in (*rematch_events.TYPES, "reload")
)


@require_safe
def rematches(request: HttpRequest) -> HttpResponse:
    """The re-match under way, those before it, and the form that starts one. Six queries."""
    rows = Rematch.objects.select_related("policy", "before", "by", "paused_by", "stopped_by")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        **admin.site.each_context(request),
        "title": "Re-matches",
        "page": page,
        "running": rows.running().first(),
        "current": MatchPolicy.objects.current(),
        "signal_count": rematching.signal_count(),
        "may_run": person(request).has_perm(PERMISSION),
        "live": LIVE,
        "typed": request.GET.get("typed", ""),
    }
    return render(request, "matching/staff/rematches.html", context)


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Start one, if the person has typed how many signals it takes."""
    by = _allowed(request)
    typed, version = (request.POST.get(name, "") for name in ("typed", "version"))
    try:
        policy = rematching.confirm(typed=typed, version=version)
        rematch = rematching.start(by=by, policy=policy)
    except (rematching.NotConfirmed, rematching.AlreadyRunning) as error:
        messages.error(request, str(error))
        return redirect("admin:matching-rematches")
    messages.success(
        request,
        f"{rematch.total_count:,} signals are being matched anew by version {policy.version}.",
    )
    return redirect("admin:matching-rematches")


@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the workers leave it alone."""
    return _steer(request, pk, rematching.pause, "The re-match is paused; nothing of it is lost.")


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the workers go on."""
    return _steer(request, pk, rematching.resume, "The re-match goes on where it was.")


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """End it where it is."""
    return _steer(
        request, pk, rematching.stop, "The re-match is cancelled. What was told stays told."
    )


def _steer(request: HttpRequest, pk: int, verb: Callable[..., None], said: str) -> HttpResponse:
    by = _allowed(request)
    rematch = get_object_or_404(Rematch.objects.select_related("policy"), pk=pk)
    try:
        verb(rematch, by=by)
    except rematching.NotRunning as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("admin:matching-rematches")


def _allowed(request: HttpRequest) -> User:
    by = person(request)
    if not by.has_perm(PERMISSION):
        raise PermissionDenied("It takes the right “Can match every signal anew”.")
    return by
