"""Re-matches of everything: how far they are, and what they came to."""

from django.contrib import admin

from civstart.lib.staff import ReadOnlyAdmin
from matching.models import Rematch


@admin.register(Rematch)
class RematchAdmin(ReadOnlyAdmin):
    """How far a re-match of everything is, and what those before came to."""

    list_display = (
        "started_at",
        "status",
        "progress",
        "told_count",
        "abstained_count",
        "policy",
        "embedder",
        "by",
        "trouble",
        "finished_at",
    )
    list_select_related = ("policy", "by")
    exclude = ("done_to", "goes_to")

    @admin.display(description="Signals")
    def progress(self, row: Rematch) -> str:
        return f"{row.done_count:,} of {row.total_count:,}"
