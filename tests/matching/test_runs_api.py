"""What matching answered, for programs of staff: the last search of a signal, and abstentions."""

import pytest
from django.utils import timezone

from matching import byhand, demand, runs_api, suggesting
from matching.models import MatchPolicy, MatchRun
from signals import review
from signals.models import Signal
from tests import make
from tests.support import many
from tests.support.api import errors, rows
from tests.support.counting import queries

LIST = "/api/v1/abstentions/"


def address(signal):
    return f"/api/v1/signals/{signal.public_id}/match-run/"


@pytest.fixture
def nobody(db):
    """A need that nobody serves: who sells something else came nearest."""
    make.unrelated_startup()
    signal = make.signal("Finding leaks in old mains", status="approved")
    suggesting.for_signal(signal)
    return signal


# --- Of a signal --------------------------------------------------------------------------------


def test_whom_a_signal_was_suggested_to_is_answered_with_its_scores(as_sam):
    make.startup()
    signal = make.signal(status="approved")
    run = suggesting.for_signal(signal)

    answer = as_sam.get(address(signal)).json()

    assert (answer["signal"], answer["abstained"], answer["why"]) == (
        str(signal.public_id),
        False,
        "",
    )
    assert answer["suggested"] == [{"startup": "leakwise", "score": run.best_score}]
    assert (answer["policy"], answer["bar"]) == (run.policy.version, run.policy.bar)
    assert (answer["nearest"], answer["near_misses"], answer["passed_over"]) == ([], [], [])
    assert answer["reread"] is None
    assert answer["explained"]["by"] == {"Local": 1}


def test_why_nobody_fits_is_answered_with_who_came_nearest(as_sam, nobody):
    answer = as_sam.get(address(nobody)).json()

    assert answer["abstained"]
    assert answer["why"].endswith(".")
    assert answer["suggested"] == []
    assert [one["startup"] for one in answer["nearest"]] == ["shiftwell"]
    assert answer["explained"] == {"by": {}, "dropped": {}, "failures": []}


def test_near_misses_grades_and_who_was_left_out_are_answered(as_sam):
    startup, signal = make.startup(), make.signal(status="approved")
    run = suggesting.for_signal(signal)
    run.near_misses = [{"startup": "old", "score": 60.0, "missing": "It does not serve OH."}]
    run.reread = {
        "by": "Likes",
        "failure": "",
        "grades": [
            {"startup": "leakwise", "grade": 3, "reason": "So.", "before": 2, "after": 1},
        ],
    }
    run.save()
    run.passed_over.create(startup=startup, score=70, why="Leakwise was left out.")

    answer = as_sam.get(address(signal)).json()

    assert answer["near_misses"] == [
        {"startup": "old", "score": 60.0, "missing": "It does not serve OH.", "thing": ""}
    ]
    assert answer["reread"] == run.reread
    assert answer["passed_over"] == [
        {"startup": "leakwise", "score": 70.0, "why": "Leakwise was left out."}
    ]


def test_the_last_search_counts(as_sam, nobody):
    make.startup()
    suggesting.for_signal(nobody)

    assert not as_sam.get(address(nobody)).json()["abstained"]


def test_a_signal_that_was_not_matched_has_no_answer(as_sam):
    answer = as_sam.get(address(make.signal()))

    assert answer.status_code == 404
    assert errors(answer) == [("not_found", None)]
    assert answer.json()["errors"][0]["detail"].startswith("The signal was not matched yet.")


def test_an_unknown_signal_is_not_found(as_sam):
    unknown = "/api/v1/signals/018f0000-0000-7000-8000-000000000000/match-run/"

    assert as_sam.get(unknown).status_code == 404


