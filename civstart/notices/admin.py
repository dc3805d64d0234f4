from django.contrib import admin

from civstart.lib.staff import ReadOnlyAdmin
from civstart.notices.models import Mail, Notice, NoticePreference


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ("text", "user", "created_at", "read_at")
    list_select_related = ("user",)
    list_filter = ("created_at",)
    search_fields = ("text", "user__email", "user__name")


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    list_display = ("subject", "to", "status", "created_at", "sent_at")
    list_filter = ("status", "created_at")
    search_fields = ("subject", "to")


@admin.register(NoticePreference)
class NoticePreferenceAdmin(ReadOnlyAdmin):
    list_display = ("user", "answers")
    list_select_related = ("user",)
    list_filter = ("answers",)
