"""What happened lately, as staff read it: a line for each event, or for several alike in a row."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.urls import reverse

from civstart.events.models import Event
from matching.models import Exclusions, Match, Rematch
from signals.models import Meeting, Signal, Transcript
from startups.models import Startup

EVENTS_READ = 80
LINES_SHOWN = 8

# By type: the line for one event and the line for several.
WORDS = {
    "document.ingested": ("Read an agenda or minutes", "{count} agendas and minutes read"),
    "transcript.ingested": ("Read {title}", "{count} transcripts read"),
    "signal.found": ("Found {title}", "{count} signals found"),
    "signal.approved": ("{actor} approved {title}", "{actor} approved {count} signals"),
    "signal.rejected": ("{actor} rejected {title}", "{actor} rejected {count} signals"),
    "signal.reopened": ("{actor} reopened {title}", "{actor} reopened {count} signals"),
    "signal.quote_lost": (
        "A correction lost the quote of {title}",
        "Corrections lost the quotes of {count} signals",
    ),
    "signal.redaction_lifted": (
        "{actor} lifted the redaction of {title}",
        "{actor} lifted the redaction of {count} signals",
    ),
    "signal.redaction_restored": (
        "{actor} restored the redaction of {title}",
        "{actor} restored the redaction of {count} signals",
    ),
    "question.asked": ("A startup asked a question", "Startups asked {count} questions"),
    "question.answered": ("{actor} answered a question", "{actor} answered {count} questions"),
    "question.corrected": ("{actor} corrected an answer", "{actor} corrected {count} answers"),
    "question.hidden": ("{actor} hid a question", "{actor} hid {count} questions"),
    "question.shown": ("{actor} showed a question again", "{actor} showed {count} questions again"),
    "second_look.settled": (
        "{actor} settled a disagreement",
        "{actor} settled {count} disagreements",
    ),
    "autoapproval.unlocked": (
        "{actor} unlocked automatic approval of a source",
        "{actor} unlocked automatic approval of {count} sources",
    ),
    "autoapproval.locked": (
        "Automatic approval of a source was locked",
        "Automatic approval of {count} sources was locked",
    ),
    "signal.stage_changed": (
        "A need moved on: {title}",
        "{count} needs moved on",
    ),
    "signal.thread_changed": (
        "{actor} changed the thread of {title}",
        "{actor} changed the threads of {count} signals",
    ),
    "signal.edited": ("{actor} edited {title}", "{actor} edited {count} signals"),
    "signal.split": ("{actor} split {title}", "{actor} split {count} signals"),
    "signal.merged": ("{actor} merged {title}", "{actor} merged {count} signals"),
    "signal.unmerged": ("{actor} undid a merger of {title}", "{actor} undid {count} mergers"),
    "signal.rejoined": ("{actor} undid a split of {title}", "{actor} undid {count} splits"),
    "speaker.role_set": (
        "{actor} set the role of a speaker in {title}",
        "{actor} set the roles of {count} speakers",
    ),
    "match.suggested": ("{title}", "{count} matches suggested"),
    "match.dismissed": ("Not for them: {title}", "{count} matches put aside by startups"),
    "search.hit": (
        "Told who searches for {title}",
        "{count} signals told to who searches for them",
    ),
    "search.withdrawn": (
        "Taken back from who searches for {title}",
        "{count} signals taken back from who searches for them",
    ),
    "digest.made": ("Sent a digest", "{count} digests sent"),
    "exclusions.changed": (
        "{actor} changed what {title} is not told of",
        "{actor} changed {count} times what startups are not told of",
    ),
    "policy.put_in_use": (
        "{actor} put another match policy in use",
        "{actor} put other match policies in use {count} times",
    ),
    "rematch.started": ("{actor} started {title}", "{actor} started {count} re-matches"),
    "rematch.paused": ("{actor} paused {title}", "{actor} paused re-matches {count} times"),
    "rematch.resumed": ("{actor} resumed {title}", "{actor} resumed re-matches {count} times"),
    "rematch.cancelled": ("{actor} cancelled {title}", "{actor} cancelled {count} re-matches"),
    "rematch.finished": ("Finished: {title}", "{count} re-matches finished"),
    "match.restored": ("For them after all: {title}", "{count} matches put back by startups"),
    "match.withdrawn": ("Withdrawn: {title}", "{count} matches withdrawn"),
    "startup.created": ("New startup: {title}", "{count} new startups"),
    "startup.deleted": ("Startup deleted", "{count} startups deleted"),
    "startup.updated": ("Profile changed: {title}", "{count} profiles changed"),
}

# Steps on the way to what the lines above tell.
UNTOLD = (
    "upload.received",
    "upload.advanced",
    "upload.finished",
    "source.polled",
    "transcript.reading_asked",
    "signal.matched",
    "vectors.changed",
    "question.voted",
    "second_look.drawn",
    "second_look.decided",
    "second_look.overtaken",
)


@dataclass(frozen=True, slots=True)
class Named:
    """What an event was about: its name and its page."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """What happened: words, a name with its page (none when it happened several times), words."""

    at: datetime
    before: str
    named: Named | None
    after: str


def lately() -> list[Line]:
    """Return the last lines, newest first. Five queries."""
    told = Event.objects.exclude(type__in=UNTOLD)
    rows = told.select_related("actor").order_by("-happened_at")[:EVENTS_READ]
    runs = [list(run) for _, run in groupby(rows, key=lambda event: (event.type, event.actor_id))][
        :LINES_SHOWN
    ]
    names = _names(run[0].subject for run in runs if len(run) == 1)
    return [_line(run, names) for run in runs]


def _line(run: list[Event], names: dict[str, Named]) -> Line:
    first = run[0]
    one, several = WORDS.get(first.type, (first.type, first.type + ", {count} times"))
    actor = str(first.actor) if first.actor else "The site"
    if len(run) > 1:
        return Line(first.happened_at, several.format(actor=actor, count=len(run)), None, "")
    before, _, after = one.partition("{title}")
    return Line(first.happened_at, before.format(actor=actor), names.get(first.subject), after)


def _names(subjects: Iterable[str]) -> dict[str, Named]:
    ids: dict[str, list[UUID]] = {}
    for subject in subjects:
        kind, _, public_id = subject.partition(":")
        ids.setdefault(kind, []).append(UUID(public_id))
    return {
        f"{kind}:{public_id}": named
        for kind in ids
        for public_id, named in _of_kind(kind, ids[kind])
    }


def _of_kind(kind: str, ids: list[UUID]) -> Iterator[tuple[UUID, Named]]:
    match kind:
        case "signal":
            for signal in Signal.objects.filter(public_id__in=ids).only("public_id", "title"):
                yield (
                    signal.public_id,
                    Named(signal.title, reverse("admin:review-signal", args=[signal.public_id])),
                )
        case "match":
            for pair in Match.objects.filter(public_id__in=ids).select_related(
                "startup", "signal__jurisdiction__region"
            ):
                title = f"{pair.startup} for {pair.signal.jurisdiction} at {pair.score:.0f}"
                yield (
                    pair.public_id,
                    Named(title, reverse("admin:matching_match_change", args=[pair.pk])),
                )
        case "rematch":
            for rematch in Rematch.objects.filter(public_id__in=ids).select_related("policy"):
                title = f"a re-match of {rematch.total_count:,} signals"
                url = reverse("admin:matching-rematch", args=[rematch.pk])
                yield rematch.public_id, Named(title, url)
        case "exclusions":
            for row in Exclusions.objects.filter(public_id__in=ids).select_related("startup"):
                url = reverse("admin:matching_exclusions_change", args=[row.pk])
                yield row.public_id, Named(row.startup.name, url)
        case "meeting":
            for meeting in Meeting.objects.filter(public_id__in=ids):
                url = reverse("admin:signals_meeting_change", args=[meeting.pk])
                yield meeting.public_id, Named(str(meeting), url)
        case "transcript":
            for transcript in Transcript.objects.filter(public_id__in=ids):
                url = reverse("admin:signals_transcript_change", args=[transcript.pk])
                yield transcript.public_id, Named(transcript.file_name, url)
        case "startup":
            for startup in Startup.objects.filter(public_id__in=ids).only("public_id", "name"):
                url = reverse("admin:startups_startup_change", args=[startup.pk])
                yield startup.public_id, Named(startup.name, url)
