"""Questions over the API: startups ask and vote, staff answer."""

import pytest

from signals import questions as asking
from signals import review
from signals.models import Question, QuestionVote
from tests import make
from tests.conftest import signed_in
from tests.support.api import errors

TEXT = "Are the mains mapped, and in what format?"


@pytest.fixture
def signal(rita, sam):
    made = make.signal()
    review.approve(made, by=sam)
    make.match(made, rita.startups.get())
    return made


def address(signal):
    return f"/api/v1/signals/{signal.public_id}/questions/"


def post(client, url, **fields):
    return client.post(url, fields, content_type="application/json")


def test_a_member_asks_and_reads(as_rita, signal, stranger):
    made = post(as_rita, address(signal), text=TEXT)

    assert made.status_code == 201
    assert made.json() == {
        "id": str(Question.objects.get().public_id),
        "text": TEXT,
        "votes": 0,
        "has_voted": False,
        "is_own": True,
        "hidden_why": "",
        "answer": None,
        "asked_at": made.json()["asked_at"],
    }
    (row,) = signed_in(stranger).get(address(signal)).json()
    assert (row["text"], row["is_own"]) == (TEXT, False)
    assert "asked_by" not in row


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "required"),
        ({"text": "Why?"}, "min_length"),
        ({"text": "x" * 501}, "max_length"),
        ({"text": "Mail me: rita@leaks.example, will you?"}, "not_asked"),
        ({"text": None}, "null"),
        ({"text": ["x"]}, "invalid"),
    ],
)
def test_what_cannot_be_asked_is_refused(as_rita, signal, fields, code):
    answer = post(as_rita, address(signal), **fields)

    assert (answer.status_code, errors(answer)) == (400, [(code, "text")])


def test_too_many_questions_are_throttled(as_rita, rita, signal):
    for number in range(asking.MOST_AN_HOUR):
        make.question(signal, f"Question number {number}?", by=rita)

    answer = post(as_rita, address(signal), text=TEXT)

    assert answer.status_code == 429
    assert "5 are the most" in answer.json()["errors"][0]["detail"]


def test_a_withdrawn_signal_is_a_conflict_with_a_clear_word(as_rita, signal, sam):
    review.reopen(signal, by=sam)

    answer = post(as_rita, address(signal), text=TEXT)

    assert (answer.status_code, errors(answer)) == (409, [("withdrawn", None)])
    assert "no longer open" in answer.json()["errors"][0]["detail"]
    assert as_rita.get(address(signal)).status_code == 404


def test_votes_are_toggled(as_rita, rita, signal):
    question = make.question(signal, by=rita)
    url = f"/api/v1/questions/{question.public_id}/vote/"

    assert post(as_rita, url).json() == {"has_voted": True, "votes": 1}
    assert post(as_rita, url).json() == {"has_voted": False, "votes": 0}
    assert not QuestionVote.objects.exists()


def test_strangers_neither_ask_nor_vote(as_stranger, client, rita, signal):
    question = make.question(signal, by=rita)
    for url in (address(signal), f"/api/v1/questions/{question.public_id}/vote/"):
        assert errors(post(as_stranger, url, text=TEXT)) == [("permission_denied", None)]
        assert post(client, url, text=TEXT).status_code == 401


def test_a_hidden_question_is_not_there_for_others(as_rita, rita, signal, sam):
    other = make.user("Paul Piper")
    make.membership(make.startup("Pipewise"), other)
    question = make.question(signal, by=other)
    asking.hide(question, why="Out of place.", by=sam)

    assert as_rita.get(address(signal)).json() == []
    assert post(as_rita, f"/api/v1/questions/{question.public_id}/vote/").status_code == 404
    (own,) = signed_in(other).get(address(signal)).json()
    assert own["hidden_why"] == "Out of place."


def test_staff_answer_once(as_sam, as_rita, rita, signal):
    question = make.question(signal, by=rita)
    url = f"/api/v1/questions/{question.public_id}/answer/"

    assert errors(post(as_rita, url, kind="answered", text="Yes.")) == [("permission_denied", None)]
    made = post(as_sam, url, kind="answered", text="Yes.")
    again = post(as_sam, url, kind="none")

    assert (made.status_code, made.json()["words"]) == (200, "Yes.")
    assert (again.status_code, errors(again)) == (409, [("not_answered", None)])
    assert as_rita.get(address(signal)).json()[0]["answer"]["kind"] == "answered"


@pytest.mark.parametrize("fields", [{}, {"kind": "perhaps"}, {"kind": "answered", "text": None}])
def test_half_an_answer_is_refused(as_sam, rita, signal, fields):
    question = make.question(signal, by=rita)

    answer = post(as_sam, f"/api/v1/questions/{question.public_id}/answer/", **fields)

    assert answer.status_code == 400


def test_what_is_not_there_is_not_found(as_rita, as_sam):
    nobody = "00000000-0000-0000-0000-000000000000"
    for url in (f"signals/{nobody}/questions/", f"questions/{nobody}/vote/"):
        assert post(as_rita, f"/api/v1/{url}", text=TEXT).status_code == 404
    url = f"/api/v1/questions/{nobody}/answer/"
    assert post(as_sam, url, kind="none").status_code == 404
