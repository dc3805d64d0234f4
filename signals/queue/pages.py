"""The review queue as pages and parts of pages on the staff site; what changes it is in acts.py."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from civstart.accounts.access import person
from signals.models import Review, Signal
from signals.queue import alike, order, showing
from signals.queue.chosen import Chosen, unread


def review_queue(request: HttpRequest) -> HttpResponse:
    """Go to where the person was in the queue, or say that nothing waits."""
    chosen = showing.asked(request)
    for said in unread(request.GET):
        messages.warning(request, said)
    signal = showing.resumed(request, chosen)
    if signal is None:
        return render(request, "signals/staff/review_empty.html", nothing(request, chosen))
    return redirect(showing.address(signal, chosen))


def nothing(request: HttpRequest, chosen: Chosen) -> dict[str, object]:
    """Return what is shown when nothing waits that was asked for."""
    total = Signal.objects.pending().count() if chosen.named else 0
    return showing.frame(request, chosen) | {
        "total": total,
        "lately": Review.objects.select_related("signal", "by")[:5],
    }


def find(public_id: UUID) -> Signal | None:
    rows = Signal.objects.for_lists().select_related(
        "run__transcript", "merger__into", "merger__by"
    )
    return rows.filter(public_id=public_id).first()


def review_signal(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One signal beside the queue, to be decided; with ?part the signal alone."""
    signal = find(public_id)
    if signal is None:
        return gone(request)
    return show(request, signal)


def show(
    request: HttpRequest,
    signal: Signal,
    *,
    typed: dict[str, object] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the signal; typed holds what a form was sent with and why it was refused."""
    chosen = showing.asked(request)
    context = showing.desk(signal, request) | {"query": chosen.query, "typed": typed or {}}
    if "part" in request.GET:
        return render(request, "signals/staff/_desk.html", context, status=status)
    context |= showing.frame(request, chosen) | showing.window(request, chosen, signal)
    context["near"] = showing.near(signal)
    return render(request, "signals/staff/review.html", context, status=status)


def gone(request: HttpRequest, kept: dict[str, str] | None = None) -> HttpResponse:
    """Say that the signal is no longer there, and show what was typed for it."""
    context = showing.frame(request, showing.asked(request)) | {"kept": kept or {}}
    return render(request, "signals/staff/review_gone.html", context, status=404)


def review_next(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The signal behind this one in the queue; with ?part to be shown at once."""
    chosen = showing.asked(request)
    signal = get_object_or_404(Signal, public_id=public_id)
    following = order.next_for(person(request), chosen.rows(), signal)
    if "part" not in request.GET:
        return redirect(
            showing.address(following, chosen)
            if following
            else reverse("admin:review") + chosen.query
        )
    found = find(following.public_id) if following else None
    if found is None:
        return render(request, "signals/staff/_none.html", {"query": chosen.query})
    return show(request, found)


def review_queue_part(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The queue beside the signal, refetched when something happened."""
    signal = get_object_or_404(Signal, public_id=public_id)
    chosen = showing.asked(request)
    context = showing.frame(request, chosen) | showing.window(request, chosen, signal)
    return render(request, "signals/staff/_queue.html", context | {"signal": signal})


def review_more_part(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The rows of the queue behind this signal's place."""
    after = get_object_or_404(Signal, public_id=public_id)
    context = showing.more(request, showing.asked(request), after)
    return render(request, "signals/staff/_queue_rows.html", context)


def review_decision_part(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The decision under the signal, refetched when something happened to it."""
    signal = get_object_or_404(
        Signal.objects.select_related("decided_by", "merger__into", "meeting"), public_id=public_id
    )
    chosen = showing.asked(request)
    context = showing.decision(signal) | {
        "query": chosen.query,
        "seen": showing.seen(signal),
        "own_quote": signal.quote,
        "typed": {},
    }
    return render(request, "signals/staff/_decision.html", context)


def review_alike_part(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Signals that are likely the same need, each to be merged into."""
    signal = get_object_or_404(Signal, public_id=public_id)
    words = request.GET.get("words", "")
    context = {
        "signal": signal,
        "alike": alike.to(signal),
        "words": words[:100],
        "named": alike.named(signal, words),
        "query": showing.asked(request).query,
    }
    return render(request, "signals/staff/_alike.html", context)
