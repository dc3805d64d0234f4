from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from civstart.accounts.access import person
from civstart.lib.staff import StaffAdmin
from startups import profiles
from startups.models import CaseStudy, Membership, Product, Startup, Tag


class ProductInline(admin.StackedInline[Product, Startup]):
    model = Product
    extra = 0


class CaseStudyInline(admin.StackedInline[CaseStudy, Startup]):
    model = CaseStudy
    extra = 0
    autocomplete_fields = ("region",)


class MembershipInline(admin.TabularInline[Membership, Startup]):
    model = Membership
    extra = 0
    autocomplete_fields = ("user",)


@admin.register(Startup)
class StartupAdmin(StaffAdmin):
    list_display = ("name", "one_liner", "stage", "sells_to_government", "is_active")
    list_filter = ("is_active", "sells_to_government", "stage")
    search_fields = ("name", "one_liner", "slug")
    prepopulated_fields = {"slug": ("name",)}
    autocomplete_fields = ("service_regions", "tags")
    inlines = (ProductInline, CaseStudyInline, MembershipInline)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        profiles.changed(form.instance, by=person(request), is_new=not change)

    def delete_model(self, request: HttpRequest, obj: Startup) -> None:
        profiles.delete(obj, by=person(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Startup]) -> None:
        for startup in queryset:
            profiles.delete(startup, by=person(request))


@admin.register(Tag)
class TagAdmin(StaffAdmin):
    search_fields = ("name",)
