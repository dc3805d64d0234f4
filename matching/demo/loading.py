"""The demo: invented governments, people and startups, by the same doors as real ones."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from civstart.accounts.models import User
from civstart.events import outbox
from civstart.events.models import Delivery
from civstart.places.models import Jurisdiction, Region
from matching.demo import asking, judged
from signals import finding, ingest, review
from signals.models import Meeting, Review, Signal
from signals.words import Strength
from startups import profiles
from startups.models import CaseStudy, Membership, Product, Startup, Tag

FOLDER = Path(__file__).parent
PASSWORD = "civstart-demo"
APPROVE_SHARE = 0.5


def contents(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def is_due() -> bool:
    """Whether the site is empty, or holds the beginning of a demo that was cut short."""
    slugs = [row["slug"] for row in contents("startups.json")]
    places = [row["ocd_id"] for row in contents("meetings.json")]
    return not (
        Startup.objects.exclude(slug__in=slugs).exists()
        or Signal.objects.exclude(jurisdiction__ocd_id__in=places).exists()
        or Review.objects.exists()
    )


def load(*, say: Callable[[str], object]) -> None:
    """Load people, startups and meetings, decide some signals, and run what follows from that."""
    staff = load_people()
    say(f"{load_startups():,} startups")
    load_members()
    meetings = [load_meeting(row) for row in contents("meetings.json")]
    for meeting in meetings:
        say(f"{meeting.body}, {meeting.held_on:%-d %b %Y}: {meeting.signals.count()} signals found")
    approved = decide(staff, meetings)
    run_reactions()
    asked, looks = asking.ask(staff), asking.draw_looks()
    run_reactions()
    grades = judged.judge(contents("judgements.json"), by=staff)
    judged.evaluate()
    say(f"{asked} questions asked, {looks} decisions drawn for a second look")
    say(f"{grades} startups judged, and matching measured by that")
    say(f"{approved} signals approved, {Signal.objects.pending().count()} wait for review")


@transaction.atomic
def load_people() -> User:
    """Store the staff and return the first of them."""
    people = [
        _user(row, is_staff=True, is_superuser=True) for row in contents("people.json")["staff"]
    ]
    return people[0]


def _user(row: dict[str, str], **fields: bool) -> User:
    known = User.objects.filter(email=row["email"]).first()
    return known or User.objects.create_user(row["email"], PASSWORD, name=row["name"], **fields)


@transaction.atomic
def load_members() -> None:
    for row in contents("people.json")["members"]:
        startup = Startup.objects.get(slug=row["startup"])
        Membership.objects.get_or_create(
            startup=startup, user=_user(row), defaults={"role": row["role"]}
        )


@transaction.atomic
def load_startups() -> int:
    """Store the startups not known yet; return how many."""
    regions = {region.code: region for region in Region.objects.all()}
    rows = [
        row
        for row in contents("startups.json")
        if not Startup.objects.filter(slug=row["slug"]).exists()
    ]
    for row in rows:
        startup = Startup.objects.create(
            pilot_price=row["pilot_price_usd"],
            **{
                name: row[name]
                for name in (
                    "slug",
                    "name",
                    "one_liner",
                    "description",
                    "website",
                    "city",
                    "founded_year",
                    "team_size",
                    "stage",
                    "sells_to_government",
                )
            },
        )
        _fill(startup, row, regions)
        profiles.changed(startup, by=None, is_new=True)
    return len(rows)


def _fill(startup: Startup, row: dict[str, Any], regions: dict[str, Region]) -> None:
    startup.tags.set([Tag.objects.get_or_create(name=name)[0] for name in row["tags"]])
    startup.service_regions.set([regions[code] for code in row["service_states"]])
    for product in row["products"]:
        Product.objects.create(startup=startup, **product)
    for study in row["case_studies"]:
        CaseStudy.objects.create(
            startup=startup,
            customer=study["customer"],
            region=regions.get(study["state"]),
            summary=study["summary"],
            result=study["result"],
        )


def load_meeting(row: dict[str, Any]) -> Meeting:
    """Ingest one meeting as the command does."""
    place, _, state = row["jurisdiction"].rpartition(", ")
    jurisdiction, _ = Jurisdiction.objects.get_or_create(
        ocd_id=row["ocd_id"],
        defaults={
            "name": place,
            "kind": row["kind"],
            "region": Region.objects.get(code=state),
            "population": row["population"],
            "website": row["website"],
        },
    )
    sitting = ingest.Sitting(
        jurisdiction,
        row["body"],
        date.fromisoformat(row["held_on"]),
        row["title"],
        row["video_url"],
    )
    stored = ingest.file(FOLDER / row["file"], sitting)
    if not finding.is_read(stored.transcript):
        finding.signals_of(stored.transcript)
    return stored.transcript.meeting


@transaction.atomic
def decide(staff: User, meetings: list[Meeting]) -> int:
    """Approve the surest signals of each meeting and reject one, as staff would; return how many
    were approved. Meetings of which a signal was decided before are left alone.
    """
    approved = 0
    for meeting in meetings:
        if Review.objects.filter(signal__meeting=meeting).exists():
            continue
        waiting = list(
            Signal.objects.pending().filter(meeting=meeting).order_by("-confidence", "pk")
        )
        for signal in waiting[: round(len(waiting) * APPROVE_SHARE)]:
            review.approve(signal, by=staff)
            approved += 1
        if len(waiting) > 1 and waiting[-1].strength == Strength.FAINT:
            review.reject(waiting[-1], reason=Review.Reason.FAINT, by=staff)
    return approved


def run_reactions() -> None:
    """Run what follows from the decisions now, so that the first page shows it."""
    while due := list(Delivery.objects.due().values_list("pk", flat=True)):
        for pk in due:
            outbox.deliver(pk)
