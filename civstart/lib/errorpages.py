"""The pages for what went wrong. Programs that call the API get the API's error shape instead."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render


def _answer(request: HttpRequest, status: int, code: str, detail: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        kind = "server_error" if status >= 500 else "client_error"
        error = {"code": code, "detail": detail, "attr": None}
        return JsonResponse({"type": kind, "errors": [error]}, status=status)
    return render(request, f"errors/{status}.html", status=status)


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 400, "bad_request", "The request cannot be read.")


@login_not_required
def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 403, "permission_denied", "This is not open to you.")


@login_not_required
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 404, "not_found", f"There is nothing at {request.path}.")


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    return _answer(request, 500, "error", "Something went wrong here. It was written down.")


class WrongMethodMiddleware:
    """Answers with a page where Django would answer with nothing.

    Whoever signs in again after pressing a button comes to the address of the button, not of its
    page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            response.content = render(request, "errors/405.html").content
        return response
