"""Deciding on many signals at once, over HTTP."""

from collections.abc import Iterable
from http import HTTPStatus
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from civstart.accounts.access import person
from civstart.lib.errors import CivStartError
from signals.models import Review, Signal, SignalQuerySet
from signals.queue import bulk, showing


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Decide on the chosen signals and show what became of each; ask again if that is unclear."""
    ids = _ids(request.POST.getlist("ids"))
    decision, reason = request.POST.get("decision", ""), request.POST.get("reason", "")
    try:
        bulk.check(decision, reason, len(ids), request.POST.get("typed", ""))
    except CivStartError as error:
        if not ids:
            return _nothing(request, error)
        rows = list(_rows(ids)[: bulk.MOST])
        return ask(request, rows, decision=decision, error=str(error))
    found = list(_rows(ids))
    outcome = bulk.decide(
        found, decision, reason=reason, note=request.POST.get("note", ""), by=person(request)
    )
    if len(found) < len(ids):
        count = len(ids) - len(found)
        said = "signal was" if count == 1 else "signals were"
        outcome.refused.append(f"{count} {said} deleted meanwhile.")
    context = {
        **admin.site.each_context(request),
        "title": "What was decided",
        "outcome": outcome,
        "decision": Review.Decision(decision),
        "reason": Review.Reason(reason).label if decision == Review.Decision.REJECT else "",
        "query": showing.asked(request).query,
    }
    return render(request, "signals/staff/bulk_done.html", context)


def _nothing(request: HttpRequest, error: CivStartError) -> HttpResponse:
    messages.warning(request, str(error))
    return redirect("admin:review")


def ask(
    request: HttpRequest,
    signals: Iterable[Signal],
    *,
    decision: str = "",
    error: str = "",
) -> HttpResponse:
    """Ask for the reason and, above 20, for the number, before anything is decided."""
    rows = list(signals)
    context = {
        **admin.site.each_context(request),
        "title": "Decide on many",
        "signals": rows,
        "decision": decision,
        "reasons": Review.Reason.choices,
        "reason": request.POST.get("reason", ""),
        "note": request.POST.get("note", ""),
        "typed": request.POST.get("typed", ""),
        "must_type": len(rows) > bulk.ASK_ABOVE,
        "error": error,
        "query": showing.asked(request).query,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return render(request, "signals/staff/bulk.html", context, status=status)


def _ids(asked: Iterable[str]) -> list[UUID]:
    """Return the ids that are ids, each once."""
    found = []
    for one in asked:
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def _rows(ids: list[UUID]) -> SignalQuerySet:
    return (
        Signal.objects.filter(public_id__in=ids)
        .select_related("jurisdiction__region", "thread")
        .defer("search")
        .order_by("-confidence", "pk")
    )
