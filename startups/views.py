from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from startups import membership
from startups.models import Startup


def startup(request: HttpRequest, slug: str) -> HttpResponse:
    """A startup's profile. That of an inactive one is open to its members alone."""
    own = membership.startup_of(request, with_profile=True)
    is_own = own is not None and own.slug == slug
    found = own if is_own else get_object_or_404(Startup.objects.active().with_profile(), slug=slug)
    return render(request, "startups/startup.html", {"startup": found, "is_own": is_own})


def profile(request: HttpRequest) -> HttpResponse:
    """Go to the profile of the person's own startup."""
    own = membership.startup_of(request)
    if own is None:
        return render(request, "startups/no_startup.html")
    return redirect("startup", slug=own.slug)
