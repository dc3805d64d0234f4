import pytest

from civstart.accounts.models import ApiKey
from signals import editing
from tests import make
from tests.support.api import errors, rows
from tests.support.counting import queries

LIST = "/api/v1/signals/"


def approved(title="New pumps for the plant", **fields):
    return make.signal(title, status="approved", **fields)


def address(signal):
    return f"{LIST}{signal.public_id}/"


def titles(answer):
    return [row["title"] for row in rows(answer)]


def test_a_signal_is_answered_with_its_evidence(as_rita):
    signal = approved("Finding leaks in old mains")

    answer = as_rita.get(address(signal)).json()

    assert answer["id"] == str(signal.public_id)
    assert answer["title"] == "Finding leaks in old mains"
    assert answer["jurisdiction"] == "Marlow Falls, OH"
    assert (answer["amount"], answer["currency"]) == ("412000.00", "USD")
    assert answer["held_on"] == "2026-11-12"
    assert answer["evidence"] == [
        {
            "quote": make.QUOTE,
            "start_seconds": 4450.0,
            "end_seconds": 4457.0,
            "speaker": "Renee Castellano",
            "video_url": "https://video.example/watch#t=4450",
        }
    ]


def test_a_quote_of_nobody_has_no_speaker(as_rita):
    signal = approved()
    signal.evidence.get().segment.speaker.delete()

    assert as_rita.get(address(signal)).json()["evidence"][0]["speaker"] == ""


def test_nobody_is_answered_without_signing_in(client, db):
    signal = approved()

    for url in (LIST, address(signal)):
        answer = client.get(url)

        assert answer.status_code == 401
        assert errors(answer) == [("not_authenticated", None)]
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("status", ["pending", "rejected"])
def test_a_startup_is_answered_approved_signals_alone(as_rita, status):
    approved("An approved need")
    hidden = make.signal("A hidden need", status=status)

    assert titles(as_rita.get(LIST)) == ["An approved need"]
    answer = as_rita.get(address(hidden))
    assert answer.status_code == 404
    assert errors(answer) == [("not_found", None)]


def test_staff_are_answered_all_signals(as_sam):
    approved("An approved need")
    pending = make.signal("A pending need")

    assert set(titles(as_sam.get(LIST))) == {"An approved need", "A pending need"}
    assert as_sam.get(address(pending)).json()["status"] == "pending"


def test_a_program_is_answered_by_its_key(client, rita):
    approved("Finding leaks in old mains")
    key, secret = ApiKey.issue(rita, name="Warehouse")

    answer = client.get(LIST, headers={"Authorization": f"Bearer {secret}"})

    key.refresh_from_db()
    assert titles(answer) == ["Finding leaks in old mains"]
    assert key.last_used_at is not None


@pytest.mark.parametrize("secret", ["civ_wrong", "", "civ_" + "x" * 5000, "\u00e9"])
def test_a_wrong_key_is_refused(client, db, secret):
    answer = client.get(LIST, headers={"Authorization": f"Bearer {secret}"})

    assert answer.status_code == 401
    assert errors(answer) == [("authentication_failed", None)]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ({"q": "pumps"}, ["Pumps"]),
        ({"kind": "need"}, ["Roof"]),
        ({"category": "water-utilities", "strength": 3}, ["Pumps"]),
        ({"state": "al"}, ["Roof"]),
        ({"amount_from": 1}, ["Pumps"]),
        ({"said_from": "2026-11-13"}, []),
        ({"order": "strength"}, ["Roof", "Pumps"]),
        ({"order": "-strength"}, ["Pumps", "Roof"]),
        ({"order": "approved"}, ["Pumps", "Roof"]),
        ({"q": "", "state": ""}, ["Roof", "Pumps"]),
    ],
)
def test_filters_narrow_the_list(as_rita, question, found):
    approved("Pumps")
    alabama = make.jurisdiction("Piney Bend", "AL")
    approved("Roof", place=alabama, kind="need", strength=1, amount=None)

    assert titles(as_rita.get(LIST, question)) == found


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("kind", "wish", "invalid_choice"),
        ("category", "poetry", "invalid_choice"),
        ("strength", "9", "invalid_choice"),
        ("place", "Marlow Falls", "invalid"),
        ("amount_from", "much", "invalid"),
        ("amount_from", "1e999999", "max_value"),
        ("said_from", "yesterday", "invalid"),
        ("order", "beauty", "invalid_choice"),
        ("q", "x" * 301, "max_length"),
        ("q", "leak\0", "null_characters_not_allowed"),
    ],
)
def test_a_filter_of_an_unknown_value_is_refused(as_rita, name, value, code):
    answer = as_rita.get(LIST, {name: value})

    assert answer.status_code == 400
    assert answer.json()["type"] == "validation_error"
    assert errors(answer) == [(code, name)]


