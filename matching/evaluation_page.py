"""The staff page of evaluations: how good extraction and matching are, and were."""

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from civstart.accounts.access import person
from matching import evaluating
from matching.evaluation_panels import panels


@require_safe
def evaluation(request: HttpRequest) -> HttpResponse:
    """The latest figures of each evaluation, their history and the calibration."""
    found = panels()
    context = {
        **admin.site.each_context(request),
        "title": "Evaluation",
        "panels": found,
        "is_running": any(one.running and not one.running.is_overdue for one in found),
        "overdue": evaluating.OVERDUE,
        "may_start": person(request).has_perm(evaluating.PERMISSION),
    }
    return render(request, "matching/staff/evaluation.html", context)


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Start an evaluation in the background, or say why that is refused."""
    try:
        evaluating.start(request.POST.get("what", ""), by=person(request))
    except evaluating.NotStarted as error:
        messages.error(request, str(error))
    return redirect("admin:matching-evaluation")
