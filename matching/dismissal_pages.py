"""Pages on which a startup puts a match aside and says why, and puts one back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from civstart.accounts.access import person
from matching import proposing, restoring, suggesting
from matching.models import Feedback, Match


def dismiss(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask why a match does not fit, and take it off the list of the person's startup."""
    match = get_object_or_404(
        Match.objects.for_lists(), public_id=public_id, startup__members=request.user.pk
    )
    if request.method != "POST":
        return _ask_why(request, match)
    reason, note = request.POST.get("reason", ""), request.POST.get("note", "")
    try:
        suggesting.dismiss(match, by=person(request), reason=reason, note=note)
    except suggesting.AlreadyDismissed as error:
        messages.warning(request, str(error))
        return redirect("home")
    except suggesting.NotDismissed as error:
        return _ask_why(request, match, error=str(error))
    messages.success(request, f"“{match.signal.shown_title}” is off your list. We keep listening.")
    if proposing.leads_to_change(reason):
        return redirect(f"{reverse('exclusions')}?because={match.public_id}")
    return redirect("home")


@require_POST
def restore(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put a match back on the list of the person's startup."""
    match = get_object_or_404(
        Match.objects.for_lists(), public_id=public_id, startup__members=request.user.pk
    )
    try:
        restoring.restore(match, by=person(request))
    except restoring.NotRestored as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, f"“{match.signal.shown_title}” is on your list again.")
    return redirect("home")


def _ask_why(request: HttpRequest, match: Match, *, error: str = "") -> HttpResponse:
    context = {
        "match": match,
        "reasons": Feedback.Reason.choices,
        "chosen": request.POST.get("reason", request.GET.get("reason", "")),
        "note": request.POST.get("note", ""),
        "error": error,
    }
    return render(request, "matching/dismiss.html", context, status=422 if error else 200)
