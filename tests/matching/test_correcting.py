"""A published answer is corrected: what it said before is kept, and all who were told are told."""

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from civstart.events.models import Event
from civstart.notices.models import Notice, NoticePreference
from matching import questions
from matching.models import Match
from signals import questions as asking
from signals import review
from signals.models import Answer, EarlierAnswer
from tests import make
from tests.conftest import signed_in
from tests.support.api import errors
from tests.support.counting import queries
from tests.support.threads import at_once

TEXT = "Are the mains mapped, and in what format?"


@pytest.fixture
def signal(rita, sam):
    made = make.signal()
    review.approve(made, by=sam)
    make.match(made, rita.startups.get())
    return made


@pytest.fixture
def as_ana(ana):
    return signed_in(ana)


@pytest.fixture
def question(signal, rita, sam):
    """A question of Rita's that Sam answered."""
    made = make.question(signal, TEXT, by=rita)
    questions.answer(made, kind="answered", text="Yes, on paper.", by=sam)
    return made


def page_of(question):
    return reverse("admin:questions-correct", args=[question.public_id])


def correct(client, question, text="Yes, in a geodatabase.", kind="answered", version=1):
    said = {"kind": kind, "text": text, "version": version}
    return client.post(page_of(question), said, follow=True)


def api(client, question, **fields):
    url = f"/api/v1/questions/{question.public_id}/correct/"
    return client.post(url, fields, content_type="application/json")


def test_a_correction_is_shown_with_its_date_and_what_was_said_is_kept(
    as_ana, as_sam, as_rita, ana, sam, question, signal
):
    response = correct(as_ana, question)

    said = Answer.objects.get()
    assert [str(message) for message in response.context["messages"]] == [
        "Corrected. 1 person was told."
    ]
    assert (said.text, said.version, said.by, said.corrected_by) == (
        "Yes, in a geodatabase.",
        2,
        sam,
        ana,
    )
    earlier = EarlierAnswer.objects.get()
    assert (earlier.text, earlier.version, earlier.by, earlier.at) == (
        "Yes, on paper.",
        1,
        sam,
        said.at,
    )
    shown = as_rita.get(reverse("signal", args=[signal.public_id])).content.decode()
    assert "Yes, in a geodatabase." in shown
    assert f"Corrected {said.corrected_at:%-d %b %Y}" in shown
    assert "Yes, on paper." in as_sam.get(page_of(question)).content.decode()
    assert "corrected by Ana Ruiz" in as_sam.get(reverse("admin:questions")).content.decode()


def test_each_correction_keeps_the_one_before(as_ana, as_sam, ana, sam, question):
    correct(as_ana, question, "Yes.")
    correct(as_sam, question, "", kind="not-known", version=2)

    kept = EarlierAnswer.objects.order_by("version").values_list("version", "text", "by")
    assert list(kept) == [(1, "Yes, on paper.", sam.pk), (2, "Yes.", ana.pk)]
    assert Answer.objects.get().words == "The government does not know yet."


def test_everybody_who_was_told_of_the_answer_is_told_once(as_sam, rita, sam, signal, react):
    paul, late, stranger = make.user("Paul Piper"), make.user("Lea Late"), make.user("Uma")
    pipes, later = make.startup("Pipewise"), make.startup("Laterwise")
    make.membership(pipes, paul)
    make.membership(later, late)
    gone = make.match(signal, pipes)
    question = make.question(signal, TEXT, by=rita)
    questions.answer(question, kind="answered", text="Yes, on paper.", by=sam)
    Match.objects.filter(pk=gone.pk).delete()
    make.match(signal, later)

    correct(as_sam, question)
    react()
    react()

    told = Notice.objects.filter(event__type="question.corrected")
    assert sorted(notice.user.name for notice in told) == ["Lea Late", "Paul Piper", "Rita Founder"]
    assert {notice.text for notice in told} == {
        f"The answer of Marlow Falls, OH on “{signal.shown_title}” was corrected"
    }
    assert not Notice.objects.filter(user=stranger).exists()


def test_a_correction_is_an_event(as_sam, ana, question, signal):
    correct(as_sam, question)

    event = Event.objects.get(type="question.corrected")
    assert event.subject == f"question:{question.public_id}"
    assert event.data == {"signal": str(signal.public_id), "version": 2}
    assert "staff" in event.audience


def test_the_mail_tells_what_was_said_before(as_sam, rita, question, react):
    react()
    mail.outbox.clear()
    NoticePreference.objects.create(user=rita, answers="now")

    correct(as_sam, question, "Yes, <b>digital</b>.")
    react()

    (message,) = mail.outbox
    assert message.subject == f"Corrected: {TEXT}"
    assert "Corrected: Yes, <b>digital</b>." in message.body
    assert "It said before: Yes, on paper." in message.body
    assert "<b>digital" not in message.alternatives[0][0]


