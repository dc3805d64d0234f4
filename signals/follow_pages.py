"""Following and no longer following, from whatever page the thing is on."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from civstart.accounts.access import person
from civstart.lib.errors import CivStartError
from civstart.places.models import Jurisdiction
from signals import following
from signals.models import Tell, Thread
from signals.words import Category


@require_POST
def follow(request: HttpRequest, kind: str, value: str = "") -> HttpResponse:
    """Follow a place, a thread or a category, change how to be told of it, or stop."""
    what = _what(kind, value or request.POST.get("value", ""))
    name = following.named(what)
    tell = request.POST.get("tell", "")
    try:
        if request.POST.get("stop"):
            following.unfollow(what, by=person(request))
            messages.success(request, f"You no longer follow {name}.")
        elif tell in Tell.values:
            following.tell(what, by=person(request), how=tell)
            messages.success(request, f"{name}: {Tell(tell).label.lower()}.")
        else:
            following.follow(what, by=person(request))
            messages.success(
                request, f"You follow {name}. New signals are told on your page at once."
            )
    except CivStartError as error:
        messages.error(request, str(error))
    return redirect(_back(request))


def _what(kind: str, value: str) -> Jurisdiction | Thread | str:
    if kind == "category":
        if value not in Category.values:
            raise Http404(f"No category is called {value}.")
        return value
    try:
        public_id = UUID(value)
    except ValueError as error:
        raise Http404(f"Nothing to follow is called {value}.") from error
    if kind == "place":
        places = Jurisdiction.objects.select_related("region")
        return get_object_or_404(places, public_id=public_id)
    if kind == "thread":
        return get_object_or_404(Thread, public_id=public_id)
    raise Http404(f"Nobody can follow a {kind}.")


def _back(request: HttpRequest) -> str:
    """Return the page the button was on."""
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return back if is_ours else "saved"
