"""Telling people at once of a new signal that one of their searches finds, or that they follow."""

from collections.abc import Iterable
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from civstart.accounts.models import User
from civstart.events import outbox
from civstart.events.models import Event
from civstart.notices import telling
from civstart.notices.models import Notice
from signals import saving
from signals.models import Follow, SavedSearch, Signal, SignalQuerySet, Tell

NAMED = 2  # searches a notice names
# A weekly digest may hold what a daily one told up to seven days before.
REMEMBERED = timedelta(days=15)


def tell_at_once(signal: Signal) -> int:
    """Store a notice for each person concerned who was not told of the signal yet; return how many.

    A person is told once, however many of their searches find it.
    """
    among = Signal.objects.filter(pk=signal.pk)
    reasons = _searches(among)
    for person, names in _follows(among).items():
        reasons.setdefault(person, []).extend(names)
    people = {person: names for person, names in reasons.items() if not was_told(person, signal)}
    if not people:
        return 0
    event = outbox.record(
        "search.hit",
        subject=signal,
        data={"people": len(people)},
        audience=[f"user.{person.public_id}" for person in people],
    )
    for person, names in people.items():
        telling.tell([person], because=event, text=_text(signal, names), url=url_of(signal))
    return len(people)


def withdraw(signal: Signal, *, by: User) -> int:
    """Take back what people were told of for their searches; return how many had read it.

    What was not read is gone without a word; who read it finds a notice that it was withdrawn.
    """
    hits = Event.objects.filter(type="search.hit", subject=f"signal:{signal.public_id}")
    notices = Notice.objects.filter(event__in=hits)
    telling.withdraw(notices)
    notices.unread().delete()
    people = list(User.objects.filter(is_active=True, notices__in=notices).distinct())
    if not people:
        return 0
    event = outbox.record(
        "search.withdrawn",
        subject=signal,
        by=by,
        data={"people": len(people)},
        audience=[f"user.{person.public_id}" for person in people],
    )
    text = f"Withdrawn: {signal.jurisdiction}, {signal.shown_title}"
    return telling.tell(people, because=event, text=text, url=reverse("notices"))


def was_told(person: User, signal: Signal) -> bool:
    """Whether the person was told of it: by a notice, as that of a match, or in a digest."""
    return bool(told_of(person, Signal.objects.filter(pk=signal.pk)))


def told_of(person: User, signals: SignalQuerySet) -> set[int]:
    """Return the ids of those the person was told of, by notices or digests. Three queries."""
    ids = {str(one): pk for pk, one in signals.values_list("pk", "public_id")}
    by_url = {reverse("signal", args=[one]): pk for one, pk in ids.items()}
    urls = Notice.objects.filter(user=person, url__in=by_url).values_list("url", flat=True)
    digests = Event.objects.filter(type="digest.made", subject=f"user:{person.public_id}").filter(
        happened_at__gte=timezone.now() - REMEMBERED
    )
    listed = {one for told in digests.values_list("data__told", flat=True) for one in told or ()}
    return {by_url[url] for url in urls} | {ids[one] for one in listed if one in ids}


def url_of(signal: Signal) -> str:
    return reverse("signal", args=[signal.public_id])


def _searches(among: SignalQuerySet) -> dict[User, list[str]]:
    """Return who keeps a search that finds one of them, and the searches' names."""
    rows = SavedSearch.objects.in_use().filter(tell=Tell.PAGE).select_related("user")
    finds: dict[str, bool] = {}
    people: dict[User, list[str]] = {}
    for saved in rows.order_by("pk"):
        if saved.query not in finds:
            finds[saved.query] = _finds(saved, among)
        if finds[saved.query]:
            people.setdefault(saved.user, []).append(f"“{saved}”")
    return people


def _finds(saved: SavedSearch, among: SignalQuerySet) -> bool:
    try:
        return saving.found(saved, among=among).exists()
    except saving.Broken:  # its page says so
        return False


def _follows(among: SignalQuerySet) -> dict[User, list[str]]:
    people: dict[User, list[str]] = {}
    for signal in among:
        rows = Follow.objects.in_use().of(signal).filter(tell=Tell.PAGE).with_what()
        for one in rows.select_related("user"):
            people.setdefault(one.user, []).append(str(one))
    return people


def _text(signal: Signal, names: Iterable[str]) -> str:
    named = list(names)
    more = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
    because = f"{', '.join(named[:NAMED])}{more}"
    return f"{signal.jurisdiction}: {signal.shown_title[:150]}. Found for {because}"
