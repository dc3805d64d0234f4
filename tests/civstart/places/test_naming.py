"""Finding the one jurisdiction that is meant."""

import pytest

from civstart.places.models import Jurisdiction, UnknownJurisdiction
from tests import make

ADVICE = (
    'Write it as "Huntsville, AL", add it on the '
    "staff site under Places, or load places with: python manage.py load_places FILE"
)


def named(name):
    return Jurisdiction.objects.named(name)


@pytest.fixture
def huntsville(db):
    make.jurisdiction("Huntsville", "TX")
    return make.jurisdiction("Huntsville", "AL")


@pytest.mark.parametrize(
    "name", ["Huntsville, AL", "huntsville,al", "  Huntsville ,  Al ", "HUNTSVILLE, AL"]
)
def test_a_place_is_found_by_its_name_and_state(huntsville, name):
    assert named(name) == huntsville


def test_a_place_is_found_by_its_open_civic_data_id(huntsville):
    assert named("ocd-division/country:us/state:al/place:huntsville") == huntsville


def test_a_name_with_a_comma_is_found(db):
    place = make.jurisdiction("Marlow, the Elder", "OH")

    assert named("Marlow, the Elder, OH") == place


def test_an_unknown_place_is_explained_with_those_that_come_close(huntsville):
    with pytest.raises(UnknownJurisdiction) as refused:
        named("Huntsvile, AL")

    assert str(refused.value) == (
        'No jurisdiction is called "Huntsvile, AL". '
        f"Did you mean Huntsville, AL or Huntsville, TX? {ADVICE}"
    )


def test_a_place_without_its_state_is_explained(huntsville):
    with pytest.raises(UnknownJurisdiction, match="Did you mean Huntsville, AL"):
        named("Huntsville")


@pytest.mark.parametrize("name", ["Atlantis, OH", "Huntsville, ZZ"])
def test_an_unknown_place_is_explained(db, name):
    with pytest.raises(UnknownJurisdiction) as refused:
        named(name)

    assert str(refused.value) == f'No jurisdiction is called "{name}". {ADVICE}'


@pytest.mark.parametrize("name", ["", ",", ", AL", "   "])
def test_nothing_is_no_place(huntsville, name):
    with pytest.raises(UnknownJurisdiction, match=r"No jurisdiction is called \""):
        named(name)


def test_a_name_that_several_bear_is_explained_with_their_ids(db):
    city = make.jurisdiction("Fenwick", "OH")
    county = Jurisdiction.objects.create(
        ocd_id="ocd-division/country:us/state:oh/county:fenwick",
        name="Fenwick",
        kind="county",
        region=city.region,
    )

    with pytest.raises(UnknownJurisdiction) as refused:
        named("Fenwick, OH")

    assert str(refused.value).startswith('More than one jurisdiction is called "Fenwick, OH". ')
    assert city.ocd_id in str(refused.value)
    assert county.ocd_id in str(refused.value)
    assert named(county.ocd_id) == county
