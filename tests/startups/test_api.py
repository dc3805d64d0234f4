import pytest

from startups.models import Tag
from tests import make
from tests.support.api import errors, rows
from tests.support.counting import queries

LIST = "/api/v1/startups/"


def names(answer):
    return [row["name"] for row in rows(answer)]


def test_a_startup_is_answered_with_its_profile(as_stranger):
    startup = make.startup("Pipewise", stage="seed")
    startup.tags.add(Tag.objects.create(name="water"))
    startup.service_regions.add(make.region("OH"))

    answer = as_stranger.get(f"{LIST}pipewise/").json()

    assert answer["id"] == str(startup.public_id)
    assert (answer["name"], answer["stage"]) == ("Pipewise", "seed")
    assert (answer["tags"], answer["service_states"]) == (["water"], ["OH"])
    assert answer["products"] == [
        {
            "name": "Night listener",
            "description": "A kit of forty sensors that hear leaks in water mains.",
        }
    ]
    assert answer["case_studies"][0]["state"] == "OH"


def test_who_belongs_to_a_startup_is_not_told(as_stranger, rita):
    shown = as_stranger.get(f"{LIST}leakwise/").content.decode()

    assert "Rita" not in shown
    assert "@" not in shown


def test_nobody_is_answered_without_signing_in(client, db):
    make.startup("Pipewise")

    for url in (LIST, f"{LIST}pipewise/"):
        answer = client.get(url)

        assert answer.status_code == 401
        assert errors(answer) == [("not_authenticated", None)]


def test_inactive_startups_are_not_there(as_stranger):
    make.startup("Pipewise", is_active=False)

    assert names(as_stranger.get(LIST)) == []
    assert as_stranger.get(f"{LIST}pipewise/").status_code == 404


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ({"stage": "seed"}, ["Pipewise"]),
        ({"sells_to_government": "true"}, ["Leakwise", "Pipewise"]),
        ({"sells_to_government": "false"}, ["Shiftwell"]),
        ({"sells_to_government": ""}, ["Leakwise", "Pipewise", "Shiftwell"]),
    ],
)
def test_filters_narrow_the_list(as_stranger, question, found):
    make.startup("Leakwise")
    make.startup("Pipewise", stage="seed")
    make.unrelated_startup("Shiftwell")

    assert names(as_stranger.get(LIST, question)) == found


@pytest.mark.parametrize(
    ("name", "value"),
    [("stage", "huge"), ("sells_to_government", "perhaps"), ("stage", "se\0ed")],
)
def test_a_filter_of_an_unknown_value_is_refused(as_stranger, name, value):
    answer = as_stranger.get(LIST, {name: value})

    assert answer.status_code == 400
    assert errors(answer) == [("invalid_choice", name)]


def test_pages_follow_the_alphabet(as_stranger):
    for name in ("Cable", "Alder", "Brook"):
        make.unrelated_startup(name)

    first = as_stranger.get(LIST, {"page_size": 2})
    second = as_stranger.get(LIST, {"page_size": 2, "page": 2})

    assert (names(first), names(second)) == (["Alder", "Brook"], ["Cable"])


def test_a_page_past_the_end_is_not_found(as_stranger):
    answer = as_stranger.get(LIST, {"page": 2})

    assert answer.status_code == 404
    assert errors(answer) == [("not_found", None)]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(as_sam, method):
    make.startup("Pipewise")

    for url in (LIST, f"{LIST}pipewise/"):
        answer = getattr(as_sam, method)(url, {}, content_type="application/json")

        assert answer.status_code == 405
        assert errors(answer) == [("method_not_allowed", None)]


@pytest.mark.parametrize("slug", ["nobody", "a%00b", "%D0%B6", "x" * 5000])
def test_an_address_of_no_startup_is_not_found(as_stranger, slug):
    answer = as_stranger.get(f"{LIST}{slug}/")

    assert answer.status_code == 404
    assert errors(answer) == [("not_found", None)]


def test_the_list_asks_as_often_for_forty_rows_as_for_two(as_stranger):
    for number in range(2):
        make.startup(f"Leakwise {number}")
    few = queries(lambda: as_stranger.get(LIST))
    for number in range(2, 40):
        make.startup(f"Leakwise {number}")

    many = queries(lambda: as_stranger.get(LIST))

    assert many == few <= 10
