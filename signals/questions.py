"""Questions of startups on a signal, and the answers of its government.

Everybody who may see the signal reads questions and answers; who asked is told to staff alone, so
that nobody learns more than the others. Startups are known here by their public ids only.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from civstart.accounts.models import User
from civstart.events import outbox
from civstart.events.models import Event
from civstart.lib.errors import CivStartError
from signals import redaction
from signals.models import Answer, Question, QuestionVote, Signal
from signals.redaction import What

SHORTEST, LONGEST = 10, 500
LONGEST_ANSWER = 2000
MOST_AN_HOUR = 5
SHORTEST_NAME = 3

_LINK = re.compile(r"\b(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|org|net|io|gov|us|co|ai)\b", re.I)
_CONTACTS = {What.EMAIL: "an e-mail address", What.PHONE: "a phone number"}


class NotAsked(CivStartError):
    """A question that cannot be taken as it is."""


class NotAnswered(CivStartError):
    """An answer that cannot be published as it is."""


class Withdrawn(CivStartError):
    """The signal is no longer open to startups."""


class TooMany(CivStartError):
    """The startup asked too much in the last hour."""


# --- Asking --------------------------------------------------------------------------------------


@transaction.atomic
def ask(
    signal: Signal,
    text: str,
    *,
    by: User,
    startup: UUID,
    names: Sequence[str] = (),
    audience: Iterable[str] = (),
) -> Question:
    """Store a question and tell staff and the audience's open pages.

    names are those that would tell others who asks. Raise NotAsked if the text is too short, too
    long, names somebody to contact, or was asked before; Withdrawn if the signal is not approved;
    TooMany after MOST_AN_HOUR questions in an hour.
    """
    words = _one_line(text)
    _check(words, names)
    check_open(signal)
    _one_at_a_time(startup)
    _check_rate(startup)
    same = Question.objects.visible().filter(signal=signal, text__iexact=words)
    if same.exists():
        raise NotAsked("Somebody asked exactly this already. Vote for it instead.")
    question = Question.objects.create(signal=signal, text=words, asked_by=by, asked_for=startup)
    outbox.record(
        "question.asked",
        subject=question,
        by=by,
        data={"signal": str(signal.public_id)},
        audience=audience,
    )
    return question


def _one_line(text: str) -> str:
    return " ".join(text.replace("\x00", " ").split())


def _check(words: str, names: Sequence[str]) -> None:
    if len(words) < SHORTEST:
        raise NotAsked(
            f'"{words}" is too short for a question. Write at least {SHORTEST} characters.'
        )
    if len(words) > LONGEST:
        raise NotAsked(
            f"The question has {len(words):,} characters; {LONGEST} are the most. Shorten it."
        )
    if contact := contact_in(words):
        raise NotAsked(
            f"The question holds {contact}. Leave it out: contact details stay hidden until both "
            "sides agree to an introduction."
        )
    for name in names:
        if len(name) >= SHORTEST_NAME and re.search(rf"\b{re.escape(name)}\b", words, re.I):
            raise NotAsked(
                f'The question names "{name}". Leave it out: others are not told who asks.'
            )


def contact_in(words: str) -> str:
    """Return what contact details the text holds, as "an e-mail address (a@b.org)"; "" if none."""
    for first, last, what in redaction.spans(words, official=True):
        if what in _CONTACTS:
            return f"{_CONTACTS[What(what)]} ({words[first:last]})"
    link = _LINK.search(words)
    return f"a web address ({link[0]})" if link else ""


def check_open(signal: Signal) -> None:
    """Raise Withdrawn unless the signal is approved at this moment."""
    status = Signal.objects.values_list("status", flat=True).get(pk=signal.pk)
    if status != Signal.Status.APPROVED:
        raise Withdrawn(
            f'"{signal.shown_title}" was withdrawn by staff and is no longer open. '
            "Its questions are closed; nothing was changed."
        )


def _one_at_a_time(startup: UUID) -> None:
    """Have questions of one startup wait for each other, so that none slips past the limit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"question {startup}"])


