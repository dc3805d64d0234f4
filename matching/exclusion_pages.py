"""The page on which a startup says what it is not to be told of."""

from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime

from civstart.accounts.access import person
from civstart.places.models import Jurisdiction, Region, UnknownJurisdiction
from matching import excluding, limiting, proposing
from matching.excluding import Limits
from matching.models import Exclusions, Feedback
from signals.words import Category
from startups import membership
from startups.models import Startup


class ExclusionsForm(forms.Form):
    """What a startup is not to be told of. Words are written one a line."""

    regions = forms.ModelMultipleChoiceField(
        Region.objects.all(), required=False, widget=forms.CheckboxSelectMultiple, label="States"
    )
    categories = forms.MultipleChoiceField(
        choices=Category.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    words = forms.CharField(required=False, max_length=4000, widget=forms.Textarea({"rows": 3}))
    smallest = forms.DecimalField(required=False, max_digits=14, decimal_places=2, min_value=0)
    largest = forms.DecimalField(required=False, max_digits=14, decimal_places=2, min_value=0)
    customers = forms.ModelMultipleChoiceField(
        Jurisdiction.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    new_customer = forms.CharField(required=False, max_length=200)

    def __init__(
        self, *args: Any, customers: list[int], served: QuerySet[Region], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["regions"].queryset = served  # type: ignore[attr-defined]
        known = Jurisdiction.objects.select_related("region").filter(pk__in=customers)
        self.fields["customers"].queryset = known  # type: ignore[attr-defined]

    def clean_new_customer(self) -> Jurisdiction | None:
        name = self.cleaned_data["new_customer"].strip()
        if not name:
            return None
        try:
            return Jurisdiction.objects.select_related("region").named(name)
        except UnknownJurisdiction as error:
            said = str(error).partition(" Write it as")[0]
            raise forms.ValidationError(f"{said} Write it as “Huntsville, AL”.") from error

    @property
    def limits(self) -> Limits:
        said = self.cleaned_data
        known = list(said["customers"])
        if said["new_customer"] and said["new_customer"] not in known:
            known.append(said["new_customer"])
        return Limits(
            tuple(said["regions"]),
            tuple(known),
            tuple(said["categories"]),
            tuple(said["words"].splitlines()),
            said["smallest"],
            said["largest"],
        )


def exclusions(request: HttpRequest) -> HttpResponse:
    """What the startup is not told of; a change is shown with what it hides before it is saved."""
    startup = membership.startup_of(request)
    if startup is None:
        return render(request, "startups/no_startup.html")
    stored = excluding.stored(startup)
    feedback = _because(request, startup)
    if request.method != "POST":
        limits, advice = Limits.of(stored), ""
        if feedback:
            limits, advice = proposing.propose(startup, feedback, limits)
        tried = limits if feedback and not advice else None
        return _page(request, startup, stored, _form(startup, limits), feedback, tried, advice)
    form = ExclusionsForm(
        request.POST,
        customers=_ids(request.POST.getlist("customers")),
        served=_served(startup),
    )
    if not form.is_valid():
        return _page(request, startup, stored, form, feedback, None)
    return _change(request, startup, stored, form, feedback)


def _change(
    request: HttpRequest,
    startup: Startup,
    stored: Exclusions | None,
    form: ExclusionsForm,
    feedback: Feedback | None,
) -> HttpResponse:
    """Save what was previewed; preview anything else first."""
    try:
        limits = limiting.checked(startup, form.limits)
        if request.POST.get("previewed") != _digest(limits):
            return _page(request, startup, stored, _form(startup, limits), feedback, limits)
        limiting.save(
            startup,
            limits,
            by=person(request),
            seen=_seen(request),
            because=feedback,
        )
    except limiting.NotLimited as error:
        name = error.field if error.field in form.fields else None
        form.add_error(name, str(error))
        return _page(request, startup, stored, form, feedback, None)
    messages.success(request, "Saved. It holds for every signal approved from now on.")
    return redirect("exclusions")


def _page(
    request: HttpRequest,
    startup: Startup,
    stored: Exclusions | None,
    form: ExclusionsForm,
    feedback: Feedback | None,
    tried: Limits | None,
    advice: str = "",
) -> HttpResponse:
    context = {
        "startup": startup,
        "stored": stored,
        "now": list(limiting.described(Limits.of(stored))),
        "form": form,
        "seen": request.POST.get("seen", stored.changed_at.isoformat() if stored else ""),
        "feedback": feedback,
        "advice": advice,
        "tried": tried and list(limiting.described(tried)),
        "preview": tried and limiting.preview(startup, tried),
        "previewed": tried and _digest(tried),
    }
    status = 422 if form.errors else 200
    return render(request, "matching/exclusions.html", context, status=status)


def _form(startup: Startup, limits: Limits) -> ExclusionsForm:
    return ExclusionsForm(
        initial={
            "regions": limits.regions,
            "categories": limits.categories,
            "words": "\n".join(limits.words),
            "smallest": _plain(limits.smallest),
            "largest": _plain(limits.largest),
            "customers": limits.customers,
        },
        customers=[one.pk for one in limits.customers],
        served=_served(startup),
    )


def _served(startup: Startup) -> QuerySet[Region]:
    """The states it serves and those it is not told of; all of them if its profile names none."""
    named = Q(startups=startup) | Q(excluded_by__startup=startup)
    if startup.service_regions.exists():
        return Region.objects.filter(named).distinct()
    return Region.objects.all()


def _plain(amount: Decimal | None) -> str:
    """Write an amount as people type it: 900000, not 900000.00."""
    return "" if amount is None else f"{amount:f}".removesuffix(".00")


def _digest(limits: Limits) -> str:
    """Return a short name of the limits, by which a preview of others is told apart."""
    rows = ([one.pk for one in rows] for rows in (limits.regions, limits.customers))
    said = [*rows, limits.categories, limits.words, limits.smallest, limits.largest]
    return sha256(repr(said).encode()).hexdigest()[:20]


def _seen(request: HttpRequest) -> datetime | None:
    """Return when what the person looked at was last changed, as their form tells it."""
    with suppress(ValueError):
        return parse_datetime(request.POST.get("seen", ""))
    return None


def _ids(said: list[str]) -> list[int]:
    return [int(one) for one in said if one.isdecimal() and len(one) < 19]


def _because(request: HttpRequest, startup: Startup) -> Feedback | None:
    """Return the startup's feedback on the match named, if that led here."""
    asked = request.POST.get("because") or request.GET.get("because", "")
    try:
        match = UUID(asked)
    except ValueError:
        return None
    rows = Feedback.objects.select_related("match__signal__jurisdiction__region")
    found = rows.filter(match__public_id=match, match__startup=startup).first()
    return found if found and proposing.leads_to_change(found.reason) else None
