"""The review queue: pages of our own on the staff site."""

from datetime import datetime
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Count, Min, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from civstart.accounts.models import User
from signals import review, transcripts
from signals.models import Evidence, Review, Signal, SignalQuerySet
from signals.words import Strength

QUEUE_SHOWN = 60
WIDEST_SECONDS = 120
NEAR_SECONDS = 120
NEAR_SHOWN = 3


def queue(strength: str = "") -> SignalQuerySet:
    """Signals that wait for review, the surest first; last those that only residents ask for."""
    rows = Signal.objects.pending().select_related("jurisdiction__region")
    rows = rows.pleas_last("-confidence", "pk")
    return rows.filter(strength=strength) if strength in {"1", "2", "3"} else rows


def waiting_count() -> int:
    return Signal.objects.pending().count()


def review_queue(request: HttpRequest) -> HttpResponse:
    """Go to the first signal that waits, or say that none does."""
    first = queue(request.GET.get("strength", "")).first()
    if first is None:
        context = _frame(request) | {"lately": Review.objects.select_related("signal", "by")[:5]}
        return render(request, "signals/staff/review_empty.html", context)
    return redirect(_address(first, request))


def review_signal(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One signal beside the queue, to be decided."""
    signal = get_object_or_404(
        Signal.objects.for_lists().select_related("run__transcript"), public_id=public_id
    )
    context = (
        _frame(request)
        | _decision(signal, request)
        | _words(signal, request)
        | {"today": _today(request)}
    )
    return render(request, "signals/staff/review.html", context)


def review_queue_part(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The queue beside the signal, refetched when something happened."""
    signal = get_object_or_404(Signal, public_id=public_id)
    return render(request, "signals/staff/_queue.html", _frame(request) | {"signal": signal})


def review_decision_part(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The decision under the signal, refetched when something happened to it."""
    signal = get_object_or_404(Signal.objects.select_related("decided_by"), public_id=public_id)
    return render(
        request, "signals/staff/_decision.html", _frame(request) | _decision(signal, request)
    )


@require_POST
def decide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Approve, reject or reopen, then go on: to the next signal, or to the one that was reopened.

    Who comes second is told who was first. What was approved or rejected can be taken back: the
    message carries the signal's id, and the page shows an Undo beside it.
    """
    signal = get_object_or_404(Signal.objects.select_related("jurisdiction"), public_id=public_id)
    assert isinstance(request.user, User)
    try:
        said = _decide(signal, request, by=request.user)
    except (review.AlreadyDecided, review.ReasonMissing) as error:
        messages.warning(request, str(error))
        return redirect(_address(signal, request))
    if signal.status == Signal.Status.PENDING:
        messages.success(request, said)
        return redirect(_address(signal, request))
    messages.success(request, said, extra_tags=str(signal.public_id))
    following = queue(request.GET.get("strength", "")).first()
    return redirect(_address(following, request) if following else reverse("admin:review"))


def _decide(signal: Signal, request: HttpRequest, *, by: User) -> str:
    match request.POST.get("decision"):
        case "approve":
            review.approve(signal, by=by)
            return f"Approved “{signal.title}”. Startups are being matched."
        case "reject":
            reason = request.POST.get("reason", "")
            review.reject(signal, reason=reason, note=request.POST.get("note", ""), by=by)
            return f"Rejected “{signal.title}”: {Review.Reason(reason).label.lower()}."
        case "reopen":
            review.reopen(signal, by=by)
            return f"“{signal.title}” waits for review again."
        case other:
            raise review.ReasonMissing(
                f"{other!r} is no decision. Approve, reject or reopen the signal."
            )


def _address(signal: Signal, request: HttpRequest) -> str:
    return reverse("admin:review-signal", args=[signal.public_id]) + _query(request)


def _query(request: HttpRequest) -> str:
    chosen = request.GET.get("strength", "")
    return f"?strength={chosen}" if chosen in {"1", "2", "3"} else ""


def _frame(request: HttpRequest) -> dict[str, object]:
    """Return what the queue shows. Two queries."""
    strength = request.GET.get("strength", "")
    counts = Signal.objects.pending().aggregate(
        all=Count("pk"),
        oldest=Min("created_at"),
        **{f"of_{level}": Count("pk", filter=Q(strength=level)) for level in Strength.values},
    )
    return {
        **admin.site.each_context(request),
        "title": "Review",
        "queue": list(queue(strength)[:QUEUE_SHOWN]),
        "waiting_count": counts["all"],
        "oldest": counts["oldest"],
        "chips": [
            (level.value, level.label, counts[f"of_{level.value}"])
            for level in reversed(Strength)
            if counts[f"of_{level.value}"] or strength == str(level.value)
        ],
        "chosen_strength": strength,
        "query": _query(request),
    }


def _decision(signal: Signal, request: HttpRequest) -> dict[str, object]:
    """Return what the decision under the signal shows: the state, and where to go from here."""
    return {
        "signal": signal,
        "reasons": Review.Reason.choices,
        "history": list(signal.reviews.select_related("by")),
        "following": queue(request.GET.get("strength", "")).exclude(pk=signal.pk).first(),
        "now": timezone.now(),
    }


def _words(signal: Signal, request: HttpRequest) -> dict[str, object]:
    """Return what was said, and who else may have said the same."""
    seconds = _seconds(request)
    lines = transcripts.around(signal, seconds=seconds, verbatim=True)
    return {
        "around": lines,
        "seconds": seconds,
        "wider": min(seconds + transcripts.AROUND_SECONDS, WIDEST_SECONDS)
        if seconds < WIDEST_SECONDS
        else 0,
        "first_evidence": next(iter(signal.evidence.all()), None),
        "near": _near(signal),
    }


def _seconds(request: HttpRequest) -> int:
    asked = request.GET.get("around", "")
    return (
        min(int(asked), WIDEST_SECONDS)
        if asked.isdecimal() and len(asked) <= 3
        else transcripts.AROUND_SECONDS
    )


def _near(signal: Signal) -> list[Signal]:
    """Signals of the same meeting that were said close by: perhaps the same need."""
    return list(
        Signal.objects.filter(
            meeting=signal.meeting_id,
            start_seconds__lte=signal.end_seconds + NEAR_SECONDS,
            end_seconds__gte=signal.start_seconds - NEAR_SECONDS,
        )
        .exclude(pk=signal.pk)
        .prefetch_related(Prefetch("evidence", Evidence.objects.select_related("segment")))
        .order_by("start_seconds")[:NEAR_SHOWN]
    )


def _today(request: HttpRequest) -> dict[str, object]:
    """Return how many were decided today, by all and by the person."""
    return Review.objects.filter(at__gte=_midnight()).aggregate(
        approved=Count("pk", filter=Q(decision=Review.Decision.APPROVE)),
        rejected=Count("pk", filter=Q(decision=Review.Decision.REJECT)),
        own=Count("pk", filter=Q(by=request.user.pk)),
    )


def _midnight() -> datetime:
    return timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
