"""Makers of rows for tests: plain functions with defaults. Every text is our own."""

from datetime import date
from decimal import Decimal
from importlib import import_module
from itertools import count

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from civstart.accounts.models import User
from civstart.places.models import Jurisdiction, Region
from matching.models import Match, MatchPolicy, MatchRun
from signals import finding
from signals.models import (
    Body,
    Evidence,
    ExtractionRun,
    Meeting,
    MeetingDocument,
    Question,
    Segment,
    Signal,
    Source,
    SourceRun,
    Speaker,
    Transcript,
    Upload,
)
from startups.models import CaseStudy, Membership, Product, Startup

QUOTE = (
    "I have four hundred and twelve thousand in the request so we can find the leaks "
    "before the ground freezes"
)
BEFORE = "So before we go on, how much of this is leaks and how much is the meters being wrong?"
AFTER = "And that is equipment, or is that somebody coming in to do it?"
number = count(1)


def what_migrations_write() -> None:
    """The states and the match policies, once more if a test has emptied all tables."""
    states = import_module("civstart.places.migrations.0002_states")
    states.add_states(apps, None)
    first = import_module("matching.migrations.0003_first_policy")
    first.add_first_policy(apps, None)
    second = import_module("matching.migrations.0006_second_policy")
    second.add_second_policy(apps, None)


def user(name: str = "Uma User", **fields: object) -> User:
    email = f"{name.lower().replace(' ', '.')}.{next(number)}@example.org"
    return User.objects.create_user(email, "a-long-password-5", name=name, **fields)


def region(code: str = "OH") -> Region:
    return Region.objects.get(code=code)


def jurisdiction(name: str = "Marlow Falls", state: str = "OH", **fields: object) -> Jurisdiction:
    slug = name.lower().replace(" ", "_")
    return Jurisdiction.objects.get_or_create(
        ocd_id=f"ocd-division/country:us/state:{state.lower()}/place:{slug}",
        defaults={"name": name, "region": region(state), **fields},
    )[0]


def meeting(place: Jurisdiction | None = None, **fields: object) -> Meeting:
    body = Body.objects.get_or_create(jurisdiction=place or jurisdiction(), name="City Council")[0]
    defaults = {
        "body": body,
        "title": f"Meeting {next(number)}",
        "held_on": date(2026, 11, 12),
        "video_url": "https://video.example/watch",
    }
    return Meeting.objects.create(**(defaults | fields))


def transcript(of: Meeting | None = None, **fields: object) -> Transcript:
    defaults = {
        "format": "webvtt",
        "file_name": "council.vtt",
        "digest": f"{next(number):064}",
        "time_unit": "clock",
    }
    return Transcript.objects.create(meeting=of or meeting(), **(defaults | fields))


def document(of: Meeting | None = None, **fields: object) -> MeetingDocument:
    defaults = {
        "kind": "minutes",
        "title": "City Council, minutes",
        "file_name": "minutes.pdf",
        "digest": f"{next(number):064}",
        "pages": ["Minutes of the City Council", "The mains were discussed."],
    }
    return MeetingDocument.objects.create(meeting=of or meeting(), **(defaults | fields))


def source(
    kind: str = "feed",
    address: str = "https://council.example/feed.xml",
    *,
    place: Jurisdiction | None = None,
    body: str = "City Council",
    **fields: object,
) -> Source:
    return Source.objects.create(
        jurisdiction=place or jurisdiction(), body=body, kind=kind, address=address, **fields
    )


def source_run(of: Source | None = None, **fields: object) -> SourceRun:
    at = timezone.now()
    defaults = {"looked_at_count": 3, "new_count": 1, "started_at": at, "finished_at": at}
    return SourceRun.objects.create(source=of or source(), **(defaults | fields))


def upload(file_name: str = "council.vtt", **fields: object) -> Upload:
    """A file that waits to be read."""
    defaults = {"jurisdiction": jurisdiction(), "content": b"WEBVTT", "digest": "0" * 64}
    return Upload.objects.create(file_name=file_name, **(defaults | fields))


