"""Telling people at once of a new signal that one of their searches finds, or that they follow."""

from collections.abc import Iterable

from django.urls import reverse

from civstart.accounts.models import User
from civstart.events import outbox
from civstart.notices import telling
from civstart.notices.models import Notice
from signals import saving
from signals.models import Follow, SavedSearch, Signal, SignalQuerySet, Tell

NAMED = 2  # searches a notice names


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


def was_told(person: User, signal: Signal) -> bool:
    """Whether a notice led the person to the signal already, as that of a match does."""
    return Notice.objects.filter(user=person, url=url_of(signal)).exists()


def told_of(person: User, signals: SignalQuerySet) -> set[int]:
    """Return the ids of those that a notice led the person to already. Two queries."""
    ids = {reverse("signal", args=[one]): pk for pk, one in signals.values_list("pk", "public_id")}
    urls = Notice.objects.filter(user=person, url__in=ids).values_list("url", flat=True)
    return {ids[url] for url in urls}


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
