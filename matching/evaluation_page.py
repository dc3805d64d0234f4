"""The staff page of evaluations: how good extraction and matching are, and were."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from civstart.accounts.access import person
from matching import evaluating
from matching.evaluation_panels import panels
from signals.models import Evaluation


@require_safe
def evaluation(request: HttpRequest) -> HttpResponse:
    """The latest figures of each evaluation, their history and the calibration."""
    found, may_start = panels(), person(request).has_perm(evaluating.PERMISSION)
    running = next((one.running for one in found if one.running), None)
    context = {
        **admin.site.each_context(request),
        "title": "Evaluation",
        "panels": found,
        "is_running": running is not None and not running.is_overdue,
        "overdue": evaluating.OVERDUE,
        "may_start": may_start,
        "estimate": evaluating.estimate() if may_start and not running else None,
    }
    return render(request, "matching/staff/evaluation.html", context)


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Start an evaluation in the background, or say why that is refused."""
    try:
        evaluating.start(
            request.POST.get("what", ""),
            by=person(request),
            reranks=request.POST.get("reranks") == "on",
        )
    except evaluating.NotStarted as error:
        messages.error(request, str(error))
    return redirect("admin:matching-evaluation")


@require_POST
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a worker go on with one that stopped, or say why that cannot be."""
    return _steer(request, pk, evaluating.go_on)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """End one that is under way, or say why that cannot be."""
    return _steer(request, pk, evaluating.cancel)


def _steer(request: HttpRequest, pk: int, verb: Callable[..., None]) -> HttpResponse:
    try:
        verb(get_object_or_404(Evaluation, pk=pk), by=person(request))
    except (evaluating.NotStarted, evaluating.NotCancelled) as error:
        messages.error(request, str(error))
    return redirect("admin:matching-evaluation")
