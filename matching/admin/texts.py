"""What matching knows texts by: vectors of models, words of profiles."""

from django.contrib import admin

from civstart.lib.staff import ReadOnlyAdmin
from matching.models import ProfileWords, VectorModel


@admin.register(VectorModel)
class VectorModelAdmin(ReadOnlyAdmin):
    list_display = ("model", "status", "progress", "trouble", "troubled_at", "served_at")

    @admin.display(description="Embedded")
    def progress(self, row: VectorModel) -> str:
        return f"{row.done_count:,} of {row.total_count:,}" if row.total_count else ""


@admin.register(ProfileWords)
class ProfileWordsAdmin(ReadOnlyAdmin):
    """Which profiles are matched, and which say too little for that."""

    list_display = ("startup", "is_matched", "source_at")
    list_select_related = ("startup",)
    search_fields = ("startup__name",)
    fields = readonly_fields = ("startup", "is_matched", "length", "source_at")

    @admin.display(description="Can be matched", boolean=True)
    def is_matched(self, row: ProfileWords) -> bool:
        return row.length > 0
