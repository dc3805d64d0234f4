"""Saving searches and following, from the pages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from signals.models import Follow, SavedSearch, Signal, Thread
from tests import make
from tests.conftest import signed_in
from tests.signals.test_signals_page import approved
from tests.support.counting import queries
from tests.support.threads import at_once

LIST = "/saved/"


def threaded(title="Pumps", **fields):
    """An approved signal of a thread of its own."""
    signal = approved(title, **fields)
    signal.thread = Thread.objects.create(
        jurisdiction=signal.jurisdiction, title=signal.title, category=signal.category
    )
    signal.save(update_fields=["thread"])
    return signal


def save(client, query="kind=budget", name="Budgets", tell="page"):
    return client.post(f"/saved/new/?{query}", {"name": name, "tell": tell}, follow=True)


def kept(user):
    return list(user.saved_searches.values_list("name", "query", "tell"))


def test_a_search_is_previewed_before_it_is_saved(as_rita):
    approved("Pumps")
    old = approved("Valves")
    Signal.objects.filter(pk=old.pk).update(decided_at=timezone.now() - timedelta(days=40))
    approved("Roof", kind="need")

    shown = as_rita.get("/saved/new/?kind=budget").content.decode()

    assert "It would have told you of <b>1 signal</b>." in shown
    assert "Pumps" in shown
    assert "Valves" not in shown
    assert "Roof" not in shown
    assert 'aria-label="Signals a week over 12 weeks: 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1"' in shown
    assert 'value="Budget"' in shown
    assert '<li class="chip">Budget</li>' in shown


def test_a_search_is_saved_as_it_was_asked(as_rita, rita):
    answer = save(as_rita, "q=leaks&state=oh&kind=budget&page=3&order=-amount", tell="weekly")

    assert kept(rita) == [("Budgets", "kind=budget&q=leaks&state=oh", "weekly")]
    shown = answer.content.decode()
    assert "“Budgets” is saved. What it finds comes by e-mail on Mondays" in shown
    assert 'href="/signals/?kind=budget&amp;q=leaks&amp;state=oh"' in shown


@pytest.mark.parametrize(
    ("query", "name", "said"),
    [
        ("kind=budget", "  ", "Give the search a name"),
        ("kind=budget", "budgets", "You keep a search called “budgets” already."),
        ("kind=wish", "Wishes", "This search cannot be used as it is."),
    ],
)
def test_a_search_that_cannot_be_saved_is_explained_and_kept_on_the_page(
    as_rita, rita, query, name, said
):
    save(as_rita)

    answer = as_rita.post(f"/saved/new/?{query}", {"name": name, "tell": "daily"})

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert said in shown
    assert f'value="{name}"' in shown
    assert 'value="daily" checked' in shown
    assert len(kept(rita)) == 1


def test_a_search_for_nothing_leads_back_to_the_filters(as_rita, rita):
    answer = as_rita.get("/saved/new/", follow=True)

    assert "Choose a filter or type words first" in answer.content.decode()
    assert kept(rita) == []


def test_more_than_fifty_searches_are_refused(as_rita, rita):
    for number in range(50):
        SavedSearch.objects.create(user=rita, name=f"Search {number}", query="kind=need")

    answer = save(as_rita)

    said = "You keep 50 saved searches, and 50 is the most. Delete one"
    assert said in answer.content.decode()
    assert rita.saved_searches.count() == 50


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_fiftieth_place_is_given_once(rita):
    for number in range(49):
        SavedSearch.objects.create(user=rita, name=f"Search {number}", query="kind=need")

    at_once(lambda: save(signed_in(rita), name="One"), lambda: save(signed_in(rita), name="Other"))

    assert rita.saved_searches.count() == 50


def test_a_search_is_changed(as_rita, rita):
    save(as_rita)
    found = rita.saved_searches.get()

    as_rita.post(f"/saved/{found.public_id}/?kind=need", {"name": "Needs", "tell": "none"})

    assert kept(rita) == [("Needs", "kind=need", "none")]


def test_a_new_name_leaves_what_is_asked(as_rita, rita):
    save(as_rita, "q=leaks")
    found = rita.saved_searches.get()

    as_rita.post(f"/saved/{found.public_id}/", {"name": "Drips", "tell": "page"})

    assert kept(rita) == [("Drips", "q=leaks", "page")]


def test_a_search_is_paused_resumed_and_deleted(as_rita, rita):
    save(as_rita)
    found = rita.saved_searches.get()

    paused = as_rita.post(f"/saved/{found.public_id}/pause/", follow=True).content.decode()
    resumed = as_rita.post(f"/saved/{found.public_id}/resume/", follow=True).content.decode()
    deleted = as_rita.post(f"/saved/{found.public_id}/delete/", follow=True).content.decode()

    assert "“Budgets” is paused" in paused
    assert "Paused" in paused
    assert "“Budgets” goes on." in resumed
    assert "“Budgets” is deleted." in deleted
    assert kept(rita) == []


@pytest.mark.parametrize("address", ["", "pause/", "delete/", "feed/", "nonsense/"])
def test_the_search_of_another_is_not_there(as_rita, as_stranger, rita, address):
    save(as_rita)
    found = rita.saved_searches.get()

    answer = as_stranger.post(f"/saved/{found.public_id}/{address}", {"name": "Mine"})

    assert answer.status_code == 404
    assert kept(rita) == [("Budgets", "kind=budget", "page")]


def test_nothing_is_changed_by_looking(as_rita, rita):
    save(as_rita)
    found = rita.saved_searches.get()

    assert as_rita.get(f"/saved/{found.public_id}/delete/").status_code == 405


@pytest.fixture
def gone(as_rita, rita):
    """A search for a place that is gone since, and one that is there."""
    lost, there = make.jurisdiction("Lost Creek"), make.jurisdiction("Piney Bend", "AL")
    save(as_rita, f"place={lost.public_id}&place={there.public_id}", name="Two towns")
    lost.delete()
    return rita.saved_searches.get()


def test_a_search_whose_place_is_gone_says_so(as_rita, gone):
    shown = as_rita.get(LIST).content.decode()

    assert "Lost Creek, OH is no longer among our places, so “Two towns” finds nothing" in shown
    assert "Repair it to go on without, or delete it." in shown
    edit = as_rita.get(f"/saved/{gone.public_id}/")
    assert edit.status_code == 200
    assert "no longer among our places" in edit.content.decode()


def test_a_search_whose_place_is_gone_is_repaired(as_rita, rita, gone):
    answer = as_rita.post(f"/saved/{gone.public_id}/repair/", follow=True)

    shown = answer.content.decode()
    assert "“Two towns” goes on without Lost Creek, OH." in shown
    assert "no longer among our places" not in shown
    assert list(rita.saved_searches.get().place_names.values()) == ["Piney Bend, AL"]


def test_a_search_of_nothing_but_a_place_that_is_gone_is_not_emptied(as_rita, rita):
    lost = make.jurisdiction("Lost Creek")
    save(as_rita, f"place={lost.public_id}", name="Lost")
    found = rita.saved_searches.get()
    lost.delete()

    answer = as_rita.post(f"/saved/{found.public_id}/repair/", follow=True)

    assert "asks for nothing else than Lost Creek, OH" in answer.content.decode()
    assert kept(rita) == [("Lost", found.query, "page")]


def test_a_search_is_changed_from_the_list_of_signals(as_rita, rita):
    approved()
    save(as_rita)
    found = rita.saved_searches.get()

    shown = as_rita.get(f"/signals/?state=OH&saved={found.public_id}").content.decode()

    assert "Change “Budgets” to this?" in shown
    assert f"/saved/{found.public_id}/?state=OH" in shown


def test_the_list_asks_as_often_for_fifty_searches_as_for_five(as_rita, rita):
    def keep(numbers):
        for number in numbers:
            place = make.jurisdiction(f"Town {number}")
            query = f"place={place.public_id}&state=OH"
            names = {str(place.public_id): str(place)}
            SavedSearch.objects.create(
                user=rita, name=f"Search {number}", query=query, place_names=names
            )
            Follow.objects.create(user=rita, jurisdiction=place)

    keep(range(5))
    as_rita.get(LIST)
    few = queries(lambda: as_rita.get(LIST))
    keep(range(5, 50))

    assert queries(lambda: as_rita.get(LIST)) == few <= 14


# --- Follows -----------------------------------------------------------------------------------


def test_a_place_is_followed_and_left_from_its_page(as_rita, rita):
    place = make.jurisdiction()
    page, verb = f"/places/{place.public_id}/", f"/follow/place/{place.public_id}/"

    followed = as_rita.post(verb, {"next": page}, follow=True)
    again = as_rita.post(verb, {"next": page}, follow=True)

    assert followed.redirect_chain == [(page, 302)]
    assert "You follow Marlow Falls, OH." in followed.content.decode()
    assert "Following this place" in again.content.decode()
    assert rita.follows.count() == 1

    left = as_rita.post(verb, {"next": page, "stop": "1"}, follow=True)

    assert "You no longer follow Marlow Falls, OH." in left.content.decode()
    assert rita.follows.count() == 0


def test_categories_and_threads_are_followed_too(as_rita, rita):
    signal = threaded("Pumps")

    as_rita.post("/follow/category/water-utilities/")
    as_rita.post(f"/follow/thread/{signal.thread.public_id}/")

    shown = as_rita.get(LIST).content.decode()
    assert "Water utilities" in shown
    assert f'href="/signals/{signal.public_id}/"' in shown
    assert "2 of 50" in shown


def test_a_category_is_chosen_from_a_list(as_rita, rita):
    as_rita.post("/follow/category/", {"value": "water-utilities"})

    assert rita.follows.get().category == "water-utilities"
    assert as_rita.post("/follow/category/", {"value": "poetry"}).status_code == 404
    assert as_rita.post("/follow/category/").status_code == 404


def test_how_to_be_told_of_what_is_followed_is_changed(as_rita, rita):
    as_rita.post("/follow/category/water-utilities/")

    as_rita.post("/follow/category/water-utilities/", {"tell": "weekly"})

    assert rita.follows.get().tell == "weekly"


@pytest.mark.parametrize(
    "address",
    [
        "category/poetry",
        "place/nowhere",
        "place/0190c1d2-0000-7000-8000-000000000000",
        "thread/0190c1d2-0000-7000-8000-000000000000",
        "person/0190c1d2-0000-7000-8000-000000000000",
    ],
)
def test_what_is_not_there_cannot_be_followed(as_rita, address):
    assert as_rita.post(f"/follow/{address}/").status_code == 404


def test_more_than_fifty_follows_are_refused(as_rita, rita):
    for number in range(50):
        Follow.objects.create(user=rita, jurisdiction=make.jurisdiction(f"Town {number}"))

    answer = as_rita.post("/follow/category/water-utilities/", follow=True)

    assert "and 50 is the most. Stop following one" in answer.content.decode()
    assert rita.follows.count() == 50


def test_following_leads_nowhere_but_to_our_pages(as_rita):
    answer = as_rita.post("/follow/category/water-utilities/", {"next": "https://evil.example/"})

    assert answer.headers["Location"] == LIST
