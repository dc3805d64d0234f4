"""What the pages of the review queue show, gathered with a fixed number of queries."""

import hashlib
from datetime import datetime

from django.contrib import admin
from django.db.models import Count, Min, Prefetch, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from civstart.accounts.access import person
from signals import transcripts
from signals.models import Desk, Evidence, Review, Signal, Source
from signals.queue import desks, order, undoing, video
from signals.queue.chosen import LOOKS, Chosen, read
from signals.words import Category, Kind, Strength

SHOWN = 60
MOST_SHOWN = 600
WIDEST_SECONDS = 120
NEAR_SECONDS = 120
NEAR_SHOWN = 3
LABELS = {
    "q": "“{}”",
    "place": "In {}",
    "body": "Body: {}",
    "sure_from": "From {} sure",
    "sure_to": "To {} sure",
}


def address(signal: Signal, chosen: Chosen) -> str:
    return reverse("admin:review-signal", args=[signal.public_id]) + chosen.query


def frame(request: HttpRequest, chosen: Chosen) -> dict[str, object]:
    """Return the head of the queue: the counts and the filters. Two queries."""
    rows = chosen.apply(Signal.objects.pending(), but="strength")
    counts = rows.aggregate(
        all=Count("pk"),
        oldest=Min("created_at"),
        **{f"of_{level}": Count("pk", filter=Q(strength=level)) for level in Strength.values},
    )
    return {
        **admin.site.each_context(request),
        "title": "Review",
        "waiting_count": counts["all"],
        "oldest": counts["oldest"],
        "today": _today(request),
        "chips": [
            (
                level.label,
                counts[f"of_{level.value}"],
                _query(chosen, strength=str(level.value)),
                chosen.strength == str(level.value),
            )
            for level in reversed(Strength)
            if counts[f"of_{level.value}"] or chosen.strength == str(level.value)
        ],
        "all_query": _query(chosen, strength=""),
        "chosen": chosen,
        "query": chosen.query,
        "set_filters": [
            (_label(name, value), _query(chosen, **{name: ""}))
            for name, value in chosen.named.items()
            if name != "strength"
        ],
        "choices": {
            "kinds": Kind.choices,
            "categories": Category.choices,
            "sources": Source.Kind.choices,
            "looks": LOOKS.items(),
            "reasons": Review.Reason.choices,
        },
    }


def _query(chosen: Chosen, **changed: str) -> str:
    return Chosen(**(chosen.named | changed)).query


def _label(name: str, value: str) -> str:
    known = {
        "kind": dict(Kind.choices),
        "category": dict(Category.choices),
        "source": dict(Source.Kind.choices),
        "look": LOOKS,
    }
    return str(known[name][value]) if name in known else LABELS[name].format(value)


def window(request: HttpRequest, chosen: Chosen, signal: Signal | None) -> dict[str, object]:
    """Return the part of the queue that is listed: from the top, or from the signal if it stands
    far down. Three queries, or five far down.
    """
    rows, most = chosen.rows(), _shown(request)
    listed = order.first(rows, most + 1)
    is_cut = False
    if signal and signal.status == Signal.Status.PENDING and not _has(listed[:most], signal):
        here = rows.filter(pk=signal.pk).first()
        if here:
            listed, is_cut = [here, *order.following(rows, here, most)], True
    shown = listed[:most]
    return {
        "queue": shown,
        "at_desks": desks.at(shown, person(request)),
        "has_more": len(listed) > most,
        "more_after": shown[-1] if shown else None,
        "is_cut": is_cut,
        "shown_count": most,
    }


def more(request: HttpRequest, chosen: Chosen, after: Signal) -> dict[str, object]:
    """Return the rows of the queue behind that one. Four queries."""
    listed = order.following(chosen.rows(), after, SHOWN + 1)
    shown = listed[:SHOWN]
    return {
        "queue": shown,
        "at_desks": desks.at(shown, person(request)),
        "has_more": len(listed) > SHOWN,
        "more_after": shown[-1] if shown else None,
        "query": chosen.query,
    }


def _has(listed: list[Signal], signal: Signal) -> bool:
    return any(row.pk == signal.pk for row in listed)


def _shown(request: HttpRequest) -> int:
    asked = request.GET.get("shown", "")
    return (
        min(max(int(asked), SHOWN), MOST_SHOWN) if asked.isdecimal() and len(asked) < 5 else SHOWN
    )


def desk(signal: Signal, request: HttpRequest) -> dict[str, object]:
    """Return the signal as it is decided on: what was said, and who else looks. Five queries."""
    seconds = _seconds(request)
    pieces = list(signal.evidence.all())
    first = pieces[0] if pieces else None
    return {
        "signal": signal,
        "seen": seen(signal),
        "around": transcripts.around(signal, seconds=seconds, verbatim=True),
        "elsewhere": [piece for piece in pieces if piece.position >= Evidence.A_QUOTE],
        "own_quote": " ".join(p.quote for p in pieces if p.position < Evidence.A_QUOTE),
        "seconds": seconds,
        "wider": min(seconds + transcripts.AROUND_SECONDS, WIDEST_SECONDS)
        if seconds < WIDEST_SECONDS
        else 0,
        "first_evidence": first,
        "player": first and video.player(signal.meeting.video_url, first.start_seconds),
        "others": desks.others_at(signal, person(request)),
        **decision(signal),
    }


def decision(signal: Signal) -> dict[str, object]:
    """Return the state of the signal and what was decided so far. One query."""
    return {
        "signal": signal,
        "reasons": Review.Reason.choices,
        "history": list(signal.reviews.select_related("by")),
        "now": timezone.now(),
    }


def seen(signal: Signal) -> str:
    """Return a mark of what a reviewer reads: it is another one if title or quote change."""
    read_text = [signal.title]
    read_text += [f"{piece.anchor}:{piece.quote}" for piece in signal.evidence.all()]
    return hashlib.sha256("\n".join(read_text).encode()).hexdigest()[:16]


def near(signal: Signal) -> list[Signal]:
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


def resumed(request: HttpRequest, chosen: Chosen) -> Signal | None:
    """Return the signal the person had open last, if it waits still; else the next behind it."""
    by, rows = person(request), chosen.rows()
    last = Desk.objects.filter(user=by).select_related("signal").first()
    if last is None:
        return order.next_for(by, rows, None)
    return rows.filter(pk=last.signal_id).first() or order.next_for(by, rows, last.signal)


def asked(request: HttpRequest) -> Chosen:
    return read(request.GET)


def undoable(request: HttpRequest) -> Review | None:
    return undoing.latest(person(request))


def _seconds(request: HttpRequest) -> int:
    wanted = request.GET.get("around", "")
    return (
        min(int(wanted), WIDEST_SECONDS)
        if wanted.isdecimal() and len(wanted) <= 3
        else transcripts.AROUND_SECONDS
    )


def _today(request: HttpRequest) -> dict[str, object]:
    """Return how many were decided today, by all and by the person."""
    return Review.objects.filter(at__gte=_midnight(), undone_at=None).aggregate(
        approved=Count("pk", filter=Q(decision=Review.Decision.APPROVE)),
        rejected=Count("pk", filter=Q(decision=Review.Decision.REJECT)),
        own=Count(
            "pk",
            filter=Q(
                by=request.user.pk, decision__in=(Review.Decision.APPROVE, Review.Decision.REJECT)
            ),
        ),
    )


def _midnight() -> datetime:
    return timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
