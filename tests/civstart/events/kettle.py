"""Reactions for tests, registered as any app's are, to event types nobody else has."""

from threading import Event as Signal

from django.db import connection

from civstart.events import outbox
from civstart.events.models import Event
from civstart.places.models import Region

ran: list[str] = []
asleep, wake = Signal(), Signal()
REGIONS = ("T1", "M1", "S1")


@outbox.reaction("kettle.boiled")
def make_tea(event: Event) -> None:
    """Leave a row, so that the database shows whether the work was kept."""
    ran.append(event.subject)
    Region.objects.update_or_create(code="T1", defaults={"name": "Tea"})


@outbox.reaction("kettle.leaked", "kettle.burst")
def mop_up(event: Event) -> None:
    ran.append(event.subject)
    Region.objects.update_or_create(code="M1", defaults={"name": "Mop"})
    raise RuntimeError(f"No mop for {event.type}")


@outbox.reaction("kettle.burst")
def call_plumber(event: Event) -> None:
    ran.append(event.subject)


@outbox.reaction("kettle.rang", in_transaction=False)
def answer(event: Event) -> None:
    ran.append("in a transaction" if connection.in_atomic_block else "outside")


@outbox.reaction("kettle.slept")
def sleep_in(event: Event) -> None:
    """Leave a row, then wait in the open transaction until the test says so."""
    Region.objects.create(code="S1", name="Sleep")
    asleep.set()
    assert wake.wait(20)


@outbox.reaction("kettle.dreamt")
def wake_up_badly(event: Event) -> None:
    asleep.set()
    assert wake.wait(20)
    raise RuntimeError("A bad dream")
