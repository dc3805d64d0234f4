"""The page on which staff correct a published answer, with what it said before."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from civstart.accounts.access import person
from matching import questions
from signals import questions as asking
from signals.models import Answer, Question


def correct(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the answer to be corrected; correct it. What was typed survives a refusal."""
    rows = Question.objects.select_related("signal__jurisdiction__region")
    question = get_object_or_404(rows.filter(answer__isnull=False), public_id=public_id)
    if request.method != "POST":
        return _page(request, question)
    try:
        told = questions.correct(
            question,
            kind=request.POST.get("kind", ""),
            text=request.POST.get("text", ""),
            version=_version(request.POST.get("version", "")),
            by=person(request),
        )
    except (asking.NotAnswered, asking.Withdrawn) as error:
        return _page(request, question, refused=str(error))
    was = "person was" if told == 1 else "people were"
    messages.success(request, f"Corrected. {told} {was} told.")
    return redirect("admin:questions")


def _version(said: str) -> int:
    """Return the version that was read; raise NotAnswered for what is no number."""
    if not (said.isascii() and said.isdigit() and len(said) < len("10000")):
        raise asking.NotAnswered(f'"{said[:20]}" is no version of an answer. Open the page anew.')
    return int(said)


def _page(request: HttpRequest, question: Question, refused: str = "") -> HttpResponse:
    said = Answer.objects.select_related("by", "corrected_by").get(question=question)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Correct an answer",
        "question": question,
        "answer": said,
        "earlier": said.earlier.select_related("by"),
        "refused": refused,
        "kind": request.POST.get("kind", said.kind),
        "text": request.POST.get("text", said.text),
        "kinds": Answer.Kind.choices,
        "longest": asking.LONGEST_ANSWER,
    }
    status = 409 if refused else 200
    return render(request, "matching/staff/correct.html", context, status=status)
