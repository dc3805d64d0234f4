"""Corrections of published answers. What an answer said before stays readable."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from civstart.accounts.models import User
from civstart.events import outbox
from civstart.events.models import Event
from signals import questions
from signals.models import Answer, EarlierAnswer, Question


class Outdated(questions.NotAnswered):
    """Somebody else corrected the answer after it was read."""


@transaction.atomic
def correct(
    question: Question,
    *,
    kind: str,
    version: int,
    by: User,
    text: str = "",
    audience: Iterable[str] = (),
) -> Event:
    """Publish a correction of the version that was read, keep what was said; return the event.

    Raise Outdated if somebody else corrected that version; NotAnswered if there is no answer, it
    says this already, it cannot be published, or the question is hidden; Withdrawn if the signal
    is not approved any more.
    """
    words = text.replace("\x00", " ").strip()
    questions.check_answer(kind, words)
    said = _answer_to(question)
    _check_version(said, version)
    questions.check_open(question.signal)
    if (said.kind, said.text) == (kind, words):
        raise questions.NotAnswered("The answer says exactly this already. Nothing was changed.")
    _replace(said, kind, words, by)
    question.refresh_from_db()
    return outbox.record(
        "question.corrected",
        subject=question,
        by=by,
        data={"signal": str(question.signal.public_id), "version": said.version},
        audience=audience,
    )


def _answer_to(question: Question) -> Answer:
    """Return the answer; others who would answer, hide or correct it wait."""
    locked = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
    if locked.hidden_at:
        raise questions.NotAnswered("The question is hidden. Show it again, then correct it.")
    said = Answer.objects.filter(question=locked).select_related("by", "corrected_by").first()
    if said is None:
        raise questions.NotAnswered("The question has no answer yet. Answer it first.")
    return said


def _check_version(said: Answer, version: int) -> None:
    if said.version == version:
        return
    if version > said.version:
        raise Outdated(
            f"There is no version {version} of the answer; {said.version} is the newest. "
            "Nothing was changed."
        )
    raise Outdated(
        f"{said.corrected_by} corrected it at {said.corrected_at:%H:%M on %-d %b %Y} UTC. "
        "Nothing was changed: read what it says now, then correct that."
    )


def _replace(said: Answer, kind: str, words: str, by: User) -> None:
    EarlierAnswer.objects.create(
        answer=said,
        version=said.version,
        kind=said.kind,
        text=said.text,
        by=said.corrected_by or said.by,
        at=said.corrected_at or said.at,
    )
    said.kind, said.text, said.version = kind, words, said.version + 1
    said.corrected_at, said.corrected_by = timezone.now(), by
    said.save(update_fields=("kind", "text", "version", "corrected_at", "corrected_by"))