@pytest.fixture
def hundred_and_five(db):
    meeting = make.meeting()
    for number in range(105):
        approved(f"Need {number:03}", at_meeting=meeting)


def test_pages_hold_fifty_and_at_most_a_hundred(as_rita, hundred_and_five):
    answer = as_rita.get(LIST).json()

    assert answer["count"] == 105
    assert len(answer["results"]) == 50
    assert answer["previous"] is None
    assert answer["next"].endswith("?page=2")
    assert len(rows(as_rita.get(LIST, {"page_size": 7}))) == 7
    assert len(rows(as_rita.get(LIST, {"page_size": 1000}))) == 100


@pytest.mark.parametrize("order", ["", "strength", "-amount", "approved"])
def test_the_pages_together_hold_each_signal_once(as_rita, hundred_and_five, order):
    pages = [titles(as_rita.get(LIST, {"page": page, "order": order})) for page in (1, 2, 3)]

    assert len({title for page in pages for title in page}) == 105


@pytest.mark.parametrize("page", ["99", "0", "-1", "abc", "9" * 5000])
def test_a_page_that_is_not_there_is_not_found(as_rita, page):
    approved()

    answer = as_rita.get(LIST, {"page": page})

    assert answer.status_code == 404
    assert errors(answer) == [("not_found", None)]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(as_sam, method):
    signal = approved()

    for url in (LIST, address(signal)):
        answer = getattr(as_sam, method)(url, {}, content_type="application/json")

        assert answer.status_code == 405
        assert errors(answer) == [("method_not_allowed", None)]


@pytest.mark.parametrize("wrong", ["5/", "none/", "a%00b/"])
def test_an_address_of_no_signal_is_not_found(as_rita, wrong):
    answer = as_rita.get(f"{LIST}{wrong}")

    assert answer.status_code == 404
    assert errors(answer) == [("not_found", None)]


def test_the_list_asks_as_often_for_forty_rows_as_for_two(as_rita):
    meeting = make.meeting()
    for _ in range(2):
        approved(at_meeting=meeting)
    few = queries(lambda: as_rita.get(LIST))
    for _ in range(38):
        approved(at_meeting=meeting)

    many = queries(lambda: as_rita.get(LIST))

    assert many == few <= 6


def test_the_count_is_of_now(as_rita, sam):
    signal = approved("Pumps", kind="budget")
    assert as_rita.get(LIST, {"kind": "budget"}).json()["count"] == 1

    editing.edit(signal, {"kind": "need"}, by=sam)

    assert as_rita.get(LIST, {"kind": "budget"}).json()["count"] == 0
    approved("Valves", kind="need")
    assert as_rita.get(LIST, {"kind": "need"}).json()["count"] == 2


def test_what_was_counted_for_a_startup_is_not_what_staff_are_told(as_rita, as_sam):
    approved("Pumps")
    make.signal("Valves", status="pending")

    counts = [client.get(LIST).json()["count"] for client in (as_rita, as_sam, as_rita)]

    assert counts == [1, 2, 1]
