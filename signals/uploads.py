"""Bringing files to be read: taken in at once, read by a worker, safe to read twice.

The row is the queue. The file is kept in it until it is read, so a worker that is killed loses
nothing: the delivery of upload.received is run again and goes on from what is stored.
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from civstart.accounts.models import User
from civstart.events import outbox
from civstart.events.models import Delivery
from civstart.lib.errors import CivStartError
from civstart.places.models import Jurisdiction
from signals import documents, finding, ingest
from signals.ingest import Sitting
from signals.models import Source, Transcript, Upload
from signals.reading import MAX_BYTES, read
from signals.reading.documents import is_document, read_document

PROGRESS_SECONDS = 0.5
READ, STORED = 5, 10  # percent: the file is understood; its words are stored
Step = Upload.Step


@dataclass(frozen=True, slots=True)
class Brought:
    """A file as it was brought. kind is that of a document, "" if nobody said.

    size is that of the whole file, where the content of one that is too large was left out.
    """

    name: str
    content: bytes
    kind: str = ""
    url: str = ""
    size: int = 0

    @property
    def bytes_count(self) -> int:
        return self.size or len(self.content)


def receive(brought: Brought, sitting: Sitting, *, by: User | None = None) -> Upload:
    """Take a file in to be read by a worker. One that cannot be is stored as not read, with why."""
    upload = _as_row(brought, sitting)
    upload.by = by
    return _take_in(upload, brought)


def receive_from(
    source: Source, key: str, brought: Brought, sitting: Sitting, *, again: Upload | None = None
) -> Upload:
    """Take in a file that a source offers under the key; again is the row of an earlier try."""
    upload = _as_row(brought, sitting)
    upload.source, upload.source_key = source, key
    if again:
        upload.pk, upload.public_id, upload.created_at = again.pk, again.public_id, again.created_at
        upload._state.adding = False
    return _take_in(upload, brought)


def not_fetched(
    source: Source, key: str, brought: Brought, sitting: Sitting, *, why: str, tries: int
) -> Upload:
    """Store that a file which a source offers could not be fetched."""
    row = _as_row(brought, sitting)
    said = {
        "jurisdiction": sitting.jurisdiction,
        "body": row.body,
        "held_on": row.held_on,
        "title": row.title,
        "file_name": row.file_name,
        "url": row.url,
        "status": Upload.Status.FAILED,
        "error": why,
        "tries": tries,
        "finished_at": timezone.now(),
    }
    return Upload.objects.update_or_create(source=source, source_key=key, defaults=said)[0]


def _as_row(brought: Brought, sitting: Sitting) -> Upload:
    return Upload(
        jurisdiction=sitting.jurisdiction,
        body=sitting.body,
        held_on=sitting.held_on,
        title=sitting.title[:200],
        video_url=sitting.video_url,
        kind=brought.kind,
        file_name=brought.name.replace("\x00", "")[-255:] or "file",
        url=brought.url,
        size=brought.bytes_count,
        digest=hashlib.sha256(brought.content).hexdigest() if brought.content else "",
    )


@transaction.atomic
def _take_in(upload: Upload, brought: Brought) -> Upload:
    # Two copies brought at once must see each other, and only one of them be read.
    Jurisdiction.objects.select_for_update(no_key=True).get(pk=upload.jurisdiction_id)
    fault = _fault(upload, brought)
    if fault:
        upload.status, upload.error = Upload.Status.FAILED, fault
        upload.finished_at = timezone.now()
    else:
        upload.content = brought.content
    upload.save()
    if not fault:
        outbox.record("upload.received", subject=upload, by=upload.by)
    return upload


def _fault(upload: Upload, brought: Brought) -> str:
    """Return why a file is not even taken in, "" if nothing speaks against it."""
    if brought.bytes_count > MAX_BYTES:
        return (
            f"{upload.file_name} has {brought.bytes_count / 1e6:,.0f} MB, more than the "
            f"{MAX_BYTES / 1e6:,.0f} MB that are read at once. Check that it is no recording, "
            "or split it by meeting."
        )
    if not brought.content:
        return f"{upload.file_name} is empty; bring a file with something in it."
    same = Upload.objects.unfinished().filter(
        jurisdiction=upload.jurisdiction_id, digest=upload.digest
    )
    if is_document(brought.content):  # bodies that sit together share their papers
        same = same.filter(body=upload.body, held_on=upload.held_on)
    first = same.defer("content").first()
    if first and not given_up([first]):
        return f"{upload.file_name} is the same file as {first.file_name}, which is being read."
    return ""


# --- Reading, in a worker ----------------------------------------------------------------


def read_one(public_id: UUID | str) -> None:
    """Read the upload, unless it is read already. What it cannot be read for is stored on it."""
    upload = Upload.objects.select_related("jurisdiction", "by").filter(public_id=public_id).first()
    if upload is None or upload.is_finished:
        return
    _advance(upload, Step.READING, 0, status=Upload.Status.READING)
    try:
        _read(upload)
    except CivStartError as error:
        _finish(upload, status=Upload.Status.FAILED, error=str(error))


def _read(upload: Upload) -> None:
    raw = bytes(upload.content or b"")
    sitting = Sitting(
        jurisdiction=upload.jurisdiction,
        body=upload.body,
        held_on=upload.held_on,
        title=upload.title,
        video_url=upload.video_url,
    )
    if is_document(raw):
        _read_document(upload, raw, sitting)
    else:
        _read_transcript(upload, raw, sitting)


def _read_document(upload: Upload, raw: bytes, sitting: Sitting) -> None:
    reading = read_document(raw, upload.file_name)
    _advance(upload, Step.STORING, STORED)
    with transaction.atomic():
        _one_at_a_time(upload)
        stored = documents.store(
            raw,
            upload.file_name,
            reading,
            sitting,
            kind=upload.kind,
            url=upload.url,
            by=upload.by,
        )
        pages = len(stored.document.pages)
        report = {"format": reading.format.value, "pages": pages, "known": not stored.is_new}
        _finish(upload, status=Upload.Status.READ, document=stored.document, report=report)


def _read_transcript(upload: Upload, raw: bytes, sitting: Sitting) -> None:
    reading = read(raw, upload.file_name)
    _advance(upload, Step.STORING, READ)
    with transaction.atomic():
        _one_at_a_time(upload)
        stored = ingest.transcript(raw, upload.file_name, reading, sitting, by=upload.by)
    known, stopped = finding.is_read(stored.transcript), ""
    if not known:
        _advance(upload, Step.EXTRACTING, STORED, transcript=stored.transcript)
        stopped = finding.signals_of(stored.transcript, progress=_progress(upload)).stopped
    _finish(
        upload,
        status=Upload.Status.READ,
        transcript=stored.transcript,
        report={**stored.transcript.report, "known": known, "stopped": stopped},
        signal_count=signal_count(stored.transcript),
    )


def signal_count(transcript: Transcript) -> int:
    """Return how many signals were found in it, over all runs."""
    runs = transcript.runs.filter(finished_at__isnull=False)
    return sum(runs.values_list("found_count", flat=True))


def _one_at_a_time(upload: Upload) -> None:
    """Have files of one jurisdiction stored one after another: two may be of one meeting."""
    Jurisdiction.objects.select_for_update(no_key=True).get(pk=upload.jurisdiction_id)


def _progress(upload: Upload) -> Callable[[float], None]:
    """Return what stores how far extraction is, twice a second at most."""
    noted_at = 0.0

    def note(share: float) -> None:
        nonlocal noted_at
        if time.monotonic() - noted_at >= PROGRESS_SECONDS:
            noted_at = time.monotonic()
            percent = STORED + (100 - STORED) * min(max(share, 0.0), 1.0)
            _note(upload, progress=min(int(percent), 99))

    return note


def _advance(upload: Upload, step: str, percent: int, **fields: object) -> None:
    """Note that the next step begins, and tell open pages."""
    with transaction.atomic():
        _note(upload, step=step, progress=percent, **fields)
        outbox.record("upload.advanced", subject=upload, data={"step": step})


def _note(upload: Upload, **fields: object) -> None:
    Upload.objects.unfinished().filter(pk=upload.pk).update(**fields)


def _finish(upload: Upload, **fields: object) -> None:
    """Write down the end and let go of the file, once."""
    done = {"content": None, "step": "", "progress": 100, "finished_at": timezone.now()}
    with transaction.atomic():
        won = Upload.objects.unfinished().filter(pk=upload.pk).update(**(done | fields))
        if won:
            outbox.record("upload.finished", subject=upload, data={"status": fields["status"]})


# --- Reading that was given up -----------------------------------------------------------


def given_up(uploads: list[Upload]) -> Mapping[int, int]:
    """Return, by upload, the delivery that was given up after too many failures. One query."""
    by_subject = {f"upload:{one.public_id}": one.pk for one in uploads if not one.is_finished}
    if not by_subject:
        return {}
    stuck = Delivery.objects.stuck().filter(event__subject__in=by_subject)
    return {by_subject[subject]: pk for pk, subject in stuck.values_list("pk", "event__subject")}
