"""What staff see of the calls: each with its cost and time, and what the chosen ones come to."""

import pytest
from django.urls import reverse

from integrations.models import ModelCall, ModelReading
from tests.fakes.gemini import overloaded
from tests.integrations.gemini.talk import SETTING, heard

CALLS = reverse("admin:integrations_modelcall_changelist")
READINGS = reverse("admin:integrations_modelreading_changelist")


@pytest.fixture
def two_readings(extractor, gemini):
    gemini.next(overloaded())
    extractor.extract(heard(), SETTING)
    extractor.extract(heard(), SETTING)


def subtitle(page):
    return page.context["subtitle"]


def test_the_list_shows_each_call_and_the_totals(two_readings, as_sam):
    page = as_sam.get(CALLS)

    paid = sum(call.cost_usd for call in ModelCall.objects.all())
    assert page.status_code == 200
    assert subtitle(page).startswith(f"5 calls, 2 from memory: ${paid:.4f}, ")
    assert subtitle(page) in page.content.decode()
    assert "Not available" in page.content.decode()


@pytest.mark.parametrize(
    ("chosen", "count"),
    [
        ({"status__exact": "unavailable"}, "1 call, 0 from memory: $0.0000"),
        ({"cache_hit__exact": "1"}, "2 calls, 2 from memory: $0.0000"),
        ({"purpose__exact": "check"}, "2 calls, 1 from memory"),
        ({"q": "overloaded"}, "1 call, 0 from memory"),
        ({"status__exact": "refused"}, "0 calls, 0 from memory: $0.0000"),
    ],
)
def test_the_totals_are_those_of_the_chosen_calls(two_readings, as_sam, chosen, count):
    assert subtitle(as_sam.get(CALLS, chosen)).startswith(count)


def test_the_list_takes_few_queries(two_readings, as_sam, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        as_sam.get(CALLS)


def test_a_reading_shows_what_it_cost_and_dropped(two_readings, as_sam):
    page = as_sam.get(READINGS).content.decode()

    first = ModelReading.objects.last()
    paid = sum(call.cost_usd for call in first.calls.all())
    assert "1 of 1" in page
    assert f"${paid:.4f}" in page


def test_the_pages_of_a_row_open_and_nothing_can_be_written(two_readings, as_sam):
    for model in (ModelCall, ModelReading):
        name = f"admin:integrations_{model._meta.model_name}"
        row = model.objects.first()
        assert as_sam.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
        assert as_sam.get(reverse(f"{name}_history", args=[row.pk])).status_code == 200
        assert as_sam.get(reverse(f"{name}_add")).status_code == 403
        assert as_sam.get(reverse(f"{name}_delete", args=[row.pk])).status_code == 403


def test_the_lists_are_closed_to_members_and_strangers(as_rita, client):
    for address in (CALLS, READINGS):
        assert as_rita.get(address).status_code == 403
        assert client.get(address).status_code == 302


def test_the_readings_can_be_searched_and_filtered(two_readings, as_sam):
    page = as_sam.get(READINGS, {"q": "Marlow", "model__exact": "gemini-2.5-flash"})

    assert page.status_code == 200
    assert "Parts read" in page.content.decode()
