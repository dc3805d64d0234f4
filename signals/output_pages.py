"""The list of signals in other forms: a table to download, a feed, a calendar."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import conditional_page, require_safe

from civstart.lib.errors import CivStartError
from signals import calendars, export, feeds
from signals.browsing import Browsed
from signals.models import SavedSearch


@require_safe
def table(request: HttpRequest) -> HttpResponseBase:
    """The rows of the list as CSV, in the list's order, as startups see them."""
    browsed = Browsed(request.GET)
    if not browsed.is_valid:
        messages.warning(request, "These filters cannot be used, so there is no table of them.")
        return redirect(f"{reverse('signals')}?{request.GET.urlencode()}")
    lines = export.lines(lambda: browsed.ids)
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"civstart-signals-{timezone.now():%Y-%m-%d}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@login_not_required
@require_safe
@conditional_page
def atom(request: HttpRequest, token: str) -> HttpResponse:
    return _open(
        token,
        "application/atom+xml; charset=utf-8",
        lambda saved: feeds.kept(saved, url=request.build_absolute_uri()),
    )


@login_not_required
@require_safe
@conditional_page
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    return _open(
        token,
        "text/calendar; charset=utf-8",
        lambda saved: calendars.calendar(saved, calendars.dated(saved)),
    )


def _open(
    token: str, content_type: str, make: Callable[[SavedSearch], str | bytes]
) -> HttpResponse:
    """Answer whoever has the secret. What is wrong is said in plain words: programs show them."""
    try:
        answer = HttpResponse(make(feeds.of_token(token)), content_type=content_type)
    except feeds.NoFeed as error:
        return _refused(error, 404)
    except CivStartError as error:
        return _refused(error, 410)
    answer.headers["Cache-Control"] = "private, max-age=300"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _refused(error: CivStartError, status: int) -> HttpResponse:
    return HttpResponse(f"{error}\n", status=status, content_type="text/plain; charset=utf-8")
