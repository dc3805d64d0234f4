"""Questions and answers where startups are known: who may ask, who is told, how it is shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse

from civstart.accounts.models import User
from civstart.events.models import Event
from civstart.notices import telling
from signals import questions
from signals.models import Answer, Question, Signal
from startups import membership
from startups.models import Startup

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as a member of a startup sees it: without who asked, unless they did."""

    id: UUID
    text: str
    votes: int
    has_voted: bool
    is_own: bool
    hidden_why: str
    answer: Answer | None
    asked_at: datetime


def ask(signal: Signal, text: str, *, by: User, startup: Startup) -> Question:
    """Ask for the startup. Raise what questions.ask raises."""
    return questions.ask(
        signal,
        text,
        by=by,
        startup=startup.public_id,
        names=[startup.name, by.name],
        audience=[*audience_of(signal), membership.group(startup.public_id)],
    )


@transaction.atomic
def answer(question: Question, *, kind: str, by: User, text: str = "") -> int:
    """Publish an answer to every startup that was told of the signal; return how many people.

    The asker is told too, matched or not. Raise what questions.answer raises.
    """
    event = questions.answer(
        question, kind=kind, by=by, text=text, audience=audience_of(question.signal)
    )
    return _tell(question, event)


def _tell(question: Question, event: Event) -> int:
    signal = question.signal
    return telling.tell(
        told_of(signal, [question.asked_for]),
        because=event,
        text=f"{signal.jurisdiction} answered a question on “{signal.shown_title}”",
        url=f"{reverse('signal', args=[signal.public_id])}#qa",
        letter=_letter(question),
        topic=telling.Topic.ANSWERS,
    )


def _letter(question: Question) -> telling.Letter:
    context = {"question": question, "signal": question.signal, "site": settings.SITE_URL}
    return telling.Letter(
        subject=f"Answered: {question.text}",
        body=render_to_string("matching/mail/answer.txt", context),
        html=render_to_string("matching/mail/answer.html", context),
    )


def told_of(signal: Signal, also: Iterable[UUID] = ()) -> list[User]:
    """Return the people of the startups that were told of the signal, or are named. One query."""
    startups = Startup.objects.filter(Q(matches__signal=signal) | Q(public_id__in=list(also)))
    people = User.objects.filter(is_active=True, startups__in=startups)
    return list(people.distinct())


def audience_of(signal: Signal) -> list[str]:
    """Return the live groups of the startups that were told of the signal or asked about it."""
    told = Startup.objects.filter(matches__signal=signal).values_list("public_id", flat=True)
    asked = Question.objects.filter(signal=signal).values_list("asked_for", flat=True)
    return [membership.group(one) for one in dict.fromkeys([*told, *asked])]


def shown_to(signal: Signal, *, user: User, startup: Startup | None) -> list[Shown]:
    """Return the questions of the signal as the person sees them, most wanted first. One query.

    Hidden ones are seen by their askers, with the reason.
    """
    own = startup.public_id if startup else UUID(int=0)
    rows = Question.objects.for_lists(voter=user, member=own).filter(
        Q(hidden_at=None) | Q(asked_for=own), signal=signal
    )[:SHOWN]
    return [
        Shown(
            id=row.public_id,
            text=row.text,
            votes=row.vote_count,  # type: ignore[attr-defined]
            has_voted=row.has_voted,  # type: ignore[attr-defined]
            is_own=row.asked_for == own,
            hidden_why=row.hidden_why,
            answer=getattr(row, "answer", None),
            asked_at=row.created_at,
        )
        for row in rows
    ]


@transaction.atomic
def tell_askers_of_withdrawal(signal: Signal, *, because: Event) -> int:
    """Tell those who wait for an answer that the signal was withdrawn; return how many."""
    waiting = Question.objects.visible().filter(signal=signal, answer=None)
    startups = list(waiting.values_list("asked_for", flat=True))
    people = User.objects.filter(is_active=True, startups__public_id__in=startups).distinct()
    return telling.tell(
        people,
        because=because,
        text=f"“{signal.shown_title}” was withdrawn. Your question on it stays without an answer.",
        url=reverse("notices"),
    )
