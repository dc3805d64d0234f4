from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.http import HttpRequest
from django.template.defaultfilters import pluralize
from django.utils import timezone

from civstart.accounts.models import ApiKey, User
from civstart.lib.staff import StaffAdmin


class NewUserForm(AdminUserCreationForm[User]):
    class Meta:
        model = User
        fields = ("email", "name")


@admin.register(User)
class UserAdmin(DjangoUserAdmin[User]):
    add_form = NewUserForm
    ordering = ("name",)
    list_display = ("name", "email", "is_staff", "is_active", "last_login")
    list_filter = ("is_staff", "is_active")
    search_fields = ("name", "email")
    readonly_fields = ("created_at", "last_login")
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (
            "What they may do",
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        ("Dates", {"fields": ("last_login", "created_at")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("email", "name", "usable_password", "password1", "password2"),
            },
        ),
    )


@admin.register(ApiKey)
class ApiKeyAdmin(StaffAdmin):
    """Keys of programs. The secret is shown once, when the key is issued."""

    list_display = ("name", "start", "user", "created_at", "last_used_at", "revoked_at")
    list_select_related = ("user",)
    autocomplete_fields = ("user",)
    readonly_fields = ("start", "created_at", "last_used_at", "revoked_at")
    actions = ("revoke",)

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=["name", "expires_at"])
            return
        issued, secret = ApiKey.issue(obj.user, name=obj.name)
        obj.pk = issued.pk
        obj.refresh_from_db()
        if form.cleaned_data.get("expires_at"):
            obj.expires_at = form.cleaned_data["expires_at"]
            obj.save(update_fields=["expires_at"])
        messages.warning(request, f"The key is {secret}. Copy it now: it is not shown again.")

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    @admin.action(description="Revoke the chosen keys", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: Any) -> None:
        count = queryset.filter(revoked_at=None).update(revoked_at=timezone.now())
        messages.success(
            request, f"Revoked {count} key{pluralize(count)}. Programs are refused from now on."
        )
