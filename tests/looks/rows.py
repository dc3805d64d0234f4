"""Rows that bring the demo's pages into the states that strain them: long, failed, empty, full."""

import json
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import django
from django.utils import timezone

from tests.looks import addresses
from tests.looks.pages import NO_SPACES

if TYPE_CHECKING:
    from civstart.accounts.models import User

LONG_TITLE = (
    "Replace the supervisory control of forty-one lift stations and nine wells, with telemetry, "
    "cybersecurity, spare parts, training for two shifts and ten years of support, before the grant"
    " ends in June"
)
MANY = 10_000
PASSWORD = "civstart-demo"


def main() -> dict[str, Any]:
    """Make the rows; return what the addresses of pages are filled with."""
    django.setup()
    _many()
    told: dict[str, Any] = (
        _long() | _withdrawn() | _people() | _uploads() | _sources() | _programs() | _policies()
    )
    return told | addresses.found() | {"admin": addresses.admin_pages()}


def _ana() -> "User":
    from civstart.accounts.models import User

    return User.objects.get(email="ana.ruiz@civstart.example")


def _marcus() -> "User":
    from civstart.accounts.models import User

    return User.objects.get(email="marcus.oyelaran@civstart.example")


def _long() -> dict[str, str]:
    """A signal, a place, a startup and a person with the longest names there may be."""
    from matching.demo import loading
    from signals import review
    from tests import make

    place = make.jurisdiction(NO_SPACES)
    quote = " ".join([make.QUOTE] * 6)
    waits, long, faint = (
        make.signal(title, place=place, quote=quote, speaker_name=NO_SPACES)
        for title in (f"{LONG_TITLE[:-6]} waits", LONG_TITLE, NO_SPACES)
    )
    for one in (long, faint):
        review.approve(one, by=_ana())
    startup = make.startup(NO_SPACES, slug="long")
    loading.run_reactions()
    return {
        "long": str(long.public_id),
        "waits": str(waits.public_id),
        "place": str(place.public_id),
        "meeting": str(long.meeting.public_id),
        "long_startup": startup.slug,
    }


def _many() -> None:
    """Ten thousand files that wait and as many notices of one person."""
    from civstart.accounts.models import User
    from civstart.events.models import Event
    from civstart.notices.models import Notice
    from signals.models import Upload
    from tests import make

    place = make.jurisdiction()
    Upload.objects.bulk_create(
        Upload(jurisdiction=place, file_name=f"{n}.vtt", content=b"WEBVTT", digest=f"{n:064}")
        for n in range(MANY)
    )
    told = User.objects.get(email="theo@plumbtrace.example")
    happened = Event.objects.bulk_create(
        Event(type="signal.found", subject=f"signal:{n}", audience=[], pushed_at=timezone.now())
        for n in range(MANY)
    )
    Notice.objects.bulk_create(
        Notice(user=told, event=event, text=f"{LONG_TITLE}, {n}", url="/")
        for n, event in enumerate(happened)
    )


def _withdrawn() -> dict[str, str]:
    """A signal that the founder saw before its approval was undone, and a disputed decision."""
    from matching.demo import loading
    from signals import review, second_looks
    from signals.models import SecondLook
    from tests import make

    best = addresses.best()
    signal = make.signal("Sweep the streets at night", status="approved", decided_by=_ana())
    match = make.match(signal, best.startup)
    match.seen_at = timezone.now()
    match.save()
    review.reopen(signal, by=_ana())
    look = SecondLook.objects.waiting().exclude(first_by=_marcus()).first()
    second_looks.judge(look, decision="reject", reason="faint", by=_marcus())
    loading.run_reactions()
    return {"withdrawn": str(signal.public_id)}


def _people() -> dict[str, str]:
    """Somebody without a startup, and the founder of a startup that nothing was matched to."""
    from tests import make

    for email, name in (("nobody@looks.example", "Noor Nobody"), ("fay@looks.example", NO_SPACES)):
        person = make.user(name)
        person.email = email
        person.set_password(PASSWORD)
        person.save()
    make.membership(make.unrelated_startup(), person, "founder")
    return {}


def _uploads() -> dict[str, str]:
    """Files that wait, are read, were not read, and one with a long name."""
    from tests import make

    make.upload("waits.vtt")
    make.upload("being-read.vtt", status="reading", step="reading", progress=0)
    make.upload("two-thirds.srt", status="reading", step="extracting", progress=66)
    make.upload(f"{'minutes-of-the-' * 12}board.pdf", status="reading", step="storing", progress=20)
    make.upload(
        "broken.vtt",
        status="failed",
        content=None,
        finished_at=timezone.now(),
        error="Line 3: “0:00 to 0:04” is not a time. Write times as 00:00:04.000, then bring it "
        "again.",
    )
    return {}


def _sources() -> dict[str, str]:
    """A source that works, one that fails, and one that is paused."""
    from tests import make

    well = make.source(address="https://council.example/good.xml")
    ill = make.source(kind="legistar", address="nowhere", body="", failures=4)
    make.source(kind="folder", address="/srv/transcripts", is_active=False)
    make.source_run(well)
    make.source_run(
        ill,
        new_count=0,
        looked_at_count=0,
        error="Legistar knows no client “nowhere”. Look at the name in the address of its pages.",
        started_at=timezone.now() - timedelta(days=1),
    )
    make.brought(well, "Survey the storm drains of Marlow Falls")
    return {"source": str(well.pk)}


def _programs() -> dict[str, str]:
    """An API key, a saved search with a feed, calls to a model."""
    from django.http import QueryDict

    from civstart.accounts.models import ApiKey
    from integrations.models import ModelCall, ModelReading
    from signals import saving
    from signals.browsing import Browsed

    founder = addresses.best().startup.memberships.earliest("pk").user
    ApiKey.issue(founder, name="Nightly export")
    saved = saving.save(
        Browsed(QueryDict("kind=budget&strength=2")), name="Budgets", tell="daily", by=founder
    )
    saving.save(Browsed(QueryDict("q=water")), name=NO_SPACES, tell="page", by=founder)
    reading = ModelReading.objects.create(
        model="gemini-2.5-flash",
        prompt_version="find-3",
        meeting="Marlow Falls City Council, 12 Nov 2026",
        part_count=9,
        read_count=4,
        stopped="The budget of the day, $2.00, is used up.",
        dropped={"quote not found": 3},
    )
    for status, error in (("answered", ""), ("refused", "429: too many requests this minute.")):
        ModelCall.objects.create(
            model="gemini-2.5-flash",
            purpose="find",
            prompt_version="find-3",
            reading=reading,
            digest="0" * 64,
            status=status,
            error=error,
        )
    return {"saved": str(saved.public_id), "founder": founder.email}


def _policies() -> dict[str, str]:
    """A draft of a policy that was previewed, a re-match at its end and a judged startup."""
    from matching import policies, previewing, rematching
    from matching.models import MatchPolicy

    current = MatchPolicy.objects.current()
    draft = MatchPolicy(
        **{field: getattr(current, field) for field in ("weights", *policies.SETTINGS)}
    )
    draft.bar, draft.note = current.bar + 25, "Tell fewer startups, and only the best."
    draft.based_on = current
    policies.draft(draft, by=_ana())
    previewing.run(previewing.ask(draft, by=_ana()))
    rematch = rematching.begin(by=_ana())
    while rematching.run_slice(rematch, seconds=60):
        pass
    return {
        "current": str(current.version),
        "draft": str(draft.version),
        "rematch": str(rematch.pk),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main()))