def _check_rate(startup: UUID) -> None:
    since = timezone.now() - timedelta(hours=1)
    lately = Question.objects.filter(asked_for=startup, created_at__gt=since)
    asked = list(lately.order_by("created_at").values_list("created_at", flat=True))
    if len(asked) >= MOST_AN_HOUR:
        wait = int((asked[-MOST_AN_HOUR] - since).total_seconds() // 60) + 1
        raise TooMany(
            f"Your startup asked {len(asked)} questions in the last hour; {MOST_AN_HOUR} are the "
            f"most. Ask again in {wait} minute{'' if wait == 1 else 's'}."
        )


# --- Answering -----------------------------------------------------------------------------------


@transaction.atomic
def answer(
    question: Question, *, kind: str, by: User, text: str = "", audience: Iterable[str] = ()
) -> Event:
    """Publish the government's answer, once; return the event.

    Raise NotAnswered if the answer says nothing, holds contact details, or the question is answered
    or hidden; Withdrawn if the signal is not approved any more.
    """
    words = text.replace("\x00", " ").strip()
    check_answer(kind, words)
    locked = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
    if locked.hidden_at:
        raise NotAnswered("The question is hidden. Show it again, then answer.")
    earlier = Answer.objects.filter(question=locked).select_related("by").first()
    if earlier:
        raise NotAnswered(
            f"{earlier.by} answered it at {earlier.at:%H:%M on %-d %b %Y} UTC. Nothing was changed."
        )
    check_open(question.signal)
    Answer.objects.create(question=locked, kind=kind, text=words, by=by)
    question.refresh_from_db()
    return outbox.record(
        "question.answered",
        subject=question,
        by=by,
        data={"signal": str(question.signal.public_id), "kind": kind},
        audience=audience,
    )


def check_answer(kind: str, words: str) -> None:
    """Raise NotAnswered if this cannot be published as an answer."""
    if kind not in Answer.Kind.values:
        known = ", ".join(str(label) for label in Answer.Kind.labels)
        raise NotAnswered(f'"{kind}" is no kind of answer. Choose one of: {known}.')
    if kind == Answer.Kind.ANSWERED and not words:
        raise NotAnswered("The answer is empty. Write what the government said.")
    if len(words) > LONGEST_ANSWER:
        raise NotAnswered(
            f"The answer has {len(words):,} characters; {LONGEST_ANSWER:,} are the most. "
            "Shorten it."
        )
    if contact := contact_in(words):
        raise NotAnswered(
            f"The answer holds {contact}. Leave it out: contact details stay hidden until both "
            "sides agree to an introduction."
        )


# --- Moderating and voting -----------------------------------------------------------------------


@transaction.atomic
def hide(question: Question, *, why: str, by: User, audience: Iterable[str] = ()) -> None:
    """Take the question off the page; the asker reads why. Raise NotAnswered without a reason."""
    reason = _one_line(why)[:300]
    if not reason:
        raise NotAnswered("Write why the question is hidden; the asker reads it.")
    won = (
        Question.objects.visible()
        .filter(pk=question.pk)
        .update(hidden_at=timezone.now(), hidden_by=by, hidden_why=reason)
    )
    if not won:
        raise NotAnswered("The question is hidden already. Nothing was changed.")
    question.refresh_from_db()
    outbox.record("question.hidden", subject=question, by=by, audience=audience)


@transaction.atomic
def show(question: Question, *, by: User, audience: Iterable[str] = ()) -> None:
    """Put a hidden question back on the page. Raise NotAnswered if it is not hidden."""
    won = Question.objects.filter(pk=question.pk, hidden_at__isnull=False).update(
        hidden_at=None, hidden_by=None, hidden_why=""
    )
    if not won:
        raise NotAnswered("The question is on the page already. Nothing was changed.")
    question.refresh_from_db()
    outbox.record("question.shown", subject=question, by=by, audience=audience)


@transaction.atomic
def toggle_vote(
    question: Question, *, by: User, startup: UUID, audience: Iterable[str] = ()
) -> bool:
    """Vote for the question, or take the vote back; return whether it stands now.

    A membership has one vote. Raise Withdrawn if the signal is not open, NotAsked if the question
    is hidden.
    """
    locked = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
    if locked.hidden_at:
        raise NotAsked("Staff took the question off the page; it takes no votes.")
    check_open(question.signal)
    gone, _ = QuestionVote.objects.filter(question=locked, by=by, voted_for=startup).delete()
    if not gone:
        QuestionVote.objects.create(question=locked, by=by, voted_for=startup)
    outbox.record("question.voted", subject=locked, by=by, audience=audience)
    return not gone


def waiting_count() -> int:
    return Question.objects.waiting().count()
