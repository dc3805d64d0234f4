"""Storing a transcript: its meeting, its segments and the report of how it was read."""

import hashlib
import os
import re
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction

from civstart.accounts.models import User
from civstart.events import outbox
from civstart.lib.errors import CivStartError
from civstart.places.models import Jurisdiction
from signals import anchoring, likeness, quality, speaking, withholding
from signals.extraction import roles
from signals.models import Body, Meeting, Segment, Speaker, Transcript
from signals.reading import Reading, Report, UnreadableTranscript, read
from signals.reading.read import MAX_BYTES

is_on_the_web = URLValidator(schemes=["http", "https"])


class WrongDate(CivStartError):
    """A date that is none."""


class WrongSitting(CivStartError):
    """Something said about a meeting that cannot be stored."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """What the person who brings a file says about the meeting.

    Empty means: as the file says, or unknown. Raise WrongSitting for what cannot be stored.
    """

    jurisdiction: Jurisdiction
    body: str = ""
    held_on: date | None = None
    title: str = ""
    video_url: str = ""

    def __post_init__(self) -> None:
        longest = Body._meta.get_field("name").max_length
        if longest and len(self.body) > longest:
            raise WrongSitting(
                f"A body's name has at most {longest} characters, not {len(self.body)}. Shorten it."
            )
        if self.video_url and not is_address(self.video_url):
            raise WrongSitting(
                f"{self.video_url!r} is not the address of a recording; "
                "write it as https://video.example/watch?v=1."
            )


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a file. is_new is False if the very file was stored before."""

    transcript: Transcript
    is_new: bool


def file(
    path: Path,
    sitting: Sitting,
    *,
    by: User | None = None,
    encoding: str | None = None,
    allow_gaps: bool = False,
) -> Stored:
    """Read and store a transcript file.

    Raise UnreadableTranscript and store nothing if it cannot be read.
    """
    raw = contents(path)
    return transcript(
        raw,
        os.fsencode(path.name).decode("utf-8", "replace"),
        read(raw, str(path), encoding=encoding, allow_gaps=allow_gaps),
        sitting,
        by=by,
    )


def contents(path: Path) -> bytes:
    """Return the file's bytes, refusing what is no file or too large before reading it."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise UnreadableTranscript(
                f"{path}: {size / 1e6:,.0f} MB is more than the {MAX_BYTES / 1e6:,.0f} MB "
                "a transcript may have. "
                "Check that it is the transcript and not the recording, or split it by session."
            )
        if not path.is_file():
            raise UnreadableTranscript(
                f"{path} is a folder or a device, not a file. Name the transcript itself."
            )
        return path.read_bytes()
    except OSError as error:
        raise UnreadableTranscript(
            f"{path}: {error.strerror}. Check the path and its permissions."
        ) from error


@transaction.atomic
def transcript(
    raw: bytes, file_name: str, reading: Reading, sitting: Sitting, *, by: User | None = None
) -> Stored:
    """Store a reading.

    The same file twice changes nothing; a corrected one becomes a new version.
    """
    # One at a time for a government: two who bring the same file at once must not store it twice.
    Jurisdiction.objects.select_for_update(no_key=True).get(pk=sitting.jurisdiction.pk)
    digest = hashlib.sha256(raw).hexdigest()
    known = (
        Transcript.objects.filter(meeting__body__jurisdiction=sitting.jurisdiction, digest=digest)
        .select_related("meeting")
        .first()
    )
    if known:
        return Stored(known, is_new=False)
    meeting = _meeting(file_name, reading, sitting)
    stored = _new_version(meeting, file_name, digest, reading)
    _store_segments(stored, reading)
    anchors = anchoring.follow(stored)
    outbox.record(
        "transcript.ingested",
        subject=stored,
        by=by,
        data={"version": stored.version, "anchors": dict(anchors)},
    )
    return Stored(stored, is_new=True)


def _meeting(file_name: str, reading: Reading, sitting: Sitting) -> Meeting:
    """Return the meeting this is a text of: one whose words it shares, else a new one."""
    body, _ = Body.objects.get_or_create(
        jurisdiction=sitting.jurisdiction, name=sitting.body or usual_body(sitting.jurisdiction)
    )
    held_on = sitting.held_on or day(reading.held_on) or day_in_name(file_name)
    meeting = likeness.meeting_of(reading, Meeting.objects.filter(body=body, held_on=held_on))
    meeting = meeting or _awaiting_words(body, held_on)
    if meeting is None:
        title = (
            sitting.title
            or reading.title
            or (f"{body.name} meeting" if held_on else Path(file_name).stem)
        )
        meeting = Meeting.objects.create(
            body=body, held_on=held_on, title=_free(title[:190], body, held_on)
        )
    said_by_file = reading.video_url if is_address(reading.video_url) else ""
    video_url = sitting.video_url or meeting.video_url or said_by_file
    if meeting.video_url != video_url:
        meeting.video_url = video_url
        meeting.save(update_fields=["video_url"])
    return meeting


def _awaiting_words(body: Body, held_on: date | None) -> Meeting | None:
    """Return the day's meeting of which only papers came so far."""
    rows = Meeting.objects.filter(body=body, held_on=held_on, documents__isnull=False)
    return rows.filter(transcripts=None).first() if held_on else None


