"""What the database refuses, whatever the code does."""

import pytest
from django.db import IntegrityError
from django.utils import timezone

from civstart.events import outbox
from civstart.events.models import Delivery
from tests import make


@pytest.fixture
def delivery(db):
    return outbox.record("kettle.boiled", subject=make.user()).deliveries.get()


def test_an_event_has_one_delivery_for_each_reaction(delivery):
    with pytest.raises(IntegrityError, match="delivery_once_per_event"):
        Delivery.objects.create(event=delivery.event, reaction=delivery.reaction)


def test_a_delivery_cannot_be_done_without_a_time(delivery):
    with pytest.raises(IntegrityError, match="delivery_done_has_time"):
        Delivery.objects.update(status="done", done_at=None)


def test_a_delivery_may_be_done_with_a_time(delivery):
    assert Delivery.objects.update(status="done", done_at=timezone.now()) == 1
