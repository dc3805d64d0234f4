from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from civstart.accounts.access import person
from civstart.notices import telling
from civstart.notices.models import Notice


def notices(request: HttpRequest) -> HttpResponse:
    """The latest 100 notices of the person."""
    rows = Notice.objects.filter(user=person(request))[:100]
    return render(request, "notices/notices.html", {"notices": rows})


def bell(request: HttpRequest) -> HttpResponse:
    """The bell in the masthead, refetched when something happened."""
    return render(request, "notices/_bell.html")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    telling.mark_read(person(request))
    return redirect("notices")
