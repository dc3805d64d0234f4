"""Digests: one e-mail a person of what their searches and follows found since the last one.

Daily ones are made from 06:00 UTC on, weekly ones on Mondays; both fall into one mail then.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.template.defaultfilters import pluralize
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from civstart.accounts.models import User
from civstart.events import outbox
from civstart.notices import telling
from signals import alerting, saving
from signals.models import Follow, SavedSearch, Signal, SignalQuerySet, Tell

HOUR = time(6)
MONDAY = 0
MOST_LISTED = 10  # of one search in one mail


@dataclass(frozen=True, slots=True)
class Section:
    """What one search or follow found. problem: why it cannot find anything, if it cannot."""

    name: str
    url: str
    signals: list[Signal]
    more: int = 0
    problem: str = ""


def slot(tell: str, *, now: datetime) -> datetime:
    """Return the last time such digests were to be made."""
    today = datetime.combine(now.date(), HOUR, tzinfo=now.tzinfo)
    last = today if now >= today else today - timedelta(days=1)
    return last if tell == Tell.DAILY else last - timedelta(days=(last.weekday() - MONDAY) % 7)


def make_due(*, now: datetime | None = None) -> int:
    """Make the digests that are due; return how many were made. Safe to run again and at once."""
    now = now or timezone.now()
    people: set[int] = set()
    for tell in (Tell.DAILY, Tell.WEEKLY):
        due = {"tell": tell, "told_until__lt": slot(tell, now=now)}
        people |= set(SavedSearch.objects.in_use().filter(**due).values_list("user", flat=True))
        people |= set(Follow.objects.in_use().filter(**due).values_list("user", flat=True))
    return sum(_make(pk, now) for pk in sorted(people))


@transaction.atomic
def _make(user_id: int, now: datetime) -> bool:
    """Tell the person of what is due and note until when. False if there was nothing to tell."""
    person = User.objects.select_for_update().get(pk=user_id)
    sections: list[Section] = []
    seen: dict[int, str] = {}
    for one in [*_due(person.saved_searches.in_use(), now), *_due(person.follows.with_what(), now)]:
        until = slot(one.tell, now=now)
        section = _section(one, person, until, seen)
        if section.signals or section.problem:
            sections.append(section)
        type(one).objects.filter(pk=one.pk).update(told_until=until)
    found = sum(len(section.signals) + section.more for section in sections)
    if not found:
        return False
    _tell(person, sections, found, told=sorted(seen.values()))
    return True


def _due(rows: object, now: datetime) -> list[SavedSearch | Follow]:
    return [
        one
        for one in rows.filter(tell__in=(Tell.DAILY, Tell.WEEKLY))  # type: ignore[attr-defined]
        if one.told_until < slot(one.tell, now=now)
    ]


def _section(
    one: SavedSearch | Follow, person: User, until: datetime, seen: dict[int, str]
) -> Section:
    """Return what it found that the person was not told of, each signal in its first section."""
    new = Signal.objects.approved().filter(decided_at__gt=one.told_until, decided_at__lte=until)
    try:
        rows, url = _found(one, new)
    except saving.Broken as error:
        return Section(str(one), reverse("saved"), [], problem=str(error))
    told = alerting.told_of(person, rows)
    unseen = rows.exclude(pk__in=told | seen.keys())
    ids = {pk: str(public_id) for pk, public_id in unseen.values_list("pk", "public_id")}
    fresh = list(unseen.order_by("-strength", "-decided_at").for_lists()[:MOST_LISTED])
    seen |= ids
    return Section(str(one), url, fresh, len(ids) - len(fresh))


def _found(one: SavedSearch | Follow, new: SignalQuerySet) -> tuple[SignalQuerySet, str]:
    if isinstance(one, Follow):
        return new.filter(one.condition), reverse("saved")
    return saving.found(one, among=new), f"{reverse('signals')}?{one.query}"


def _tell(person: User, sections: list[Section], found: int, *, told: list[str]) -> None:
    event = outbox.record(
        "digest.made",
        subject=person,
        data={"signals": found, "told": told},
        audience=[f"user.{person.public_id}"],
    )
    words = f"{found} new signal{pluralize(found)}"
    context = {"person": person, "sections": sections, "words": words, "site": settings.SITE_URL}
    telling.tell(
        [person],
        because=event,
        text=f"{words} for {', '.join(section.name for section in sections)}",
        url=reverse("saved"),
        letter=telling.Letter(
            subject=f"{words} from your searches",
            body=render_to_string("signals/mail/digest.txt", context),
            html=render_to_string("signals/mail/digest.html", context),
        ),
    )
