"""What reviewers do to a signal, over HTTP: each answers as answering.py says."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from civstart.accounts.access import person
from civstart.lib.errors import CivStartError
from signals import review
from signals.models import Review, Signal
from signals.queue import (
    answering,
    desks,
    editing,
    merging,
    order,
    pages,
    parting,
    showing,
    undoing,
)
from signals.queue.answering import Done

# What somebody else did meanwhile: 409. All other errors are about what was typed: 422.
CONFLICTS = (
    review.AlreadyDecided,
    desks.HeldByAnother,
    editing.ChangedMeanwhile,
    undoing.CannotUndo,
    parting.CannotRejoin,
)
TYPED = ("title", "quote", "second_title", "second_quote", "note")


@require_POST
def decide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Approve, reject or reopen, then go on: to the next signal, or to the reopened one."""
    return _act(request, public_id, _decide, moves_on=True)


def _decide(signal: Signal, request: HttpRequest) -> Done:
    by, wanted = person(request), request.POST.get("decision")
    if wanted in ("approve", "reject"):
        _check_seen(signal, request)
    match wanted:
        case "approve":
            made = review.approve(signal, by=by)
            return Done(f"Approved “{signal.title}”. Startups are being matched.", made)
        case "reject":
            reason = request.POST.get("reason", "")
            note = request.POST.get("note", "")
            made = review.reject(signal, reason=reason, note=note, by=by)
            label = Review.Reason(reason).label
            return Done(f"Rejected “{signal.title}”: {label[:1].lower()}{label[1:]}.", made)
        case "reopen":
            told = review.reopen(signal, by=by)
            return Done(f"“{signal.title}” waits for review again. {told.words}".strip())
        case other:
            raise review.ReasonMissing(
                f"{other!r} is no decision. Approve, reject or reopen the signal."
            )


def _check_seen(signal: Signal, request: HttpRequest) -> None:
    """Raise if the signal is held by another, or reads otherwise than when it was opened."""
    desks.check_free(signal, by=person(request))
    mark = request.POST.get("seen", "")
    if mark and signal.status == Signal.Status.PENDING and mark != showing.seen(signal):
        raise editing.ChangedMeanwhile(
            f'The title or the quote of "{signal.title}" changed while you looked at it. Nothing '
            "was decided; read it again."
        )


@require_POST
def title(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give the signal another title."""

    def act(signal: Signal, request: HttpRequest) -> Done:
        made = editing.title(signal, request.POST.get("title", ""), by=person(request))
        return Done("The title is changed.", made)

    return _act(request, public_id, act)


@require_POST
def quote(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Have the signal quote other words of the meeting."""

    def act(signal: Signal, request: HttpRequest) -> Done:
        made = editing.quote(signal, request.POST.get("quote", ""), by=person(request))
        return Done("The quote is changed, and its times with it.", made)

    return _act(request, public_id, act)


@require_POST
def split(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Make a second signal of another need in the same words."""

    def act(signal: Signal, request: HttpRequest) -> Done:
        second, made = parting.split(
            signal,
            title=request.POST.get("second_title", ""),
            quote=request.POST.get("second_quote", ""),
            by=person(request),
        )
        return Done(f"Split: “{second.title}” waits for review too.", made)

    return _act(request, public_id, act)


@require_POST
def merge(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Merge the signal into another one, and go on to the next."""

    def act(signal: Signal, request: HttpRequest) -> Done:
        other = _other(request)
        made, told = merging.merge(signal, into=other, by=person(request))
        return Done(f"Merged “{signal.title}” into “{other.title}”. {told.words}".strip(), made)

    return _act(request, public_id, act, moves_on=True)


@require_POST
def thread(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put the signal into the thread of another one."""

    def act(signal: Signal, request: HttpRequest) -> Done:
        into = _other(request).thread
        if into is None:
            raise merging.CannotMerge("That signal has no thread. Merge into it instead.")
        made = merging.join(signal, thread=into, by=person(request))
        return Done(f"“{signal.title}” joined the thread “{into.title}”.", made)

    return _act(request, public_id, act)


def _other(request: HttpRequest) -> Signal:
    """Return the signal named in the form. Raise CannotMerge if there is none."""
    try:
        return Signal.objects.select_related("thread", "jurisdiction").get(
            public_id=UUID(request.POST.get("into", ""))
        )
    except (ValueError, Signal.DoesNotExist):
        raise merging.CannotMerge(
            "The signal to merge into is not there any more. Choose another one."
        ) from None


def _act(
    request: HttpRequest,
    public_id: UUID,
    act: Callable[[Signal, HttpRequest], Done],
    *,
    moves_on: bool = False,
) -> HttpResponse:
    """Do it and go on; refused, say why and keep what was typed."""
    signal = (
        Signal.objects.select_related("jurisdiction", "thread").filter(public_id=public_id).first()
    )
    if signal is None:
        return _gone(request)
    chosen = showing.asked(request)
    here = showing.address(signal, chosen)
    try:
        what = act(signal, request)
    except CONFLICTS as error:
        return answering.refused(request, error, then=here)
    except CivStartError as error:
        if not answering.is_asked_by_page(request) and _typed(request):
            return _again(request, public_id, error)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return answering.refused(request, error, then=here, status=status)
    if not moves_on or signal.status == Signal.Status.PENDING:
        return answering.done(request, what, then=here)
    following = None
    if not answering.is_asked_by_page(request):  # the open page has the next signal at hand
        following = order.next_for(person(request), chosen.rows(), signal)
    then = showing.address(following, chosen) if following else reverse("admin:review")
    return answering.done(request, what, then=then)


def _typed(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST[name] for name in TYPED if request.POST.get(name)}


def _again(request: HttpRequest, public_id: UUID, error: CivStartError) -> HttpResponse:
    """The page once more, with what was typed and why it does not do."""
    signal = pages.find(public_id)
    if signal is None:
        return _gone(request)
    form = request.path.rstrip("/").rpartition("/")[2]
    typed = _typed(request) | {"form": form, "error": str(error)}
    return pages.show(request, signal, typed=dict(typed), status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _gone(request: HttpRequest) -> HttpResponse:
    if answering.is_asked_by_page(request):
        said = "That signal is no longer there: it was deleted meanwhile. Nothing was changed."
        return JsonResponse({"said": said, "kind": "Gone"}, status=HTTPStatus.NOT_FOUND)
    return pages.gone(request, _typed(request))


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back the decision that is named, else the person's last one; go to its signal."""
    asked = request.POST.get("review", "")
    made = (
        get_object_or_404(Review.objects.select_related("signal"), pk=int(asked))
        if asked.isdecimal() and len(asked) < 19
        else showing.undoable(request)
    )
    chosen = showing.asked(request)
    try:
        if made is None:
            raise undoing.CannotUndo(
                "There is nothing to undo: decisions can be undone for some minutes, by who made "
                "them."
            )
        said = undoing.undo(made, by=person(request))
    except CivStartError as error:
        then = showing.address(made.signal, chosen) if made else reverse("admin:review")
        return answering.refused(request, error, then=then)
    return answering.done(request, Done(said), then=showing.address(made.signal, chosen))


@require_POST
def here(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Note that the person has the signal open, and answer who else has."""
    signal = get_object_or_404(Signal, public_id=public_id)
    take_over = request.POST.get("take_over") == "1"
    desk = desks.sit(signal, by=person(request), take_over=take_over)
    if not answering.is_asked_by_page(request):
        return redirect(showing.address(signal, showing.asked(request)))
    context = {"signal": signal, "others": desks.others_at(signal, person(request)), "mine": desk}
    return render(request, "signals/staff/_presence.html", context)
