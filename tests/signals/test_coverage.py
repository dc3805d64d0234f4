"""Coverage: who is heard, how late, and who went silent."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from signals import coverage
from signals.models import Body
from tests import make

PAGE = reverse("admin:coverage")
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_november(db):
    with time_machine.travel(NOW, tick=False):
        yield


def meetings(place, *days_ago, body="City Council"):
    held = Body.objects.get_or_create(jurisdiction=place, name=body)[0]
    for days in days_ago:
        day = NOW.date() - timedelta(days=days)
        make.transcript(make.meeting(place, body=held, held_on=day))


def only_row():
    (row,) = coverage.rows()
    return row


def test_the_lag_is_set_against_the_usual_gap():
    meetings(make.jurisdiction(), 10, 24, 38, 52)

    row = only_row()

    assert (row.last_held, row.lag_days, row.usual_days) == (date(2026, 11, 11), 10, 14)
    assert not row.is_silent


@pytest.mark.parametrize(("last", "silent"), [(35, False), (36, True)])
def test_silence_is_more_than_two_and_a_half_usual_gaps(last, silent):
    meetings(make.jurisdiction(), last, last + 14, last + 28)

    assert only_row().is_silent is silent


def test_who_met_too_rarely_to_tell_is_not_called_silent():
    meetings(make.jurisdiction(), 300, 314)

    row = only_row()

    assert (row.usual_days, row.is_silent) == (None, False)


def test_meetings_that_are_only_announced_do_not_count_as_held():
    place = make.jurisdiction()
    meetings(place, 36, 50, 64)
    make.meeting(place, held_on=NOW.date() + timedelta(days=7))

    row = only_row()

    assert (row.lag_days, row.is_silent) == (36, True)


@pytest.mark.parametrize(
    ("days", "usual"),
    [((), None), ((0, 14), None), ((0, 14, 28, 100), 14), ((0, 0, 7, 21), 10.5)],
)
def test_the_usual_gap_is_the_median(days, usual):
    first = date(2026, 1, 1)

    assert coverage.usual_interval([first + timedelta(days=n) for n in days]) == usual


def test_the_last_run_and_its_error_are_shown(as_sam):
    source = make.source(failures=2)
    make.source_run(source, error="It answered with 500.")

    page = as_sam.get(PAGE).text

    assert "It answered with 500." in page
    assert "Source fails" in page
    assert "1 has a source that fails" in page


def test_a_source_of_all_bodies_stands_by_each_of_them():
    place = make.jurisdiction()
    meetings(place, 10, body="Water Board")
    source = make.source("legistar", "marlow", body="")

    assert [row.source for row in coverage.rows() if row.body == "Water Board"] == [source]


def test_a_body_that_is_only_watched_has_a_row(as_sam):
    make.source(body="Planning Board")

    page = as_sam.get(PAGE).text

    assert "Planning Board" in page
    assert "Nothing yet" in page


def test_the_silent_come_first_and_any_column_sorts(as_sam):
    for name, last in (("Alder", 3), ("Birch", 90), ("Cedar", 5)):
        meetings(make.jurisdiction(name), last, last + 14, last + 28)

    def order(sort):
        page = as_sam.get(PAGE, {"sort": sort} if sort else {})
        return [row.jurisdiction.name for row in page.context["page"].object_list]

    assert order("")[0] == "Birch"
    assert order("place") == ["Alder", "Birch", "Cedar"]
    assert order("-lag") == ["Birch", "Cedar", "Alder"]
    assert order("held") == ["Birch", "Cedar", "Alder"]
    assert order("nonsense") == order("")


def test_nobody_heard_yet_says_what_to_do(as_sam):
    page = as_sam.get(PAGE).text

    assert "Nobody is heard yet" in page
    assert reverse("admin:signals_source_add") in page


def test_it_asks_the_same_however_many_bodies_there_are(as_sam, django_assert_max_num_queries):
    for n in range(30):
        place = make.jurisdiction(f"Town {n}")
        meetings(place, 3, 17, 31)
        make.source_run(make.source(place=place))

    with django_assert_max_num_queries(3):
        coverage.rows()
    with django_assert_max_num_queries(12):
        as_sam.get(PAGE)


def test_the_start_page_names_sources_that_fail(as_sam):
    source = make.source(failures=3)
    make.source_run(source, error="Token is required")

    page = as_sam.get("/staff/").text

    assert "Sources that fail" in page
    assert "failed 3 times in a row" in page
    assert "Token is required" in page


def test_a_feed_that_is_no_web_address_is_refused_where_it_is_typed(as_sam):
    form = {
        "jurisdiction": make.jurisdiction().pk,
        "kind": "feed",
        "address": "council.example/feed",
        "poll_minutes": 60,
    }

    page = as_sam.post(reverse("admin:signals_source_add"), form).text

    assert "is not a web address; write it as https://example.gov/feed." in page
