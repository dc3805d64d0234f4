from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from civstart.accounts.access import person
from civstart.notices.models import Notice
from matching import meaning, profiles, questions_pages
from matching.models import Match
from signals import following, threads, transcripts
from signals.models import Signal
from startups import membership
from startups.models import Startup

NEW_SHOWN = 10
EARLIER_SHOWN = 30
NOTICES_SHOWN = 8
RELATED_SHOWN = 5


def home(request: HttpRequest) -> HttpResponse:
    """A member's matches and what happened; staff go to their own start page."""
    startup = membership.startup_of(request, with_profile=True)
    if startup is None:
        if person(request).is_staff:
            return redirect("admin:index")
        return render(request, "startups/no_startup.html")
    return render(request, "matching/home.html", _matches(request, startup))


def new_matches(request: HttpRequest) -> HttpResponse:
    """The part of the start page with the matches, refetched when something happened."""
    startup = membership.startup_of(request, with_profile=True)
    if startup is None:
        return HttpResponse(status=204)
    return render(request, "matching/_matches.html", _matches(request, startup))


def _matches(request: HttpRequest, startup: Startup) -> dict[str, object]:
    rows = (
        Match.objects.visible()
        .for_lists()
        .filter(startup=startup)
        .order_by("-created_at", "-score")
    )
    fresh = list(rows.open()[: NEW_SHOWN + EARLIER_SHOWN])
    _note_seen(fresh, request)
    return {
        "startup": startup,
        "unfit": profiles.why_unfit(startup),
        "notices": Notice.objects.filter(user=request.user.pk)[:NOTICES_SHOWN],
        "matches": fresh[:NEW_SHOWN],
        "earlier": fresh[NEW_SHOWN:],
        "dismissed": rows.filter(status=Match.Status.DISMISSED)[:EARLIER_SHOWN],
    }


def _note_seen(matches: list[Match], request: HttpRequest) -> None:
    """Note that the startup saw these matches. Staff who look on are not the startup."""
    new = [match.pk for match in matches if match.seen_at is None]
    if new and not person(request).is_staff:
        Match.objects.filter(pk__in=new, seen_at=None).update(seen_at=timezone.now())


def signal(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A signal with its evidence, what was said around it, and the reader's match."""
    rows = Signal.objects.for_lists()
    open_rows = rows if person(request).is_staff else rows.approved()
    startup = membership.startup_of(request)
    found = open_rows.filter(public_id=public_id).first()
    if found is None:
        if startup and _was_withdrawn(startup, public_id):
            return render(request, "matching/withdrawn.html", status=410)
        raise Http404("No signal that you may see has this id.")
    related = meaning.related(found, most=RELATED_SHOWN, apart_from=found.thread_id)
    context = {
        "signal": found,
        "related": related,
        "follows_thread": found.thread is not None
        and following.follows(found.thread, user=person(request)),
        "around": transcripts.around(found),
        "moved": threads.moved(found, to_staff=person(request).is_staff),
        "match": startup
        and Match.objects.for_lists().filter(signal=found, startup=startup).first(),
        "told_count": found.matches.count(),
        "startup": startup,
    } | questions_pages.of_signal(request, found, startup)
    if isinstance(context["match"], Match):
        _note_seen([context["match"]], request)
    return render(request, "matching/signal.html", context)


def _was_withdrawn(startup: Startup, public_id: UUID) -> bool:
    """Whether the startup saw the signal before its approval was undone."""
    return (
        Match.objects.filter(
            startup=startup, signal__public_id=public_id, status=Match.Status.WITHDRAWN
        )
        .exclude(signal__status=Signal.Status.APPROVED)
        .exists()
    )
