"""Second looks on the staff site: taking one, how far reviewers agree, and settling disputes."""

from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from civstart.accounts.access import person
from signals import second_looks, transcripts
from signals.measure import agreement
from signals.models import Review, SecondLook, Signal

SETTLED_SHOWN = 10
DISPUTES_SHOWN = 30


def open_count() -> int:
    """Return how many looks and disagreements are open, for the head of the staff site."""
    return SecondLook.objects.filter(
        status__in=(SecondLook.Status.WAITING, SecondLook.Status.DISAGREED)
    ).count()


def looks(request: HttpRequest) -> HttpResponse:
    """What waits for the person, how far reviewers agree, and what they disagree on."""
    user = person(request)
    disputes = list(second_looks.disputed()[:DISPUTES_SHOWN])
    context = {
        **admin.site.each_context(request),
        "title": "Second looks",
        "waiting_count": second_looks.waiting_count(user),
        "waiting_all": SecondLook.objects.waiting().count(),
        "agreements": agreement.agreements(),
        "disputes": [(look, second_looks.may_settle(look, user)) for look in disputes],
        "settled": SecondLook.objects.filter(status=SecondLook.Status.SETTLED)
        .select_related("signal", "first_by", "by", "settled_by")
        .order_by("-settled_at")[:SETTLED_SHOWN],
        "reasons": Review.Reason.choices,
    }
    return render(request, "signals/staff/trust/looks.html", context)


def waiting_part(request: HttpRequest) -> HttpResponse:
    """The line that says how many second looks wait for the person; nothing if none."""
    context = {"waiting_count": second_looks.waiting_count(person(request))}
    return render(request, "signals/staff/trust/_waiting.html", context)


def next_look(request: HttpRequest) -> HttpResponse:
    """Go to the look that waited longest, or back if none waits."""
    look = second_looks.waiting_for(person(request)).first()
    return redirect("admin:trust-look", look.public_id) if look else redirect("admin:trust-looks")


def take(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One signal to be decided without knowing what was decided."""
    waiting = second_looks.waiting_for(person(request))
    look = waiting.filter(public_id=public_id).first()
    if look is None:
        get_object_or_404(SecondLook, public_id=public_id)
        messages.info(request, "That second look is over, or not yours to take.")
        return redirect("admin:trust-looks")
    signal = Signal.objects.for_lists().select_related("run__transcript").get(pk=look.signal_id)
    context = {
        **admin.site.each_context(request),
        "title": "Second look",
        "look": look,
        "signal": signal,
        "around": transcripts.around(signal, verbatim=True),
        "reasons": Review.Reason.choices,
        "waiting_count": waiting.count(),
    }
    return render(request, "signals/staff/trust/look.html", context)


@require_POST
def decide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Store the second decision, say whether both agree, and go on to the next look."""
    look = get_object_or_404(SecondLook, public_id=public_id)
    try:
        agreed = second_looks.judge(look, by=person(request), **_said(request))
    except second_looks.DecisionMissing as error:
        messages.warning(request, str(error))
        return redirect("admin:trust-look", public_id)
    except second_looks.NotYours as error:
        messages.warning(request, str(error))
        return redirect("admin:trust-looks")
    if agreed:
        messages.success(request, f"Noted. {look.first_by} decided the same.")
    else:
        messages.warning(
            request,
            f"Noted. {look.first_by} decided otherwise; nothing changes until a third settles it.",
        )
    return redirect("admin:trust-look-next")


@require_POST
def settle(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Settle a disagreement."""
    look = get_object_or_404(SecondLook.objects.select_related("signal"), public_id=public_id)
    try:
        changed = second_looks.settle(look, by=person(request), **_said(request))
    except (second_looks.DecisionMissing, second_looks.NotYours) as error:
        messages.warning(request, str(error))
    else:
        became = "The decision was changed." if changed else "The first decision stands."
        messages.success(request, f"Settled “{look.signal}”. {became}")
    return redirect("admin:trust-looks")


def _said(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in ("decision", "reason", "note")}
