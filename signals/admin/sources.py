"""Sources, uploads and documents on the staff site."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import pluralize

from civstart.lib import outbound
from civstart.lib.staff import ReadOnlyAdmin, StaffAdmin, StaffSite
from signals import coverage, coverage_page, upload_pages
from signals.models import Meeting, MeetingDocument, Source, SourceRun, Upload
from signals.sources import polling

site = admin.site
assert isinstance(site, StaffSite)


def add_tabs() -> None:
    """Add the links to the head of the staff site, where the caller has its own added before."""
    assert isinstance(site, StaffSite)
    site.tab(
        "Upload",
        "upload",
        count=upload_pages.waiting_count,
        live=("upload.received", "upload.finished"),
    )
    site.tab("Coverage", "coverage", count=coverage.attention_count, live=("source.polled",))


site.index_sources.append(coverage.attention)
site.page("upload/", upload_pages.upload, "upload")
site.page("upload/rows/", upload_pages.upload_rows, "upload-rows")
site.page("upload/<uuid:public_id>/read-on/", upload_pages.read_on, "upload-read-on")
site.page("upload/places/", upload_pages.places, "upload-places")
site.page("coverage/", coverage_page.coverage, "coverage")


class SourceRunInline(admin.TabularInline[SourceRun, Source]):
    model = SourceRun
    extra = 0
    can_delete = False
    fields = readonly_fields = (
        "started_at",
        "finished_at",
        "looked_at_count",
        "new_count",
        "failed_count",
        "error",
    )
    verbose_name_plural = "last looks"

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[SourceRun]:
        """Only the last twenty: a source is looked at for years."""
        rows = super().get_queryset(request)
        match = request.resolver_match
        source = match.kwargs.get("object_id") if match else None
        last = rows.filter(source=source).order_by("-started_at", "-pk").values("pk")[:20]
        return rows.filter(pk__in=list(last.values_list("pk", flat=True)))


class SourceForm(forms.ModelForm[Source]):
    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("kind") == Source.Kind.FEED:
            try:
                outbound.checked(said.get("address", ""))
            except outbound.Refused as error:
                raise ValidationError({"address": str(error)}) from error
        return said


class Trouble(admin.SimpleListFilter):
    """Sources that failed the last time."""

    title = "how it goes"
    parameter_name = "trouble"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("fails", "Fails"), ("well", "Goes well")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Source]) -> QuerySet[Source]:
        if self.value() == "fails":
            return queryset.filter(failures__gt=0)
        return queryset.filter(failures=0) if self.value() == "well" else queryset


@admin.register(Source)
class SourceAdmin(StaffAdmin):
    form = SourceForm
    list_display = (
        "address",
        "kind",
        "jurisdiction",
        "body",
        "is_active",
        "failures",
        "due_at",
        "last_error",
    )
    list_select_related = ("jurisdiction__region",)
    ordering = ("-failures", "jurisdiction__name", "pk")
    list_filter = (Trouble, "is_active", "kind")
    search_fields = ("address", "body", "jurisdiction__name")
    autocomplete_fields = ("jurisdiction",)
    actions = ("poll_now",)
    inlines = (SourceRunInline,)
    fieldsets = (
        (None, {"fields": ("jurisdiction", "body", "kind", "address")}),
        (
            "When it is looked at",
            {
                "description": "A source that fails is asked half as often each time, "
                "once a day at least.",
                "fields": ("poll_minutes", "is_active", "failures", "due_at"),
            },
        ),
    )
    readonly_fields = ("failures", "due_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        return (
            Source.objects.with_last_error().defer("memory").order_by(*self.get_ordering(request))
        )

    def get_inlines(self, request: HttpRequest, obj: object | None = None) -> Any:
        return self.inlines if obj else ()

    @admin.display(description="Last error")
    def last_error(self, source: Source) -> str:
        return str(getattr(source, "last_error", None) or "")

    @admin.action(description="Poll now", permissions=["change"])
    def poll_now(self, request: HttpRequest, queryset: QuerySet[Source]) -> None:
        count = polling.poll_now(queryset)
        said = f"{count} source{pluralize(count)} queued; Coverage and the uploads tell what comes."
        messages.success(request, said)


@admin.register(SourceRun)
class SourceRunAdmin(ReadOnlyAdmin):
    list_display = (
        "source",
        "started_at",
        "finished_at",
        "looked_at_count",
        "new_count",
        "failed_count",
        "error",
    )
    list_select_related = ("source__jurisdiction__region",)
    list_filter = ("started_at",)
    search_fields = ("source__address", "error")


@admin.register(Upload)
class UploadAdmin(ReadOnlyAdmin):
    list_display = ("file_name", "jurisdiction", "status", "signal_count", "error", "created_at")
    list_select_related = ("jurisdiction__region",)
    list_filter = ("status", "created_at")
    search_fields = ("file_name", "error", "jurisdiction__name")
    exclude = ("content",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Upload]:
        return super().get_queryset(request).defer("content")


@admin.register(MeetingDocument)
class MeetingDocumentAdmin(ReadOnlyAdmin):
    list_display = ("title", "kind", "meeting", "file_name", "created_at")
    list_select_related = ("meeting",)
    list_filter = ("kind",)
    search_fields = ("title", "file_name", "meeting__title")

    def get_queryset(self, request: HttpRequest) -> QuerySet[MeetingDocument]:
        rows: QuerySet[MeetingDocument] = super().get_queryset(request)
        is_list = bool(request.resolver_match and not request.resolver_match.kwargs)
        return rows.defer("pages") if is_list else rows


class DocumentInline(admin.TabularInline[MeetingDocument, Meeting]):
    """The papers of a meeting, on its page."""

    model = MeetingDocument
    extra = 0
    can_delete = False
    show_change_link = True
    fields = readonly_fields = ("kind", "title", "file_name", "page_count", "created_at")

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
