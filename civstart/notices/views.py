from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from civstart.accounts.access import person
from civstart.notices import telling
from civstart.notices.models import Notice, NoticePreference


def notices(request: HttpRequest) -> HttpResponse:
    """The latest 100 notices of the person."""
    user = person(request)
    chosen = NoticePreference.objects.filter(user=user).values_list("answers", flat=True).first()
    context = {
        "notices": Notice.objects.filter(user=user)[:100],
        "rhythms": NoticePreference.Rhythm.choices,
        "chosen": chosen or NoticePreference.Rhythm.DAILY,
    }
    return render(request, "notices/notices.html", context)


def bell(request: HttpRequest) -> HttpResponse:
    """The bell in the masthead, refetched when something happened."""
    return render(request, "notices/_bell.html")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    telling.mark_read(person(request))
    return redirect("notices")


@require_POST
def prefer(request: HttpRequest) -> HttpResponse:
    """Store how the person wants to hear of answers by e-mail."""
    asked = request.POST.get("answers", "")
    if asked not in NoticePreference.Rhythm.values:
        messages.warning(request, "Choose at once, once a day, or not by e-mail.")
        return redirect("notices")
    NoticePreference.objects.update_or_create(user=person(request), defaults={"answers": asked})
    said = NoticePreference.Rhythm(asked).label.lower()
    messages.success(request, f"Saved. Answers come: {said}.")
    return redirect("notices")
