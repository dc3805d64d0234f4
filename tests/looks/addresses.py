"""What addresses of pages are filled with: rows of the demo, and the pages of each model."""

from typing import TYPE_CHECKING

from tests.looks.pages import NO_SPACES

if TYPE_CHECKING:
    from matching.models import Match


def best() -> "Match":
    """The best match that somebody can see, but for those made here."""
    from matching.models import Match

    rows = Match.objects.visible().filter(startup__memberships__isnull=False)
    return rows.exclude(signal__jurisdiction__name=NO_SPACES).latest("score")


def found() -> dict[str, str]:
    """Rows of the demo itself."""
    from signals.models import Question, SecondLook, Signal

    top = best()
    pending = Signal.objects.pending().order_by("pk")
    return {
        "match": str(top.public_id),
        "signal": str(top.signal.public_id),
        "pending": str(pending.first().public_id),
        "rejected": str(Signal.objects.filter(status="rejected").first().public_id),
        "open_question": str(Question.objects.filter(answer=None).first().public_id),
        "answered": str(Question.objects.exclude(answer=None).first().public_id),
        "look": str(SecondLook.objects.first().public_id),
    }


def admin_pages() -> list[tuple[str, str]]:
    """Lists and forms of every model of the staff site: what each is called, and its address."""
    from django.contrib import admin
    from django.http import HttpRequest
    from django.urls import reverse

    from civstart.accounts.models import User

    pages = []
    asked = HttpRequest()
    asked.user = User.objects.filter(is_superuser=True).earliest("pk")
    for model, of in admin.site._registry.items():
        named = f"{model._meta.app_label}_{model._meta.model_name}"
        pages.append((f"admin-{named}", reverse(f"admin:{named}_changelist")))
        row = model._default_manager.order_by("-pk").first()
        if row is not None:
            pages.append((f"admin-{named}-row", reverse(f"admin:{named}_change", args=[row.pk])))
        if of.has_add_permission(asked):
            pages.append((f"admin-{named}-add", reverse(f"admin:{named}_add")))
    return pages
