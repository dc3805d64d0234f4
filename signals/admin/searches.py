"""What people keep, on the staff site: to be read, for whoever is asked why somebody was told."""

from django.contrib import admin

from civstart.lib.staff import ReadOnlyAdmin
from signals.models import Follow, SavedSearch


@admin.register(SavedSearch)
class SavedSearchAdmin(ReadOnlyAdmin):
    list_display = ("name", "user", "tell", "paused_at", "told_until", "created_at")
    list_select_related = ("user",)
    list_filter = ("tell", "created_at")
    search_fields = ("name", "query", "user__email", "user__name")
    exclude = ("feed_serial",)


@admin.register(Follow)
class FollowAdmin(ReadOnlyAdmin):
    list_display = ("user", "jurisdiction", "thread", "category", "tell", "created_at")
    list_select_related = ("user", "jurisdiction__region", "thread")
    list_filter = ("tell", "category", "created_at")
    search_fields = ("user__email", "user__name", "jurisdiction__name", "thread__title")