def test_the_second_to_correct_reads_who_was_first_and_keeps_what_they_typed(
    as_ana, as_sam, question
):
    correct(as_ana, question, "Yes, all of them.")

    response = correct(as_sam, question, "No, <i>none</i> of them.")

    shown = response.content.decode()
    assert response.status_code == 409
    assert "Ana Ruiz corrected it at" in shown
    assert "No, &lt;i&gt;none&lt;/i&gt; of them.</textarea>" in shown
    assert "Yes, all of them." in shown
    assert Answer.objects.get().text == "Yes, all of them."


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_those_who_correct_at_once_one_wins():
    person, staff = make.user("Rita Founder"), make.user("Sam", is_staff=True)
    make.membership(make.startup(), person)
    signal = make.signal(status="approved", decided_by=staff)
    question = make.question(signal, TEXT, by=person)
    questions.answer(question, kind="answered", text="Yes, on paper.", by=staff)

    outcomes = at_once(
        *(
            lambda number=number: questions.correct(
                question, kind="answered", text=f"Answer {number}.", version=1, by=staff
            )
            for number in range(4)
        )
    )

    assert outcomes.count("") == 1
    assert sum("Sam corrected it at" in outcome for outcome in outcomes) == 3
    assert (Answer.objects.get().version, EarlierAnswer.objects.count()) == (2, 1)
    assert Notice.objects.filter(event__type="question.corrected").count() == 1


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"text": ""}, "The answer is empty"),
        ({"text": " \0 "}, "The answer is empty"),
        ({"text": "x" * 2001}, "2,001 characters"),
        ({"text": "Write to jo@city.example about it."}, "an e-mail address"),
        ({"text": "Yes, on paper."}, "says exactly this already"),
        ({"kind": "perhaps"}, "&quot;perhaps&quot; is no kind of answer"),
        ({"version": 7}, "There is no version 7 of the answer; 1 is the newest."),
        ({"version": "x"}, "&quot;x&quot; is no version of an answer"),
        ({"version": ""}, "is no version of an answer"),
        ({"version": "9" * 40}, "is no version of an answer"),
        ({"version": "²"}, "is no version of an answer"),
    ],
)
def test_what_cannot_be_published_is_refused_with_why(as_sam, question, fields, why):
    response = correct(as_sam, question, **fields)

    assert response.status_code == 409
    assert why in response.content.decode()
    assert not EarlierAnswer.objects.exists()


def test_hidden_and_withdrawn_are_not_corrected(as_sam, question, signal, sam):
    asking.hide(question, why="Out of place.", by=sam)
    assert "The question is hidden. Show it again" in correct(as_sam, question).content.decode()
    asking.show(question, by=sam)
    review.reopen(signal, by=sam)

    assert "no longer open" in correct(as_sam, question).content.decode()
    assert not EarlierAnswer.objects.exists()


def test_the_page_is_for_staff_and_for_answered_questions(
    as_sam, as_rita, as_stranger, client, rita, signal, question
):
    assert as_sam.get(page_of(question)).status_code == 200
    assert as_rita.get(page_of(question)).status_code == 403
    assert as_stranger.post(page_of(question)).status_code == 403
    assert client.get(page_of(question)).status_code == 302
    waiting = make.question(signal, "And who would maintain them?", by=rita)
    assert as_sam.get(page_of(waiting)).status_code == 404


def test_the_page_asks_as_often_after_many_corrections(as_sam, question, sam):
    correct(as_sam, question, "Answer 1.")
    as_sam.get(page_of(question))
    few = queries(lambda: as_sam.get(page_of(question)))
    for number in range(2, 8):
        correct(as_sam, question, f"Answer {number}.", version=number)

    assert queries(lambda: as_sam.get(page_of(question))) == few


def test_staff_correct_over_the_api(as_sam, as_rita, question, signal):
    made = api(as_sam, question, kind="answered", text="Yes, digital.", version=1)
    again = api(as_sam, question, kind="answered", text="No.", version=1)

    assert made.status_code == 200
    assert (made.json()["words"], made.json()["version"]) == ("Yes, digital.", 2)
    assert (again.status_code, errors(again)) == (409, [("outdated", None)])
    listed = as_rita.get(f"/api/v1/signals/{signal.public_id}/questions/").json()
    assert listed[0]["answer"]["corrected_at"] == made.json()["corrected_at"]
    assert listed[0]["answer"]["text"] == "Yes, digital."


def test_the_api_refuses_strangers_and_bad_input(as_sam, as_rita, client, rita, signal, question):
    whole = {"kind": "answered", "text": "No.", "version": 1}
    assert errors(api(as_rita, question, **whole)) == [("permission_denied", None)]
    assert api(client, question, **whole).status_code == 401
    for wrong in ({"version": "x"}, {"version": 0}, {"kind": "perhaps"}, {"text": "x" * 2001}):
        assert api(as_sam, question, **{**whole, **wrong}).status_code == 400
    waiting = make.question(signal, "And who would maintain them?", by=rita)
    refused = api(as_sam, waiting, **whole)
    assert errors(refused) == [("not_answered", None)]
    assert "has no answer yet" in refused.json()["errors"][0]["detail"]


def test_the_database_keeps_corrections_whole(question, sam):
    with pytest.raises(IntegrityError, match="answer_correction_has"), transaction.atomic():
        Answer.objects.update(version=2)
    row = {"answer": question.answer, "version": 1, "kind": "none", "by": sam, "at": timezone.now()}
    EarlierAnswer.objects.create(**row)
    with pytest.raises(IntegrityError, match="earlier_answer_once"), transaction.atomic():
        EarlierAnswer.objects.create(**row)


def test_who_reads_the_answer_sees_no_name_of_staff(as_ana, rita, question, signal):
    correct(as_ana, question)

    shown = signed_in(rita).get(reverse("signal", args=[signal.public_id])).content.decode()
    assert "Ana" not in shown