@transaction.atomic
def signal(
    title: str = "Acoustic leak detection for cast-iron water mains before winter",
    *,
    place: Jurisdiction | None = None,
    status: str = "pending",
    decided_by: User | None = None,
    quote: str = QUOTE,
    at_meeting: Meeting | None = None,
    **fields: object,
) -> Signal:
    """A signal with one piece of evidence, and a segment before and after it."""
    held = at_meeting or meeting(place)
    text = transcript(held, version=held.transcripts.count() + 1, is_current=False)
    speaker = Speaker.objects.get_or_create(
        meeting=held, name="Renee Castellano", defaults={"role": "staff"}
    )[0]
    for index, words in enumerate((BEFORE, f"{quote}, not after.", AFTER)):
        Segment.objects.create(
            transcript=text,
            index=index,
            start_seconds=4440 + 10 * index,
            end_seconds=4448 + 10 * index,
            text=words,
            speaker=speaker,
        )
    decided = {}
    if status != "pending":
        decided = {
            "decided_at": timezone.now(),
            "decided_by": decided_by or user("Dora Decider", is_staff=True),
        }
    defaults = {
        "summary": "The water department asks for money to find leaks in old mains.",
        "kind": "budget",
        "category": "water-utilities",
        "strength": 3,
        "confidence": 0.9,
        "amount": Decimal("412000"),
        "timeframe": "before the ground freezes",
        "speaker_name": speaker.name,
        "speaker_role": "staff",
        "start_seconds": 4440,
        "end_seconds": 4470,
    }
    made = Signal.objects.create(
        title=title,
        meeting=held,
        jurisdiction=held.body.jurisdiction,
        heard=quote,
        status=status,
        **decided,
        **(defaults | fields),
    )
    Evidence.objects.create(
        signal=made,
        segment=text.segments.get(index=1),
        first=0,
        last=len(quote),
        quote=quote,
        start_seconds=4450,
        end_seconds=4457,
    )
    return made


def startup(name: str = "Leakwise", **fields: object) -> Startup:
    """A startup that finds leaks in water mains, unless told otherwise."""
    defaults = {
        "slug": name.lower().replace(" ", "-"),
        "one_liner": "Finds leaks in cast-iron water mains by listening",
        "description": (
            "Our acoustic sensors clip on to hydrants and find the leaks in cast-iron water "
            "mains in one night, without digging. Water departments of small cities use them "
            "before winter, when the ground freezes and a leak becomes a break."
        ),
        "sells_to_government": True,
    }
    made = Startup.objects.create(name=name, **(defaults | fields))
    Product.objects.create(
        startup=made,
        name="Night listener",
        description="A kit of forty sensors that hear leaks in water mains.",
    )
    CaseStudy.objects.create(
        startup=made,
        customer="Fenwick Heights",
        region=region("OH"),
        summary="Listened to ninety miles of water mains and found thirty leaks.",
        result="Water loss fell from 19 to 11 percent.",
    )
    return made


def unrelated_startup(name: str = "Shiftwell") -> Startup:
    return Startup.objects.create(
        name=name,
        slug=name.lower(),
        one_liner="Rotas for hairdressers and beauty salons",
        description=(
            "Salon owners plan the week, stylists swap shifts on their phones, and payroll is done "
            "by Monday."
        ),
    )


def membership(of: Startup, person: User, role: str = "member") -> Membership:
    return Membership.objects.create(startup=of, user=person, role=role)


def match(of: Signal | None = None, to: Startup | None = None, *, score: float = 84.0) -> Match:
    policy = MatchPolicy.objects.get(is_current=True)
    of = of or signal(status="approved")
    run = MatchRun.objects.create(
        signal=of, policy=policy, embedder="minilm-l6-v2-int8", started_at=timezone.now()
    )
    return Match.objects.create(
        signal=of,
        startup=to or startup(),
        run=run,
        score=score,
        bar=policy.bar,
        parts=[
            {"name": "Meaning", "points": score - 24, "most": 76.0},
            {"name": "Place", "points": 24.0, "most": 24.0},
        ],
    )


def question(
    of: Signal, text: str = "Are the mains mapped, and how?", *, by: User, startup: Startup = None
) -> Question:
    """A question of the person's first startup, or of the one named."""
    asker = startup or by.startups.first()
    return Question.objects.create(signal=of, text=text, asked_by=by, asked_for=asker.public_id)


def brought(by: Source, title: str = "Leak survey", **fields: object) -> Signal:
    """A signal that a source brought and the extractor in use found."""
    made = signal(title, **fields)
    reader = finding.extractor()
    text = made.evidence.get().segment.transcript
    made.run = ExtractionRun.objects.create(
        transcript=text,
        extractor=reader.name,
        extractor_version=reader.version,
        started_at=timezone.now(),
        finished_at=timezone.now(),
    )
    made.save(update_fields=["run"])
    at = timezone.now()
    upload(source=by, transcript=text, status="read", content=None, finished_at=at)
    return made
