"""The addresses of the site, and two behind which something breaks."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from civstart import urls
from civstart.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@login_not_required
def fault(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("The pipe at Alder Street has burst.")


urlpatterns = [*urls.urlpatterns, path("fault/", fault), path("api/v1/fault/", fault)]
