"""What the database refuses of searches and follows."""

import pytest
from django.db import IntegrityError, transaction

from signals.models import Follow, SavedSearch, Thread
from tests import make


def refused(name, make_row):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make_row()


def test_a_person_gives_a_name_to_one_search(rita):
    SavedSearch.objects.create(user=rita, name="Leaks", query="q=leaks")

    refused(
        "saved_search_name_once",
        lambda: SavedSearch.objects.create(user=rita, name="Leaks", query="q=pipes"),
    )


def test_a_search_asks_something(rita):
    refused(
        "saved_search_asks_something",
        lambda: SavedSearch.objects.create(user=rita, name="Leaks", query=""),
    )


def test_a_follow_is_of_one_thing(rita):
    place = make.jurisdiction()

    refused("follow_of_one_thing", lambda: Follow.objects.create(user=rita))
    refused(
        "follow_of_one_thing",
        lambda: Follow.objects.create(user=rita, jurisdiction=place, category="water-utilities"),
    )


def test_nothing_is_followed_twice(rita):
    place = make.jurisdiction()
    thread = Thread.objects.create(
        jurisdiction=place, title="Pumps for the plant", category="water-utilities"
    )

    for name, what in (
        ("follow_place_once", {"jurisdiction": place}),
        ("follow_thread_once", {"thread": thread}),
        ("follow_category_once", {"category": "water-utilities"}),
    ):
        Follow.objects.create(user=rita, **what)
        refused(name, lambda what=what: Follow.objects.create(user=rita, **what))
