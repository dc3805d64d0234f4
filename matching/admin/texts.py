"""What matching knows texts by: vectors of models, the indexes over them, words of profiles."""

from django.contrib import admin
from django.http import HttpRequest

from civstart.lib.staff import ReadOnlyAdmin
from matching.models import IndexState, ProfileWords, VectorModel


@admin.register(VectorModel)
class VectorModelAdmin(ReadOnlyAdmin):
    list_display = ("model", "status", "progress", "trouble", "troubled_at", "served_at")

    @admin.display(description="Embedded")
    def progress(self, row: VectorModel) -> str:
        return f"{row.done_count:,} of {row.total_count:,}" if row.total_count else ""


@admin.register(IndexState)
class IndexStateAdmin(ReadOnlyAdmin):
    """Whether an index outside the database has all vectors, and what it last could not do."""

    list_display = ("model", "index", "is_filled", "trouble", "troubled_at", "filled_at")

    @admin.display(description="Filled", boolean=True)
    def is_filled(self, row: IndexState) -> bool:
        return row.filled_at is not None


@admin.register(ProfileWords)
class ProfileWordsAdmin(ReadOnlyAdmin):
    """Which profiles are matched, and which say too little for that."""

    list_display = ("startup", "is_matched", "source_at")
    list_select_related = ("startup",)
    search_fields = ("startup__name",)
    fields = readonly_fields = ("startup", "is_matched", "length", "source_at")

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        """Only along with their startup, which else could never be deleted."""
        match = request.resolver_match
        return match is not None and match.view_name.startswith("admin:startups_startup_")

    @admin.display(description="Can be matched", boolean=True)
    def is_matched(self, row: ProfileWords) -> bool:
        return row.length > 0
