"""The site, and beside it a bare view that answers with stored bytes behind the same doors."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from civstart.accounts.api import ApiKeyAuthentication
from civstart.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@login_not_required
def bare(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with the bytes of that name to an API key or a person who signed in."""
    if not (ApiKeyAuthentication().authenticate(request) or request.user.is_authenticated):  # type: ignore[arg-type]
        return HttpResponse(status=403)
    kind = "application/json" if name.endswith(".json") else "text/html; charset=utf-8"
    return HttpResponse(contents(name), content_type=kind)


@cache
def contents(name: str) -> bytes:
    return (Path(settings.VAR_DIR) / "bare" / name).read_bytes()


urlpatterns = [path("bare/<str:name>", bare), path("", include("civstart.urls"))]
