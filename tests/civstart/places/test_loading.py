"""Loading places from an Open Civic Data list. The rows are invented."""

import pytest
from django.core.management import call_command

from civstart.places import loading
from civstart.places.models import Jurisdiction, Region

US = "ocd-division/country:us"
ROWS = f"""id,name,census_geoid
{US}/state:oh/place:marlow_falls,Marlow Falls city,place-1
{US}/state:oh/county:fenwick,Fenwick County,
{US}/state:la/parish:saint_odd,Saint Odd Parish,
{US}/district:dc/place:capitol,Capitol CDP,
{US}/territory:pr/place:san_nunca,San Nunca zona urbana,
{US}/state:oh,Ohio,
{US}/state:oh/place:marlow_falls/ward:1,Marlow Falls Ward 1,
{US}/state:zz/place:nowhere,Nowhere town,
ocd-division/country:ca/province:on/place:elsewhere,Elsewhere,
"""


@pytest.fixture
def listed(tmp_path):
    def write(text=ROWS, encoding="utf-8"):
        path = tmp_path / "places.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


def test_places_of_the_states_are_stored_and_others_are_passed_over(db, listed):
    count = loading.file(listed())

    assert count == 5
    assert set(Jurisdiction.objects.values_list("name", "kind", "region__code")) == {
        ("Marlow Falls", "city", "OH"),
        ("Fenwick County", "county", "OH"),
        ("Saint Odd Parish", "county", "LA"),
        ("Capitol", "city", "DC"),
        ("San Nunca zona urbana", "city", "PR"),
    }


def test_loading_again_adds_only_what_is_new(db, listed):
    loading.file(listed())

    again = loading.file(listed(f"{ROWS}{US}/state:oh/place:newton,Newton village,\n"))

    assert again == 1
    assert Jurisdiction.objects.count() == 6


def test_loading_again_keeps_what_staff_changed(db, listed):
    loading.file(listed())
    Jurisdiction.objects.filter(name="Marlow Falls").update(population=9000)

    loading.file(listed())

    assert Jurisdiction.objects.get(name="Marlow Falls").population == 9000


def test_a_place_listed_twice_is_stored_once(db, listed):
    row = f"{US}/state:oh/place:newton,Newton village,"

    assert loading.file(listed(f"id,name,x\n{row}\n{row}\n")) == 1


def test_a_mark_of_the_byte_order_does_no_harm(db, listed):
    assert loading.file(listed(encoding="utf-8-sig")) == 5


@pytest.mark.parametrize("text", ["", "\n", "ocd,place\n1,2\n", "id;name\n1;2\n"])
def test_a_file_without_the_columns_is_refused(db, listed, text):
    path = listed(text)

    with pytest.raises(loading.UnreadablePlaces) as refused:
        loading.file(path)

    assert str(refused.value) == (
        f"{path} line 1: the columns id and name are missing. "
        "Use the Open Civic Data list of US places."
    )


@pytest.mark.parametrize("name", ["", "   ", "a\0b"])
def test_a_place_without_a_name_is_refused_and_nothing_is_stored(db, listed, name):
    path = listed(f"{ROWS}{US}/state:oh/place:newton,{name},\n")

    with pytest.raises(loading.UnreadablePlaces) as refused:
        loading.file(path)

    assert str(refused.value) == (
        f"{path} line 11: {US}/state:oh/place:newton has no name. Add it, or remove the row."
    )
    assert not Jurisdiction.objects.exists()


def test_a_row_cut_short_is_refused(db, listed):
    with pytest.raises(loading.UnreadablePlaces, match=r"line 2: .* has no name"):
        loading.file(listed(f"id,name\n{US}/state:oh/place:newton\n"))


@pytest.mark.parametrize("slug", ["x" * 500, "a\0b"])
def test_an_id_that_cannot_be_is_passed_over(db, listed, slug):
    assert loading.file(listed(f"id,name\n{US}/state:oh/place:{slug},Newton\n")) == 0


def test_a_file_that_is_missing_is_named(db, tmp_path):
    with pytest.raises(loading.UnreadablePlaces, match=r"none\.csv.*No such file"):
        loading.file(tmp_path / "none.csv")


def test_a_folder_is_no_file(db, tmp_path):
    with pytest.raises(loading.UnreadablePlaces, match="Is a directory"):
        loading.file(tmp_path)


def test_a_file_of_another_encoding_is_refused(db, listed):
    path = listed(f"id,name\n{US}/state:pr/place:x,Añasco\n", encoding="latin-1")

    with pytest.raises(loading.UnreadablePlaces, match="Check that it is a CSV file in UTF-8"):
        loading.file(path)


def test_the_command_says_how_many_are_new(db, listed, capsys):
    path = listed()

    call_command("load_places", str(path))
    call_command("load_places", str(path))

    assert capsys.readouterr().out.splitlines() == [
        f"5 new jurisdictions from {path}.",
        f"0 new jurisdictions from {path}.",
    ]


def test_the_states_are_there_from_the_start(db):
    assert Region.objects.count() == 56
    assert Region.objects.get(code="OH").name == "Ohio"
