"""The outbox: record a fact with its change, then tell open pages and run each reaction once.

An event and its deliveries are written in the transaction of the change, and so are the queue's
rows (django-q2 on the ORM broker). A crash at any moment leaves rows that the relay picks up.
"""

import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import takewhile
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from civstart.accounts.models import User
from civstart.events.models import Delivery, Event
from civstart.events.pushing import STAFF, push, push_all
from civstart.lib.errors import CivStartError
from civstart.lib.models import Public

log = structlog.get_logger()

PUSH_GRACE = timedelta(seconds=3)
HANDED_ON_GRACE = timedelta(minutes=1)


class UnknownReaction(CivStartError):
    """No code is registered under the name a delivery carries."""


class LeaseLost(CivStartError):
    """The process held the delivery so long that another one took it over."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """Code that runs once for an event.

    in_transaction: its work and the note that it is done are one. held: says how long it waits.
    """

    name: str
    run: Callable[[Event], None]
    in_transaction: bool
    held: Callable[[], timedelta] | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """What is to be recorded; see record."""

    type: str
    subject: Public
    by: User | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    audience: tuple[str, ...] = ()


_by_type: dict[str, list[Reaction]] = {}
_by_name: dict[str, Reaction] = {}


def reaction(
    *types: str, in_transaction: bool = True, held: Callable[[], timedelta] | None = None
) -> Callable[[Callable[[Event], None]], Callable[[Event], None]]:
    """Have the function run once for each event of these types.

    in_transaction=False is for work outside the database, as mail: it may run again after a crash.
    held says how long after the event it runs, asked for each event; the relay hands it on then.
    """

    def register(run: Callable[[Event], None]) -> Callable[[Event], None]:
        entry = Reaction(f"{run.__module__}.{run.__name__}", run, in_transaction, held)
        _by_name[entry.name] = entry
        for type_ in types:
            _by_type.setdefault(type_, []).append(entry)
        return run

    return register


def record(
    type_: str,
    *,
    subject: Public,
    by: User | None = None,
    data: dict[str, Any] | None = None,
    audience: Iterable[str] = (),
) -> Event:
    """Store the fact in the current transaction; tell open pages and queue its reactions on commit.

    Staff are always in the audience.
    """
    return record_all([Fact(type_, subject, by, data or {}, tuple(audience))])[0]


def record_all(facts: Iterable[Fact]) -> list[Event]:
    """Do as record does for each of the facts, in two queries and those of the queue."""
    with transaction.atomic():
        events = Event.objects.bulk_create(_event(fact) for fact in facts)
        entries = [(event, entry) for event in events for entry in _by_type.get(event.type, [])]
        held = [entry.held() if entry.held else timedelta() for _, entry in entries]
        deliveries = Delivery.objects.bulk_create(
            Delivery(event=event, reaction=entry.name, due_at=timezone.now() + wait)
            for (event, entry), wait in zip(entries, held, strict=True)
        )
        for delivery, wait in zip(deliveries, held, strict=True):
            if not wait:
                queue(delivery)
        transaction.on_commit(lambda: push_all(events))
    return events


def _event(fact: Fact) -> Event:
    return Event(
        type=fact.type,
        subject=f"{fact.subject._meta.model_name}:{fact.subject.public_id}",
        actor=fact.by,
        data=dict(fact.data),
        audience=[STAFF, *fact.audience],
        correlation_id=structlog.contextvars.get_contextvars().get("request_id", ""),
    )


def queue(delivery: Delivery) -> None:
    async_task("civstart.events.tasks.deliver", delivery.pk, group="reactions")


def deliver(delivery_id: int) -> None:
    """Run one delivery if nobody else has it.

    Failures are kept and tried again, later each time.
    """
    delivery = Delivery.objects.claim(delivery_id)
    if delivery is None:
        return
    if delivery.attempts > Delivery.MOST_ATTEMPTS:
        _note_failure(
            delivery, f"Whatever ran it died {Delivery.MOST_ATTEMPTS} times before the end."
        )
        return
    try:
        _run(delivery)
    except Exception:  # the edge of a task: whatever went wrong is written down
        _note_failure(delivery, traceback.format_exc())


def _run(delivery: Delivery) -> None:
    entry = _by_name.get(delivery.reaction)
    if entry is None:
        raise UnknownReaction(
            f"No reaction is called {delivery.reaction!r}: its code was renamed or removed. "
            "Deploy the code that has it, then retry this delivery."
        )
    if not entry.in_transaction:
        entry.run(delivery.event)
        _note_done(delivery)
        return
    with transaction.atomic():
        entry.run(delivery.event)
        _note_done(delivery)


def _note_done(delivery: Delivery) -> None:
    """Note it as done. Raise LeaseLost, so that the work is rolled back, if another has it now."""
    noted = Delivery.objects.still_held(delivery).update(
        status=Delivery.Status.DONE, done_at=timezone.now(), last_error=""
    )
    if not noted:
        raise LeaseLost(f"{delivery} took longer than {Delivery.LEASE}; another process has it.")


def _note_failure(delivery: Delivery, error: str) -> None:
    worn_out = delivery.attempts >= Delivery.MOST_ATTEMPTS
    wait = timedelta(seconds=2 ** min(delivery.attempts, 10))
    Delivery.objects.still_held(delivery).update(
        status=Delivery.Status.STUCK if worn_out else Delivery.Status.WAITING,
        due_at=timezone.now() + wait,
        last_error=error[-8000:],
    )
    log.error(
        "reaction failed", reaction=delivery.reaction, attempts=delivery.attempts, stuck=worn_out
    )


def retry(deliveries: Iterable[Delivery], *, by: User) -> int:
    """Give stuck deliveries their attempts back and queue them; return how many."""
    count = revive(deliveries)
    log.info("deliveries retried", count=count, by=by.email)
    return count


def revive(deliveries: Iterable[Delivery]) -> int:
    """Do as retry does, where nobody asked but what they waited for is there again."""
    count = 0
    for delivery in deliveries:
        won = (
            Delivery.objects.stuck()
            .filter(pk=delivery.pk)
            .update(status=Delivery.Status.WAITING, attempts=0, due_at=timezone.now())
        )
        if won:
            queue(delivery)
            count += 1
    return count


def sweep(*, most: int = 200) -> int:
    """Do what a crash left behind: push what was not pushed, run what is due; return how many."""
    late = timezone.now() - PUSH_GRACE
    events = list(
        Event.objects.filter(pushed_at=None, happened_at__lt=late).order_by("happened_at")[:most]
    )
    pushed = list(takewhile(push, events))  # while Redis is down the rest need not be tried
    handed_on = _hand_on_held(most)
    due = list(
        Delivery.objects.due()
        .filter(due_at__lt=late)
        .exclude(attempts=0, started_at__gt=timezone.now() - HANDED_ON_GRACE)
        .values_list("pk", flat=True)[:most]
    )
    for pk in due:
        deliver(pk)
    return len(pushed) + handed_on + len(due)


def _hand_on_held(most: int) -> int:
    """Queue what was held until now, so that workers and not the relay send mail; return how many.

    Each is queued once. One that no worker took in a minute is run by the relay itself.
    """
    held = [entry.name for entry in _by_name.values() if entry.held]
    first_seen = Delivery.objects.due().filter(reaction__in=held, attempts=0, started_at=None)
    count = 0
    for delivery in first_seen[:most]:
        mine = Delivery.objects.filter(pk=delivery.pk, attempts=0, started_at=None)
        if mine.update(started_at=timezone.now()):
            queue(delivery)
            count += 1
    return count
