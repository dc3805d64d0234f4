"""Answering an act of a reviewer: as JSON to the open page, or as a message and the next page."""

from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from signals.models import Review


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, and the decision with which it can be undone."""

    said: str
    made: Review | None = None


def is_asked_by_page(request: HttpRequest) -> bool:
    """Whether the open page asks, which goes on by itself."""
    return request.headers.get("X-Queue") == "1"


def done(request: HttpRequest, what: Done, *, then: str) -> HttpResponse:
    """Say what was done; without JavaScript go on to that address."""
    undo = what.made.pk if what.made else None
    if is_asked_by_page(request):
        return JsonResponse({"said": what.said, "undo": undo, "then": then})
    messages.success(request, what.said, extra_tags=str(undo or ""))
    return redirect(then)


def refused(
    request: HttpRequest, error: Exception, *, then: str, status: int = HTTPStatus.CONFLICT
) -> HttpResponse:
    """Say why nothing was done. 409: somebody was faster; 422: what was typed does not do."""
    if is_asked_by_page(request):
        return JsonResponse({"said": str(error), "kind": type(error).__name__}, status=status)
    messages.warning(request, str(error))
    return redirect(then)
