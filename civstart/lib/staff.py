"""The staff site: Django's admin in CivStart's dress, with pages of our own."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any, ClassVar

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from civstart.lib.stafflists import StaffLists

type_of_page = Callable[..., HttpResponseBase]
type_of_source = Callable[[HttpRequest], dict[str, object]]


@dataclass(frozen=True, slots=True)
class Tab:
    """A link in the head of every staff page.

    count says how many wait there, live names the events that change it.
    """

    label: str
    page: str
    count: Callable[[], int]
    live: tuple[str, ...]

    @property
    def url(self) -> str:
        return reverse(f"admin:{self.page}")

    @property
    def trigger(self) -> str:
        """The events upon which htmx asks for the count again."""
        return ", ".join(f"live:{type_} from:body delay:100ms" for type_ in (*self.live, "reload"))


class StaffSite(admin.AdminSite):
    """The admin site. Apps add pages with page() and links in its head with tab().

    index_sources are functions of the request that return what the start page shows.
    """

    site_header = "CivStart staff"
    site_title = "CivStart staff"
    index_title = "Today"
    enable_nav_sidebar = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.index_sources: list[type_of_source] = []
        self._pages: list[tuple[str, type_of_page, str]] = []
        self._tabs: list[Tab] = []

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register models. Lists of other people's apps answer as ours do."""
        kind = admin_class or StaffAdmin
        if not issubclass(kind, StaffLists):
            kind = type(kind.__name__, (StaffLists, kind), {})
        super().register(model_or_iterable, kind, **options)

    def page(self, route: str, view: type_of_page, name: str) -> None:
        """Add a page for staff at the route, named admin:<name> in templates."""
        self._pages.append((route, view, name))

    def tab(
        self, label: str, page: str, *, count: Callable[[], int], live: tuple[str, ...] = ()
    ) -> None:
        """Add a link to a page of ours to the head, with how many wait there."""
        self._tabs.append(Tab(label, page, count, live))

    def get_urls(self) -> list[URLPattern | URLResolver]:
        own: list[tuple[str, type_of_page, str]] = [
            ("everything/", self.everything, "everything"),
            ("today/part/", self.index_part, "index-part"),
            ("count/<slug:page>/", self.count_part, "count-part"),
        ]
        ours: list[URLPattern | URLResolver] = [
            path(route, self.admin_view(view), name=name) for route, view, name in own + self._pages
        ]
        return ours + list(super().get_urls())

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Close the view to all but staff. Others who are signed in get 403, not a sign-in page."""
        checked: Callable[..., HttpResponseBase] = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return checked(request, *args, **kwargs)

        return update_wrapper(guarded, checked)

    @method_decorator(never_cache)
    @login_not_required
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send people through the one sign-in page of the site."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return super().each_context(request) | {
            "tabs": self._tabs,
            "current_tab": self._tab_of(request),
        }

    def _tab_of(self, request: HttpRequest) -> str:
        page = (request.resolver_match and request.resolver_match.url_name) or ""
        own = (tab.page for tab in self._tabs if page.startswith(tab.page))
        return next(own, "index" if page == "index" else "everything")

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """The start page: what waits, what happened, what runs."""
        return super().index(request, self._today(request) | (extra_context or {}))

    def index_part(self, request: HttpRequest) -> HttpResponse:
        """The start page without its frame, refetched when something happened."""
        return render(
            request, "admin/_today.html", self.each_context(request) | self._today(request)
        )

    def everything(self, request: HttpRequest) -> HttpResponse:
        """All models, with what a row of each means."""
        listed = self.get_app_list(request)
        context = self.each_context(request) | {"title": "Everything", "app_list": listed}
        return render(request, "admin/everything.html", context)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The models of each app, with what a row of each means."""
        listed = super().get_app_list(request, app_label)
        for app in listed:
            for model in app["models"]:
                model["about"] = _about(model["model"])
        return listed

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """The models of one app, under its name."""
        name = apps.get_app_config(app_label).verbose_name
        return super().app_index(request, app_label, {"title": name} | (extra_context or {}))

    def count_part(self, request: HttpRequest, page: str) -> HttpResponse:
        """How many wait on the tab's page, refetched when something happened; nothing if none."""
        for tab in self._tabs:
            if tab.page == page:
                count = tab.count()
                return HttpResponse(f"{count:,}" if count else "", content_type="text/plain")
        raise Http404(f"No tab leads to {page!r}.")

    def _today(self, request: HttpRequest) -> dict[str, object]:
        return {
            name: value for source in self.index_sources for name, value in source(request).items()
        }


def _about(model: type) -> str:
    """Return the sentence of a model of ours; "" for those of others."""
    first_line = (model.__doc__ or "").strip().partition("\n")[0]
    return first_line if first_line.endswith(".") else ""


class DayAndTime(AdminSplitDateTime):
    """Django's two fields for a day and a time, each with a name for who cannot see them."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        for widget, name in zip(self.widgets, ("Date", "Time"), strict=True):
            widget.attrs["aria-label"] = name


class StaffAdmin(StaffLists):
    """A model's pages for staff."""

    formfield_overrides: ClassVar[Any] = {
        models.URLField: {"assume_scheme": "https"},
        models.DateTimeField: {"widget": DayAndTime},
    }
    list_per_page = 50
    show_full_result_count = False
    save_on_top = False


class ReadOnlyAdmin(StaffAdmin):
    """Pages of a model that staff read and nobody writes by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False


class ReadOnlyInline(admin.TabularInline[Any, Any]):
    """Rows of another model on a page, to be read. A subclass names model and fields."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
