"""Reactions that wait: the relay hands them to the workers when they are due, each once."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from civstart.events import outbox
from civstart.events.models import Delivery, Event
from signals import review
from tests import make


@pytest.fixture
def mailing(settings, sam, rita, react):
    """A mail that is due in ten minutes."""
    settings.MAIL_HOLD_MINUTES = 10
    review.approve(make.signal(), by=sam)
    react()
    OrmQ.objects.all().delete()
    Event.objects.update(pushed_at=timezone.now())  # on a slow machine the relay would
    return Delivery.objects.get(reaction="civstart.notices.reactions.mail_notices")


def test_what_is_held_is_left_alone_until_it_is_due(mailing):
    assert outbox.sweep() == 0
    assert not OrmQ.objects.exists()


def test_what_is_due_is_handed_on_once(mailing, mailoutbox):
    Delivery.objects.update(due_at=timezone.now() - timedelta(seconds=10))

    assert [outbox.sweep(), outbox.sweep()] == [1, 0]

    assert OrmQ.objects.count() == 1
    assert mailoutbox == []
    outbox.deliver(mailing.pk)
    assert len(mailoutbox) == 1


def test_what_no_worker_took_in_a_minute_is_run_by_the_relay(mailing, mailoutbox):
    ago = timezone.now() - timedelta(seconds=90)
    Delivery.objects.filter(pk=mailing.pk).update(due_at=ago, started_at=ago)

    outbox.sweep()

    assert len(mailoutbox) == 1
