from django.contrib import admin

from civstart.lib.staff import StaffAdmin
from civstart.places.models import Jurisdiction, Region


@admin.register(Jurisdiction)
class JurisdictionAdmin(StaffAdmin):
    list_display = ("name", "region", "kind", "population", "fiscal_year_starts", "ocd_id")
    list_select_related = ("region",)
    list_filter = ("kind", "region")
    search_fields = ("name", "ocd_id", "region__code")
    autocomplete_fields = ("region",)


@admin.register(Region)
class RegionAdmin(StaffAdmin):
    list_display = ("name", "code")
    search_fields = ("name", "code")
