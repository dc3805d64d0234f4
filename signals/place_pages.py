"""Pages of places and of their meetings."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from civstart.accounts.access import person
from civstart.places.models import Jurisdiction, Region
from signals import following, places, tilemap, transcripts
from signals.models import Meeting, Signal

PLACES_A_PAGE = 60
SIGNALS_A_PAGE = 20
LONGEST_NAME = 80


def place_list(request: HttpRequest) -> HttpResponse:
    """The states on a map and as a list; with a state or a name, its places."""
    code = request.GET.get("state", "").strip()[:20].replace("\0", "")
    name = request.GET.get("name", "").strip()[:LONGEST_NAME].replace("\0", "")
    regions = list(Region.objects.all())
    state = next((one for one in regions if one.code.lower() == code.lower()), None)
    states = places.states()
    rows = places.heard(state=state.code if state else "", name=name)
    is_asked = bool(state or name) or len(states) <= 1
    counts = {one.region.code: one.signals for one in states}
    context = {
        "states": states,
        "tiles": tilemap.tiles({one.code: one.name for one in regions}, counts),
        "state": state,
        "unknown_state": code if code and state is None else "",
        "name": name,
        "page": Paginator(rows, PLACES_A_PAGE).get_page(request.GET.get("page"))
        if is_asked
        else None,
        "width": tilemap.WIDTH,
        "height": tilemap.HEIGHT,
        "side": tilemap.SIDE - 4,
    }
    return render(request, "signals/places.html", context)


def place(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What one government said lately, by category, its meetings, threads and deadlines."""
    found = get_object_or_404(Jurisdiction.objects.select_related("region"), public_id=public_id)
    context = {
        "known": places.known(found),
        "place": found,
        "is_followed": following.follows(found, user=person(request)),
    }
    return render(request, "signals/place.html", context)


def meeting(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A meeting's approved signals in order of time, each within the words around it."""
    rows = places.meetings().select_related("body__jurisdiction__region")
    found: Meeting = get_object_or_404(rows, public_id=public_id)
    signals = Signal.objects.approved().filter(meeting=found).order_by("start_seconds", "pk")
    page = Paginator(signals.for_lists(), SIGNALS_A_PAGE).get_page(request.GET.get("page"))
    around = transcripts.around_each(list(page.object_list))
    context = {
        "meeting": found,
        "place": found.body.jurisdiction,
        "page": page,
        "heard": [(one, around.get(one.pk, [])) for one in page.object_list],
        "documents": found.documents.for_lists(),
    }
    return render(request, "signals/meeting.html", context)