def _free(title: str, body: Body, held_on: date | None) -> str:
    """Return the title, numbered if another meeting of that day has it."""
    taken = set(Meeting.objects.filter(body=body, held_on=held_on).values_list("title", flat=True))
    numbered = (f"{title} ({number})" for number in count(2))
    return title if title not in taken else next(name for name in numbered if name not in taken)


def usual_body(jurisdiction: Jurisdiction) -> str:
    return {
        Jurisdiction.Kind.CITY: "City Council",
        Jurisdiction.Kind.COUNTY: "County Board",
        Jurisdiction.Kind.DISTRICT: "Board of Directors",
        Jurisdiction.Kind.STATE: "Legislature",
    }[Jurisdiction.Kind(jurisdiction.kind)]


def is_address(url: str) -> bool:
    """Whether a browser can open it: http or https, and no longer than what is stored."""
    longest = Meeting._meta.get_field("video_url").max_length
    try:
        is_on_the_web(url)
    except ValidationError:
        return False
    return not longest or len(url) <= longest


def day(text: str) -> date | None:
    """Return the day an ISO date names, None for an empty text.

    Raise WrongDate for anything else.
    """
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongDate(f"{text!r} is not a date; write it as 2026-11-12.") from error


def day_in_name(file_name: str) -> date | None:
    """Return the day a file's name carries, as minutes_2026-06-11.vtt does."""
    found = re.search(r"(?<!\d)(\d{4})[-_.](\d{2})[-_.](\d{2})(?!\d)", file_name)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _new_version(meeting: Meeting, file_name: str, digest: str, reading: Reading) -> Transcript:
    Meeting.objects.select_for_update().get(pk=meeting.pk)
    same_format = Transcript.objects.filter(meeting=meeting, format=reading.report.format)
    version = same_format.count() + 1
    same_format.filter(is_current=True).update(is_current=False)
    grade = quality.of(reading)
    return Transcript.objects.create(
        meeting=meeting,
        format=reading.report.format,
        version=version,
        file_name=file_name[:255],
        digest=digest,
        time_unit=reading.report.time_unit,
        report=_as_json(reading.report),
        quality=grade.points,
        quality_parts=grade.as_json(),
        duration_seconds=reading.utterances[-1].end,
    )


def _as_json(report: Report) -> dict[str, object]:
    return {
        "format": report.format,
        "time_unit": report.time_unit,
        "cues_read": report.cues_read,
        "dropped": dict(report.dropped),
        "repaired": dict(report.repaired),
        "seen": dict(report.seen),
        "notes": report.notes,
    }


def _store_segments(stored: Transcript, reading: Reading) -> None:
    people = _speakers(stored.meeting, {u.speaker for u in reading.utterances if u.speaker})
    segments = [
        Segment(
            transcript=stored,
            index=index,
            start_seconds=utterance.start,
            end_seconds=utterance.end,
            text=utterance.text,
            speaker=people.get(utterance.speaker[:120]),
        )
        for index, utterance in enumerate(reading.utterances)
    ]
    speaking.infer(stored.meeting, segments)
    withholding.hide(stored, segments)
    Segment.objects.bulk_create(segments, batch_size=2000)


def _speakers(meeting: Meeting, names: set[str]) -> dict[str, Speaker]:
    rows = [
        Speaker(meeting=meeting, name=name[:120], role=roles.of_label(name))
        for name in sorted(names)
    ]
    Speaker.objects.bulk_create(rows, ignore_conflicts=True)
    return {speaker.name: speaker for speaker in meeting.speakers.all()}
