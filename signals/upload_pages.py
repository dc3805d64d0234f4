"""The staff page where files are brought to be read, and what became of them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import pluralize
from django.views.decorators.http import require_POST

from civstart.accounts.access import person
from civstart.places.models import Jurisdiction, UnknownJurisdiction
from signals import reading_on, uploads
from signals.ingest import Sitting, WrongSitting
from signals.models import MeetingDocument, Upload
from signals.reading import MAX_BYTES
from signals.uploads import Brought

MOST_FILES = 200
SHOWN = 40
PLACES_SHOWN = 20
SUFFIXES = ".vtt,.srt,.txt,.json,.tsv,.pdf,.docx"


class Files(forms.ClearableFileInput):
    """A field for many files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files. Each is judged by itself when it is taken in, so none spoils the others."""

    widget = Files(attrs={"multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        files = [one for one in data or [] if one]
        if not files:
            raise forms.ValidationError("Choose at least one file.", code="required")
        if len(files) > MOST_FILES:
            raise forms.ValidationError(
                f"{len(files)} files are more than the {MOST_FILES} that are taken at once. "
                "Bring them in several goes."
            )
        return files


class UploadForm(forms.Form):
    """What somebody says about the files: only the jurisdiction is needed."""

    file = FilesField(
        label="Files",
        help_text="Transcripts (WebVTT, SRT, JSON, plain text), agendas and minutes (PDF, Word); "
        f"up to {MOST_FILES} files of {MAX_BYTES // 1_000_000} MB.",
    )
    jurisdiction = forms.CharField(
        max_length=200,
        help_text="As Huntsville, AL, or its Open Civic Data id.",
        error_messages={"required": "Name the government that speaks."},
        widget=forms.TextInput(attrs={"list": "places", "autocomplete": "off"}),
    )
    body = forms.CharField(
        max_length=120, required=False, help_text="As City Council. Empty: the usual one."
    )
    held_on = forms.DateField(
        label="Held on",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Empty: as the file or its name says.",
    )
    kind = forms.ChoiceField(
        label="Documents are",
        required=False,
        choices=[("", "As they say themselves"), *MeetingDocument.Kind.choices],
    )
    video_url = forms.URLField(
        label="Recording",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="The recording's page. Quotes link to their second of it.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["file"].widget.attrs |= {"accept": SUFFIXES}

    def clean_jurisdiction(self) -> Jurisdiction:
        try:
            named = self.cleaned_data["jurisdiction"]
            return Jurisdiction.objects.select_related("region").named(named)
        except UnknownJurisdiction as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("jurisdiction"):
            try:
                said["sitting"] = Sitting(
                    jurisdiction=said["jurisdiction"],
                    body=said.get("body", ""),
                    held_on=said.get("held_on"),
                    video_url=said.get("video_url", ""),
                )
            except WrongSitting as error:
                raise forms.ValidationError(str(error)) from error
        return said


@dataclass(frozen=True, slots=True)
class Row:
    """An upload as the page shows it. stuck is the delivery that gave up reading it, if one did."""

    upload: Upload
    stuck: int | None

    @property
    def facts(self) -> list[str]:
        return facts(self.upload)

    @property
    def steps(self) -> list["StepShown"]:
        return steps(self.upload)


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step of reading a file: done, now or ahead. share is the percent of it that is done."""

    label: str
    state: str
    share: int | None = None


def steps(upload: Upload) -> list[StepShown]:
    """Return the steps of a file that is being read."""
    order = Upload.Step.values
    here = order.index(upload.step) if upload.step else 0
    share = None
    if upload.step == Upload.Step.EXTRACTING:
        share = round(100 * (upload.progress - uploads.STORED) / (100 - uploads.STORED))
    return [
        StepShown(
            label,
            "done" if place < here else "now" if place == here else "ahead",
            share if place == here else None,
        )
        for place, label in enumerate(Upload.Step.labels)
    ]


