"""Storing a meeting's documents: agenda, minutes and other papers."""

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction

from civstart.accounts.models import User
from civstart.events import outbox
from signals import ingest
from signals.ingest import Sitting
from signals.models import Body, Meeting, MeetingDocument
from signals.reading.documents import DocumentReading, UnreadableDocument, kind_of


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """What became of a document. is_new is False if the meeting had the very file before."""

    document: MeetingDocument
    is_new: bool


@transaction.atomic
def store(
    raw: bytes,
    file_name: str,
    reading: DocumentReading,
    sitting: Sitting,
    *,
    kind: str = "",
    url: str = "",
    by: User | None = None,
) -> StoredDocument:
    """Attach a document to the meeting of its body and day, making that if there is none.

    The same file twice changes nothing. Raise UnreadableDocument if nobody knows the day.
    """
    day = sitting.held_on or ingest.day_in_name(file_name) or reading.held_on
    if day is None:
        raise UnreadableDocument(
            f"{file_name} does not say of which day it is. Name the day and bring it again."
        )
    digest = hashlib.sha256(raw).hexdigest()
    meeting = _meeting(sitting, day)
    known = meeting.documents.filter(digest=digest).first()
    if known:
        return StoredDocument(known, is_new=False)
    kind = kind or kind_of(sitting.title, file_name, reading.pages[0])
    made = MeetingDocument.objects.create(
        meeting=meeting,
        kind=kind,
        title=(sitting.title or Path(file_name).stem or "Paper")[:200],
        file_name=file_name[:255],
        url=url,
        digest=digest,
        pages=list(reading.pages),
    )
    outbox.record("document.ingested", subject=made, by=by, data={"kind": kind})
    return StoredDocument(made, is_new=True)


def _meeting(sitting: Sitting, day: date) -> Meeting:
    """Return the body's meeting of the day: the one of that title, the first, or a new one."""
    name = sitting.body or ingest.usual_body(sitting.jurisdiction)
    body, _ = Body.objects.get_or_create(jurisdiction=sitting.jurisdiction, name=name)
    that_day = list(Meeting.objects.filter(body=body, held_on=day).order_by("pk"))
    same_title = [meeting for meeting in that_day if meeting.title == sitting.title]
    meeting = next(iter(same_title or that_day), None) or Meeting.objects.create(
        body=body, held_on=day, title=f"{body.name} meeting"
    )
    if sitting.video_url and not meeting.video_url:
        meeting.video_url = sitting.video_url
        meeting.save(update_fields=["video_url"])
    return meeting
