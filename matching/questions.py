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
from signals import correcting, questions
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
    signal = question.signal
    people = told_of(signal, [question.asked_for])
    return _tell(
        people, question, event, f"{signal.jurisdiction} answered a question on {_quoted(signal)}"
    )


@transaction.atomic
def correct(question: Question, *, kind: str, version: int, by: User, text: str = "") -> int:
    """Correct the answer for all who were or would be told of it; return how many people.

    Raise what correcting.correct raises.
    """
    signal = question.signal
    event = correcting.correct(
        question, kind=kind, text=text, version=version, by=by, audience=audience_of(signal)
    )
    told = User.objects.filter(
        is_active=True,
        notices__event__type="question.answered",
        notices__event__subject=f"question:{question.public_id}",
    )
    people = dict.fromkeys([*told_of(signal, [question.asked_for]), *told])
    said = f"The answer of {signal.jurisdiction} on {_quoted(signal)} was corrected"
    return _tell(people, question, event, said)


def _quoted(signal: Signal) -> str:
    return f"“{signal.shown_title}”"


def _tell(people: Iterable[User], question: Question, event: Event, text: str) -> int:
    return telling.tell(
        people,
        because=event,
        text=text,
        url=f"{reverse('signal', args=[question.signal.public_id])}#qa",
        letter=_letter(question),
        topic=telling.Topic.ANSWERS,
    )


def _letter(question: Question) -> telling.Letter:
    context = {
        "question": question,
        "before": question.answer.earlier.first(),
        "signal": question.signal,
        "site": settings.SITE_URL,
    }
    first = "Corrected" if context["before"] else "Answered"
    return telling.Letter(
        subject=f"{first}: {question.text}",
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