def facts(upload: Upload) -> list[str]:
    """Return what reading gave, as short phrases."""
    report = upload.report
    if "pages" in report:
        said = [f"{report['format']}, {report['pages']:,} page{pluralize(report['pages'])}"]
    elif report:
        dropped, repaired = (sum(report.get(name, {}).values()) for name in ("dropped", "repaired"))
        said = [
            str(report.get("format", "")),
            f"{report.get('cues_read', 0):,} cues read",
            f"{dropped:,} dropped",
            f"{repaired:,} repaired",
        ]
    else:
        return []
    if (quality := _quality(report.get("quality"))) is not None:
        said.append(f"quality {quality}")
    return said


def _quality(value: object) -> object | None:
    """Return the quality score, whether a report keeps it as a number or under "score"."""
    score = value.get("score") if isinstance(value, dict) else value
    return f"{score:.2g}" if isinstance(score, float) else score


def waiting_count() -> int:
    return Upload.objects.unfinished().count()


def upload(request: HttpRequest) -> HttpResponse:
    """The form and the files brought lately. A POST takes files in and comes back here."""
    if request.method != "POST":
        return render(request, "signals/staff/upload.html", _frame(request, _first_form(request)))
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "signals/staff/upload.html", _frame(request, form), status=422)
    _take_in(form, request)
    return redirect("admin:upload")


def upload_rows(request: HttpRequest) -> HttpResponse:
    """The files brought lately, refetched while any of them is being read."""
    return render(request, "signals/staff/_uploads.html", _rows())


@require_POST
def read_on(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Have the rest of a file read whose reading stopped."""
    row = get_object_or_404(
        Upload.objects.for_lists(), public_id=public_id, transcript__isnull=False
    )
    assert row.transcript
    try:
        reading_on.ask(row.transcript, by=person(request))
        messages.success(request, f"{row.file_name} is being read on.")
    except reading_on.NothingToRead as error:
        messages.warning(request, str(error))
    return redirect("admin:upload")


def places(request: HttpRequest) -> HttpResponse:
    """Jurisdictions whose name begins as somebody types it, as options of the form."""
    typed = request.GET.get("jurisdiction", "").partition(",")[0].strip()
    rows = Jurisdiction.objects.select_related("region").filter(name__istartswith=typed)
    found = rows.order_by("name", "region__code")[:PLACES_SHOWN] if len(typed) > 1 else []
    return render(request, "signals/staff/_places.html", {"places": found})


def _first_form(request: HttpRequest) -> UploadForm:
    """The form, with the place of the person's last upload, or with what the address says."""
    last = Upload.objects.for_lists().filter(by=request.user.pk).first()
    said = {"jurisdiction": str(last.jurisdiction), "body": last.body} if last else {}
    return UploadForm(initial=said | request.GET.dict())


def _take_in(form: UploadForm, request: HttpRequest) -> None:
    taken = refused = 0
    for file in form.cleaned_data["file"]:
        brought = _brought(file, form.cleaned_data["kind"])
        row = uploads.receive(brought, form.cleaned_data["sitting"], by=person(request))
        taken += not row.is_finished
        refused += row.is_finished
    if taken:
        messages.success(request, f"{taken} file{pluralize(taken)} taken in and read now.")
    if refused:
        said = f"{refused} file{pluralize(refused)} not taken in; the list below says why."
        messages.warning(request, said)


def _brought(file: UploadedFile[bytes], kind: str) -> Brought:
    size = file.size or 0
    content = file.read() if size <= MAX_BYTES else b""
    return Brought(file.name or "file", content, kind, size=size)


def _rows() -> dict[str, object]:
    """Return the files brought lately, newest first. Two queries, and one if any is unread."""
    lately = list(Upload.objects.for_lists()[:SHOWN])
    stuck = uploads.given_up(lately)
    return {
        "rows": [Row(one, stuck.get(one.pk)) for one in lately],
        "is_reading": any(not one.is_finished and one.pk not in stuck for one in lately),
    }


def _frame(request: HttpRequest, form: UploadForm) -> dict[str, object]:
    return {**admin.site.each_context(request), "title": "Upload", "form": form, **_rows()}
