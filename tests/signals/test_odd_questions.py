"""Whatever is asked of a list is answered: searches of odd words, and pages past the end."""

import pytest
from django.urls import reverse

from signals import review
from tests import make
from tests.signals.test_signals_page import approved

LONG = "x" * 10_000
OPERATORS = '& | ! -"" ( ) <-> :* OR'
SCRIPT = "水道 نظام водопровод"
# Where words are searched for, and what is said of too many of them.
FOUNDERS = {
    "/signals/?q=": "at most 300 characters (it has 10000)",
    "/saved/new/?q=": "at most 300 characters (it has 10000)",
    "/places/?name=": "No place we hear is called so",
}
STAFF = {
    "/staff/review/?q=": "has 10,000 characters; only the first 100 were searched for.",
    "/staff/review/{id}/alike/?words=": "No signal of Marlow Falls, OH has these words.",
    "/staff/signals/signal/?q=": "0 results",
}


def asked(client, address, words, **named):
    path, _, name = address.format(**named).rpartition("?")
    answer = client.get(path, {name.rstrip("="): words}, follow=True)
    assert answer.status_code in (200, 400)
    return answer.content.decode()


@pytest.mark.parametrize("address", FOUNDERS)
def test_odd_words_of_founders_are_answered(as_rita, address):
    approved("水道管の漏水検知")

    assert FOUNDERS[address] in asked(as_rita, address, LONG)
    assert asked(as_rita, address, OPERATORS)
    assert SCRIPT in asked(as_rita, address, SCRIPT)


@pytest.mark.parametrize("address", STAFF)
def test_odd_words_of_staff_are_answered(as_sam, address):
    waiting = make.signal("水道管の漏水検知")

    for words, said in ((LONG, STAFF[address]), (OPERATORS, ""), (SCRIPT, SCRIPT)):
        assert said in asked(as_sam, address, words, id=waiting.public_id)


def test_the_table_of_odd_words_leads_back_to_what_is_wrong_with_them(as_rita):
    shown = asked(as_rita, "/signals/table.csv?q=", LONG)

    assert "These filters cannot be used, so there is no table of them." in shown
    assert LONG in shown


@pytest.mark.parametrize(("words", "status"), [(LONG, 400), (OPERATORS, 200), (SCRIPT, 200)])
def test_odd_words_over_the_api_are_answered(as_rita, words, status):
    answer = as_rita.get("/api/v1/signals/", {"q": words})

    assert answer.status_code == status


def test_the_queue_says_which_filters_it_left_out_and_keeps_the_others(as_sam):
    make.signal("Pumps", kind="need")
    make.signal("Buses", kind="budget")

    answer = as_sam.get("/staff/review/?kind=need&strength=9&sure_from=much", follow=True)

    page = answer.content.decode()
    assert "“9” is nothing to filter by, so it was left out." in page
    assert "“much” is nothing to filter by, so it was left out." in page
    assert answer.request["QUERY_STRING"] == "kind=need"
    assert [row.title for row in answer.context["queue"]] == ["Pumps"]


@pytest.mark.parametrize("number", ["7", "99999999999999"])
@pytest.mark.parametrize("page", ["signals", "places", "meeting", "history", "coverage"])
def test_a_page_past_the_end_says_so_and_shows_the_last(as_sam, sam, page, number):
    signal = make.signal("Pumps")
    review.approve(signal, by=sam)
    address = {
        "signals": reverse("signals"),
        "places": reverse("places"),
        "meeting": reverse("meeting", args=[signal.meeting.public_id]),
        "history": reverse("admin:signal-history", args=[signal.public_id]),
        "coverage": reverse("admin:coverage"),
    }[page]

    shown = as_sam.get(address, {"page": number, "name": "Marlow"}).content.decode()

    assert f"There is no page {number[:9]}" in shown
    assert "this is the last one, page 1." in shown
