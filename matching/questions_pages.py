"""Questions on the signal's page, and the page on which staff answer them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from civstart.accounts.access import person
from matching import questions
from signals import questions as asking
from signals.models import Answer, Question, Review, Signal
from startups import membership
from startups.models import Startup

LATELY_SHOWN = 20
WAITING_SHOWN = 100


def of_signal(request: HttpRequest, signal: Signal, startup: Startup | None) -> dict[str, Any]:
    """Return what the part of the signal's page with the questions shows. One query."""
    return {
        "signal": signal,
        "questions": questions.shown_to(signal, user=person(request), startup=startup),
        "may_ask": startup is not None and signal.status == Signal.Status.APPROVED,
        "longest": asking.LONGEST,
    }


def signal_questions(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The questions of a signal, refetched when something happened."""
    signal = open_signal(request, public_id)
    startup = membership.startup_of(request)
    return render(request, "matching/_questions.html", of_signal(request, signal, startup))


def open_signal(request: HttpRequest, public_id: UUID) -> Signal:
    """Return the signal if the person may see it, or 404."""
    rows = Signal.objects.select_related("jurisdiction__region")
    seen = rows if person(request).is_staff else rows.approved()
    return get_object_or_404(seen, public_id=public_id)


def known_signal(public_id: UUID, startup: Startup) -> Signal:
    """Return a signal the startup may see, or knew before it was withdrawn; else raise 404.

    Once approved it was open to every startup, so each may have known it.
    """
    known = Q(status=Signal.Status.APPROVED) | Q(reviews__decision=Review.Decision.APPROVE)
    known |= Q(matches__startup=startup) | Q(questions__asked_for=startup.public_id)
    rows = Signal.objects.filter(known, public_id=public_id).select_related("jurisdiction__region")
    found = rows.defer("search").distinct().first()
    if found is None:
        raise Http404(f"There is no signal {public_id}.")
    return found


@require_POST
def ask(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask about the signal, for the person's startup."""
    startup = membership.startup_of(request)
    if startup is None:
        messages.warning(request, "Only members of a startup ask questions.")
        return redirect("signal", public_id)
    signal = known_signal(public_id, startup)
    try:
        questions.ask(signal, request.POST.get("text", ""), by=person(request), startup=startup)
    except asking.Withdrawn as error:
        messages.warning(request, str(error))
        return redirect("home")
    except (asking.NotAsked, asking.TooMany) as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "Asked. Staff pass it on; the answer is open to every startup.")
    return redirect(_place(public_id))


@require_POST
def vote(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Vote for a question, or take the vote back; answers with the part for scripts."""
    startup = membership.startup_of(request)
    rows = Question.objects.select_related("signal__jurisdiction__region")
    question = get_object_or_404(rows, public_id=public_id)
    if startup is None:
        messages.warning(request, "Only members of a startup vote for questions.")
        return redirect("signal", question.signal.public_id)
    signal = known_signal(question.signal.public_id, startup)
    try:
        asking.toggle_vote(
            question,
            by=person(request),
            startup=startup.public_id,
            audience=questions.audience_of(signal),
        )
    except asking.Withdrawn as error:
        messages.warning(request, str(error))
        return redirect("home")
    except asking.NotAsked as error:
        messages.warning(request, str(error))
    if getattr(request, "htmx", False):
        return render(request, "matching/_questions.html", of_signal(request, signal, startup))
    return redirect(_place(signal.public_id))


def _place(public_id: UUID) -> str:
    return f"{reverse('signal', args=[public_id])}#qa"


# --- Staff ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question as staff see it: with who asked."""

    question: Question
    votes: int
    startup: str


def staff_questions(request: HttpRequest) -> HttpResponse:
    """Questions that wait for an answer, most wanted first, and those dealt with lately."""
    rows = Question.objects.for_lists().select_related("signal__jurisdiction__region", "asked_by")
    waiting = list(rows.waiting()[:WAITING_SHOWN])
    done = list(
        rows.filter(Q(answer__isnull=False) | Q(hidden_at__isnull=False))
        .select_related("answer__by", "answer__corrected_by", "hidden_by")
        .order_by("-created_at")[:LATELY_SHOWN]
    )
    closed = list(
        rows.filter(answer=None, hidden_at=None)
        .exclude(signal__status=Signal.Status.APPROVED)
        .order_by("-created_at")[:LATELY_SHOWN]
    )
    names = _names([*waiting, *done, *closed])
    context = {
        **admin.site.each_context(request),
        "title": "Questions",
        "now": timezone.now(),
        "waiting": [_as_waiting(row, names) for row in waiting],
        "done": [_as_waiting(row, names) for row in done],
        "closed": [_as_waiting(row, names) for row in closed],
        "kinds": Answer.Kind.choices,
        "longest": asking.LONGEST_ANSWER,
    }
    return render(request, "matching/staff/questions.html", context)


def staff_news(request: HttpRequest) -> HttpResponse:
    """What came since the page was made. Not put into the page: somebody may be writing there."""
    since = parse_datetime(request.GET.get("since", "").replace(" ", "+"))
    if since is None or since.tzinfo is None:
        return HttpResponse(status=400)
    others = Answer.objects.filter(at__gt=since).exclude(by=person(request)).select_related("by")
    context = {
        "came": Question.objects.waiting().filter(created_at__gt=since).count(),
        "answered": others.order_by("-at").first(),
    }
    return render(request, "matching/staff/_news.html", context)


def _names(rows: list[Question]) -> dict[UUID, str]:
    ids = {row.asked_for for row in rows}
    return dict(Startup.objects.filter(public_id__in=ids).values_list("public_id", "name"))


def _as_waiting(row: Question, names: dict[UUID, str]) -> Waiting:
    votes: int = getattr(row, "vote_count")  # noqa: B009
    return Waiting(row, votes, names.get(row.asked_for, "A startup that is gone"))


@require_POST
def staff_answer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer, hide or show a question."""
    rows = Question.objects.select_related("signal__jurisdiction__region")
    question = get_object_or_404(rows, public_id=public_id)
    try:
        messages.success(request, _act(request, question))
    except (asking.NotAnswered, asking.Withdrawn) as error:
        messages.warning(request, str(error))
    return redirect("admin:questions")


def _act(request: HttpRequest, question: Question) -> str:
    by, groups = person(request), questions.audience_of(question.signal)
    text = request.POST.get("text", "")
    match request.POST.get("do"):
        case "hide":
            asking.hide(question, why=request.POST.get("why", ""), by=by, audience=groups)
            return "Hidden. The asker reads why; nobody else sees the question."
        case "show":
            asking.show(question, by=by, audience=groups)
            return "The question is on the page again."
        case kind:
            told = questions.answer(question, kind=str(kind or ""), by=by, text=text)
            return f"Published. {told} {'person was' if told == 1 else 'people were'} told."