def test_members_and_strangers_are_answered_none_of_it(as_rita, as_stranger, client, nobody):
    for url in (LIST, address(nobody)):
        for one in (as_rita, as_stranger):
            assert errors(one.get(url)) == [("permission_denied", None)]
        assert client.get(url).status_code == 401


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(as_sam, nobody, method):
    for url in (LIST, address(nobody)):
        answer = getattr(as_sam, method)(url, {}, content_type="application/json")

        assert errors(answer) == [("method_not_allowed", None)]


def test_an_answer_costs_as_much_for_many_left_out_as_for_one(as_sam, nobody):
    run = nobody.match_runs.get()
    run.passed_over.create(startup=make.startup(), score=70, why="So.")
    few = queries(lambda: as_sam.get(address(nobody)))
    for startup in many.startups(9):
        run.passed_over.create(startup=startup, score=70, why="So.")

    assert queries(lambda: as_sam.get(address(nobody))) == few <= 6
    assert len(as_sam.get(address(nobody)).json()["passed_over"]) == 10


# --- Abstentions --------------------------------------------------------------------------------


def found(client, **question):
    return [row["signal"] for row in rows(client.get(LIST, question))]


def test_a_need_nobody_serves_is_listed_with_what_came_nearest(as_sam, nobody):
    (row,) = rows(as_sam.get(LIST))

    assert (row["signal"], row["signal_title"]) == (
        str(nobody.public_id),
        "Finding leaks in old mains",
    )
    assert (row["kind"], row["category"]) == (nobody.kind, nobody.category)
    assert row["ocd_id"] == nobody.jurisdiction.ocd_id
    assert row["why"] == nobody.abstentions.get().why
    assert [one["startup"] for one in row["nearest"]] == ["shiftwell"]


def test_what_is_listed_is_what_the_demand_page_counts(as_sam, sam, nobody):
    other = make.signal("Bridges", status="approved")
    many.abstentions([other])
    for _ in range(2):
        assert set(found(as_sam)) == {
            str(one.public_id) for one in demand.unserved(Signal.objects.approved())
        }
        many.abstentions([other])  # matched anew: one row all the same

    make.startup()
    suggesting.for_signal(nobody)
    review.reopen(other, by=sam)

    assert found(as_sam) == []
    assert not runs_api.standing().exists()


def test_a_need_that_was_told_by_hand_is_served(as_sam, sam):
    startup = make.startup()
    signal = make.signal(status="approved")
    run = suggesting.for_signal(signal)
    run.matches.all().delete()
    many.abstentions([signal])
    assert found(as_sam) == [str(signal.public_id)]

    byhand.suggest(signal, startup, by=sam)

    assert found(as_sam) == []


def test_filters_narrow_the_list(as_sam, nobody):
    other = make.signal("Bridges", status="approved", category="transportation", kind="mandate")
    many.abstentions([other])
    one, two = str(nobody.public_id), str(other.public_id)

    assert found(as_sam, category="transportation") == [two]
    assert found(as_sam, kind=nobody.kind) == [one]
    assert found(as_sam, signal=one) == [one]
    assert found(as_sam, state="oh") == [two, one]
    assert found(as_sam, state="TX") == []
    assert found(as_sam, since="2100-01-01") == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("category", "love", "invalid_choice"),
        ("kind", "love", "invalid_choice"),
        ("signal", "5", "invalid"),
        ("since", "yesterday", "invalid"),
        ("state", "O\x00", "null_characters_not_allowed"),
    ],
)
def test_a_filter_of_an_unknown_value_is_refused(as_sam, name, value, code):
    answer = as_sam.get(LIST, {name: value})

    assert answer.status_code == 400
    assert errors(answer) == [(code, name)]


def test_a_withheld_title_is_withheld_here_too(as_sam, nobody):
    Signal.objects.update(title="Anna Lee wants it", hidden={"title": [[0, 8, "name"]]})

    (row,) = rows(as_sam.get(LIST))

    assert row["signal_title"] == Signal.objects.get().shown_title
    assert MatchPolicy.objects.current().version == row["policy"]
    assert MatchRun.objects.latest("started_at").started_at < timezone.now()
