"""The addresses of the site, and some that show what otherwise takes a fault to see."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.csrf import csrf_failure

from civstart.urls import handler400, handler403, handler404, handler500
from tests.support import faulty_urls

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@login_not_required
def too_fast(request: HttpRequest) -> HttpResponse:
    return render(request, "429.html", status=429)


@login_not_required
def old_form(request: HttpRequest) -> HttpResponse:
    return csrf_failure(request)


urlpatterns = [
    *faulty_urls.urlpatterns,
    path("too-fast/", too_fast),
    path("old-form/", old_form),
]
