import pytest

from matching import suggesting
from signals import review
from tests import make
from tests.support.api import errors, rows
from tests.support.counting import queries

LIST = "/api/v1/matches/"


@pytest.fixture
def leakwise(rita):
    return rita.startups.get()


def address(match):
    return f"{LIST}{match.public_id}/"


def ids(answer):
    return [row["id"] for row in rows(answer)]


def test_a_match_is_answered_with_its_parts_and_reasons(as_rita, leakwise):
    signal = make.signal("Finding leaks in old mains", status="approved")
    match = make.match(signal, leakwise, score=84)
    match.reasons.create(
        evidence=signal.evidence.get(),
        they_said="find the leaks",
        profile_says="find the leaks in one night",
        profile_part="What it does",
    )

    answer = as_rita.get(address(match)).json()

    assert (answer["id"], answer["signal"]) == (str(match.public_id), str(signal.public_id))
    assert (answer["startup"], answer["status"]) == ("leakwise", "suggested")
    assert answer["signal_title"] == "Finding leaks in old mains"
    assert answer["score"] == sum(part["points"] for part in answer["parts"]) == 84
    assert answer["reasons"] == [
        {
            "verdict": "fits",
            "they_said": "find the leaks",
            "start_seconds": 4450.0,
            "profile_says": "find the leaks in one night",
            "profile_part": "What it does",
        }
    ]


def test_nobody_is_answered_without_signing_in(client, leakwise):
    match = make.match(to=leakwise)

    for url in (LIST, address(match)):
        answer = client.get(url)

        assert answer.status_code == 401
        assert errors(answer) == [("not_authenticated", None)]


def test_members_are_answered_the_matches_of_their_startup_alone(as_rita, leakwise):
    own, other = make.match(to=leakwise), make.match(to=make.startup("Pipewise"))

    assert ids(as_rita.get(LIST)) == [str(own.public_id)]
    answer = as_rita.get(address(other))
    assert answer.status_code == 404
    assert errors(answer) == [("not_found", None)]


def test_members_of_two_startups_are_answered_each_match_once(as_rita, rita, leakwise):
    pipewise = make.startup("Pipewise")
    make.membership(pipewise, rita)
    make.membership(pipewise, make.user("Paul Partner"))
    signal = make.signal(status="approved")
    matches = [make.match(signal, leakwise), make.match(signal, pipewise)]

    assert sorted(ids(as_rita.get(LIST))) == sorted(str(match.public_id) for match in matches)


def test_strangers_are_answered_no_matches(as_stranger, leakwise):
    make.match(to=leakwise)

    assert ids(as_stranger.get(LIST)) == []


def test_staff_are_answered_all_matches(as_sam, leakwise):
    make.match(to=leakwise)
    make.match(to=make.startup("Pipewise"))

    assert len(ids(as_sam.get(LIST))) == 2


def test_a_match_whose_signal_was_reopened_is_not_there(as_rita, leakwise, sam):
    match = make.match(to=leakwise)
    review.reopen(match.signal, by=sam)

    assert ids(as_rita.get(LIST)) == []
    assert as_rita.get(address(match)).status_code == 404


def test_filters_narrow_the_list(as_sam, leakwise, rita):
    open_one, dismissed = make.match(to=leakwise), make.match(to=make.startup("Pipewise"))
    suggesting.dismiss(dismissed, by=rita)

    def found(**question):
        return ids(as_sam.get(LIST, question))

    assert found(status="suggested") == [str(open_one.public_id)]
    assert found(status="dismissed") == [str(dismissed.public_id)]
    assert found(startup="pipewise") == [str(dismissed.public_id)]
    assert found(signal=open_one.signal.public_id) == [str(open_one.public_id)]
    assert found(startup="nobody") == []
    assert found(min_score=open_one.score + 1) == []
    assert len(found(min_score=open_one.score, since="2000-01-01")) == 2
    assert found(since="2100-01-01") == []


def test_matches_are_found_by_the_verdict_of_a_reason(as_sam, as_rita, leakwise):
    doubted, other = make.match(to=leakwise), make.match(to=make.startup("Pipewise"))
    for match in (doubted, other):
        for position, verdict in enumerate(["fits", "doubt", "doubt"]):
            match.reasons.create(
                evidence=match.signal.evidence.get(),
                position=position,
                verdict=verdict,
                they_said="find the leaks",
                profile_says="We do not work on plastic.",
                profile_part="What it does",
            )
    make.match(to=leakwise)

    assert len(ids(as_sam.get(LIST, {"verdict": "doubt"}))) == 2
    assert ids(as_rita.get(LIST, {"verdict": "doubt"})) == [str(doubted.public_id)]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("status", "loved", "invalid_choice"),
        ("verdict", "loved", "invalid_choice"),
        ("signal", "5", "invalid"),
        ("min_score", "many", "invalid"),
        ("since", "then", "invalid"),
    ],
)
def test_a_filter_of_an_unknown_value_is_refused(as_rita, name, value, code):
    answer = as_rita.get(LIST, {name: value})

    assert answer.status_code == 400
    assert errors(answer) == [(code, name)]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(as_sam, leakwise, method):
    match = make.match(to=leakwise)

    for url in (LIST, address(match)):
        answer = getattr(as_sam, method)(url, {}, content_type="application/json")

        assert answer.status_code == 405
        assert errors(answer) == [("method_not_allowed", None)]


def test_a_page_past_the_end_is_not_found(as_rita):
    answer = as_rita.get(LIST, {"page": 2})

    assert answer.status_code == 404
    assert errors(answer) == [("not_found", None)]


def test_the_list_asks_as_often_for_forty_rows_as_for_two(as_rita, leakwise):
    for _ in range(2):
        make.match(to=leakwise)
    few = queries(lambda: as_rita.get(LIST))
    for _ in range(38):
        make.match(to=leakwise)

    many = queries(lambda: as_rita.get(LIST))

    assert many == few <= 7
