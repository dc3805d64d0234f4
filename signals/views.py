from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.vary import vary_on_headers
from django_htmx.middleware import HtmxDetails

from civstart.accounts.access import person
from signals import previewing
from signals.browsing import Browsed
from signals.models import SavedSearch


@vary_on_headers("HX-Request")
def signals(request: HttpRequest) -> HttpResponse:
    """Browse approved signals: search, filters, pages. A page past the end shows the last one."""
    browsed = Browsed(request.GET)
    htmx: HtmxDetails = getattr(request, "htmx")  # noqa: B009
    is_part = htmx and not htmx.boosted and not htmx.history_restore_request
    context = {
        "browsed": browsed,
        "page": browsed.page,
        "is_part": is_part,
        "preview": previewing.preview(browsed) if browsed.is_valid and browsed.is_asked else None,
        "saved": _changed(request),
    }
    return render(request, "signals/_part.html" if is_part else "signals/signals.html", context)


def _changed(request: HttpRequest) -> SavedSearch | None:
    """Return the person's saved search that is being changed, if the address names one."""
    try:
        public_id = UUID(request.GET.get("saved", ""))
    except ValueError:
        return None
    return person(request).saved_searches.filter(public_id=public_id).first()
