"""Pages on which a person keeps searches and follows."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from civstart.accounts.access import person
from civstart.lib.errors import CivStartError
from signals import previewing, saving
from signals.browsing import Browsed
from signals.models import SavedSearch, Tell
from signals.words import Category

SHOWN = 10


def saved(request: HttpRequest) -> HttpResponse:
    """What the person keeps: searches, each with what it asks and how it tells, and follows."""
    rows = list(person(request).saved_searches.all())
    context = {
        "searches": [(one, *kept) for one, kept in zip(rows, saving.states(rows), strict=True)],
        "follows": person(request).follows.with_what(),
        "most": saving.MOST_SAVED,
        "tells": Tell.choices,
        "categories": Category.choices,
    }
    return render(request, "signals/saved.html", context)


def new(request: HttpRequest) -> HttpResponse:
    """Name a search, see what it would have told of, and save it."""
    asked = Browsed(request.GET)
    if request.method == "POST":
        name, tell = request.POST.get("name", ""), _tell(request)
        try:
            made = saving.save(asked, name=name, tell=tell, by=person(request))
        except CivStartError as error:
            return _form(request, asked, None, name=name, tell=tell, error=str(error))
        messages.success(request, f"“{made}” is saved. {_promise(made)}")
        return redirect("saved")
    if not asked.is_valid or not asked.query:
        messages.warning(request, "Choose a filter or type words first; then save the search.")
        return redirect(f"{reverse('signals')}?{request.GET.urlencode()}")
    return _form(request, asked, None, name=_suggested(asked), tell=Tell.PAGE)


def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change a search: its name, how it tells, and with a query in the address what it asks."""
    found = _own(request, public_id)
    asked = Browsed(request.GET if Browsed(request.GET).query else QueryDict(found.query))
    if request.method == "POST":
        name, tell = request.POST.get("name", ""), _tell(request)
        try:
            saving.change(found, asked, name=name, tell=tell, by=person(request))
        except CivStartError as error:
            return _form(request, asked, found, name=name, tell=tell, error=str(error))
        messages.success(request, f"“{found}” is changed. {_promise(found)}")
        return redirect("saved")
    return _form(request, asked, found, name=found.name, tell=found.tell)


def _form(
    request: HttpRequest,
    asked: Browsed,
    found: SavedSearch | None,
    *,
    name: str,
    tell: str,
    error: str = "",
) -> HttpResponse:
    context = {
        "asked": asked,
        "found": found,
        "name": name,
        "tell": tell,
        "tells": Tell.choices,
        "error": error,
        "preview": previewing.preview(asked, shown=SHOWN) if asked.is_valid else None,
        "problem": "" if asked.is_valid or not found else saving.fault(found),
    }
    return render(request, "signals/saved_search.html", context, status=422 if error else 200)


def _tell(request: HttpRequest) -> str:
    tell = request.POST.get("tell", "")
    return tell if tell in Tell.values else Tell.PAGE


def _suggested(asked: Browsed) -> str:
    return ", ".join(chip.label.strip("“”") for chip in asked.chips)[:80]


def _promise(one: SavedSearch) -> str:
    """Return what will happen now."""
    return {
        Tell.PAGE: "You are told on your page as soon as staff approve a signal it finds.",
        Tell.DAILY: "What it finds comes by e-mail once a day; no mail when there is nothing.",
        Tell.WEEKLY: "What it finds comes by e-mail on Mondays; no mail when there is nothing.",
        Tell.NONE: "It tells you nothing by itself; open it when you want to look.",
    }[Tell(one.tell)]


def _own(request: HttpRequest, public_id: UUID) -> SavedSearch:
    return get_object_or_404(person(request).saved_searches.all(), public_id=public_id)


@require_POST
def do(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Pause, resume, repair or delete a search, give it a feed or take the feed away."""
    found = _own(request, public_id)
    if verb not in VERBS:
        raise Http404(f"Nobody can {verb} a search.")
    try:
        messages.success(request, VERBS[verb](found))
    except CivStartError as error:
        messages.error(request, str(error))
    return redirect("saved")


def _pause(found: SavedSearch) -> str:
    saving.pause(found)
    return f"“{found}” is paused: it tells you nothing until you resume it."


def _resume(found: SavedSearch) -> str:
    saving.resume(found)
    return f"“{found}” goes on. {_promise(found)}"


def _repair(found: SavedSearch) -> str:
    return f"“{found}” goes on without {saving.repair(found)}."


def _give_feed(found: SavedSearch) -> str:
    was = found.feed_made_at
    saving.give_feed(found)
    old = " The address it had before is good no longer." if was else ""
    return f"“{found}” has a feed and a calendar now.{old}"


def _revoke_feed(found: SavedSearch) -> str:
    saving.revoke_feed(found)
    return f"The feed and the calendar of “{found}” are off. Their address is good no longer."


def _delete(found: SavedSearch) -> str:
    found.delete()
    return f"“{found}” is deleted."


VERBS: dict[str, Callable[[SavedSearch], str]] = {
    "pause": _pause,
    "resume": _resume,
    "repair": _repair,
    "feed": _give_feed,
    "revoke": _revoke_feed,
    "delete": _delete,
}
