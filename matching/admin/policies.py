"""Match policies: read, drafted as new versions, previewed and put in use."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from civstart.accounts.access import person
from civstart.lib.staff import ReadOnlyAdmin, StaffSite
from matching import policies, policy_pages, previewing
from matching.models import MatchPolicy, PolicyPreview, PolicyUse
from matching.parts import WHOLE
from matching.policy_form import FIELDS, PolicyForm

FAIRNESS = (
    "A few popular startups do not take every introduction. Nobody below the bar is told in their "
    "place, and who waits is recorded and can be suggested by hand."
)

site = admin.site
assert isinstance(site, StaffSite)
site.page("matching/", policy_pages.overview, "matching")
site.page("matching/policies/<int:version>/", policy_pages.policy, "matching-policy")
site.page(
    "matching/policies/<int:version>/preview/", policy_pages.preview, "matching-policy-preview"
)
site.page("matching/policies/<int:version>/use/", policy_pages.use, "matching-policy-use")


@admin.register(MatchPolicy)
class MatchPolicyAdmin(ReadOnlyAdmin):
    list_display = (
        "version",
        "bar",
        "fit_bar",
        "most_behind",
        "most_suggestions",
        "note",
        "made_by",
        "is_current",
        "created_at",
    )
    list_select_related = ("made_by",)
    change_form_template = "admin/matching/matchpolicy/change_form.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("matching.add_matchpolicy")

    def get_fieldsets(self, request: HttpRequest, obj: MatchPolicy | None = None) -> Any:
        if obj is not None:
            return super().get_fieldsets(request, obj)
        together = f"The most points each part can give. They add up to {WHOLE}."
        return (
            (None, {"fields": ("note",)}),
            ("Weights", {"fields": tuple(FIELDS), "description": together}),
            ("Thresholds", {"fields": tuple(policies.SETTINGS)[:4]}),
            ("Fairness", {"fields": tuple(policies.SETTINGS)[4:], "description": FAIRNESS}),
        )

    def get_form(
        self,
        request: HttpRequest,
        obj: MatchPolicy | None = None,
        change: bool = False,
        **kwargs: Any,
    ) -> Any:
        if obj is not None:
            return super().get_form(request, obj, change, **kwargs)
        based_on = _based_on(request)

        class Form(PolicyForm):
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, based_on=based_on, **kwargs)

        return Form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {}  # it comes from the version this one is based on

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        plain = {
            "title": "New version of the match policy",
            "show_save_and_add_another": False,
            "show_save_and_continue": False,
        }
        return super().add_view(request, form_url, plain | (extra_context or {}))

    def save_model(self, request: HttpRequest, obj: MatchPolicy, form: Any, change: bool) -> None:
        policies.draft(obj, by=person(request))
        previewing.ask(obj, by=person(request))

    def response_add(
        self, request: HttpRequest, obj: MatchPolicy, post_url_continue: str | None = None
    ) -> HttpResponse:
        messages.success(
            request,
            f"Version {obj.version} is a draft. Nothing is matched by it until it is put in use; "
            "below is what it would change.",
        )
        return redirect("admin:matching-policy", obj.version)


def _based_on(request: HttpRequest) -> MatchPolicy:
    """The version named in the address, else the one in use."""
    asked = request.GET.get("from", "")
    known = MatchPolicy.objects.filter(version=asked).first() if asked.isdecimal() else None
    return known or MatchPolicy.objects.current()


@admin.register(PolicyUse)
class PolicyUseAdmin(ReadOnlyAdmin):
    list_display = ("policy", "instead_of", "by", "at")
    list_select_related = ("policy", "instead_of", "by")


@admin.register(PolicyPreview)
class PolicyPreviewAdmin(ReadOnlyAdmin):
    list_display = ("policy", "against", "status", "done_count", "asked_by", "created_at")
    list_select_related = ("policy", "against", "asked_by")
    list_filter = ("status",)
    exclude = ("signal_ids",)
