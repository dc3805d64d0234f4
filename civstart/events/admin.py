from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest

from civstart.accounts.access import person
from civstart.events import outbox
from civstart.events.models import Delivery, Event
from civstart.lib.staff import ReadOnlyAdmin, ReadOnlyInline


class DeliveryInline(ReadOnlyInline):
    model = Delivery
    fields = readonly_fields = (
        "reaction",
        "status",
        "attempts",
        "started_at",
        "done_at",
        "last_error",
    )


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("type", "subject", "actor", "happened_at", "pushed_at")
    list_select_related = ("actor",)
    list_filter = ("type", "happened_at")
    search_fields = ("subject", "correlation_id")
    inlines = (DeliveryInline,)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("reaction", "event", "status", "attempts", "due_at", "done_at")
    list_select_related = ("event",)
    list_filter = ("status", "reaction")
    actions = ("retry",)

    @admin.action(description="Retry the chosen stuck deliveries", permissions=["view"])
    def retry(self, request: HttpRequest, queryset: Any) -> None:
        asked = queryset.count()
        count = outbox.retry(queryset, by=person(request))
        messages.success(
            request, f"{count} of {asked} deliveries run again. The rest were not stuck."
        )
