"""Questions and answers on a signal: open to all who were told, and nobody's private advantage."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from civstart.events.models import Event
from civstart.notices import digests
from civstart.notices.models import Mail, Notice, NoticePreference
from matching import questions
from signals import questions as asking
from signals import review
from signals.models import Answer, Question, QuestionVote
from tests import make
from tests.conftest import signed_in
from tests.support.counting import queries
from tests.support.threads import at_once

TEXT = "Are the mains mapped, and in what format?"


@pytest.fixture
def signal(rita, sam):
    """An approved signal that Rita's startup and another one were told of."""
    made = make.signal()
    review.approve(made, by=sam)
    make.match(made, rita.startups.get())
    return made


@pytest.fixture
def paul(db, signal):
    """Works for another startup that was told of the signal."""
    paul = make.user("Paul Piper")
    startup = make.startup("Pipewise")
    make.membership(startup, paul)
    make.match(signal, startup)
    return paul


def ask(client, signal, text=TEXT):
    url = reverse("ask", args=[signal.public_id])
    return client.post(url, {"text": text}, follow=True)


def said(response):
    return [str(message) for message in response.context["messages"]]


def page(client, signal):
    return client.get(reverse("signal", args=[signal.public_id])).content.decode()


def act(client, question, do, **fields):
    url = reverse("admin:questions-answer", args=[question.public_id])
    return client.post(url, {"do": do, **fields}, follow=True)


# --- Asking --------------------------------------------------------------------------------------


def test_a_member_asks_and_others_read_it_without_who(as_rita, rita, signal, paul):
    response = ask(as_rita, signal)

    question = Question.objects.get()
    assert said(response)[0].startswith("Asked.")
    assert (question.text, question.asked_by) == (TEXT, rita)
    assert "Your startup asked; others are not told" in page(as_rita, signal)
    others = page(signed_in(paul), signal)
    assert TEXT in others
    assert "Leakwise" not in others
    assert "Rita" not in others
    assert "Your startup asked" not in others


def test_asking_is_an_event_for_staff_and_the_told(as_rita, rita, signal, paul):
    ask(as_rita, signal)

    event = Event.objects.get(type="question.asked")
    groups = {f"startup.{one.startups.get().public_id}" for one in (rita, paul)}
    assert set(event.audience) == {"staff", *groups}
    assert event.data == {"signal": str(signal.public_id)}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Why?", "is too short for a question"),
        ("   \0  ", "is too short for a question"),
        ("x" * 501, "501 characters; 500 are the most"),
        ("Can I mail you at rita@leaks.example now?", "an e-mail address (rita@leaks.example)"),
        ("Would you call me on 614-555-0142 about it?", "a phone number (614-555-0142)"),
        ("Have you seen our page www.leaks.example/a?", "a web address (www.leaks.example/a?)"),
        ("Have you seen leakwise.com by any chance?", "a web address (leakwise.com)"),
        ("Did you know that Leakwise does all this?", 'names "Leakwise"'),
        ("Would you talk to Rita Founder about this?", 'names "Rita Founder"'),
    ],
)
def test_what_cannot_be_asked_is_refused_with_why(as_rita, signal, text, why):
    response = ask(as_rita, signal, text)

    assert why in said(response)[0]
    assert not Question.objects.exists()


def test_the_same_question_is_not_asked_twice(as_rita, signal, paul):
    ask(as_rita, signal)

    assert "Vote for it instead" in said(ask(signed_in(paul), signal, TEXT.upper()))[0]


def test_a_startup_asks_so_often_an_hour(as_rita, signal):
    for number in range(asking.MOST_AN_HOUR):
        ask(as_rita, signal, f"Question number {number}?")

    text = said(ask(as_rita, signal, "One more question?"))[0]

    assert "asked 5 questions in the last hour; 5 are the most. Ask again in 60 minutes." in text
    Question.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert said(ask(as_rita, signal, "One more question?"))[0].startswith("Asked.")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_limit_holds_for_those_who_ask_at_once():
    person, staff = make.user("Rita Founder"), make.user("Sam", is_staff=True)
    startup = make.startup()
    make.membership(startup, person)
    signal = make.signal(status="approved", decided_by=staff)

    outcomes = at_once(
        *(
            lambda number=number: questions.ask(
                signal, f"Question number {number}?", by=person, startup=startup
            )
            for number in range(8)
        )
    )

    assert outcomes.count("") == Question.objects.count() == asking.MOST_AN_HOUR


def test_a_script_in_a_question_stays_words(as_rita, as_sam, signal):
    attack = "<script>alert('x')</script> and <img src=x onerror=alert(1)> what then?"

    ask(as_rita, signal, attack)

    shown = page(as_rita, signal) + as_sam.get(reverse("admin:questions")).content.decode()
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert shown.count("&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;") == 2


def test_who_belongs_to_no_startup_does_not_ask(as_stranger, as_sam, signal):
    for client in (as_stranger, as_sam):
        assert said(ask(client, signal)) == ["Only members of a startup ask questions."]
    assert not Question.objects.exists()
    assert 'id="ask-form"' not in page(as_sam, signal)


def test_a_signal_that_was_withdrawn_takes_no_questions_and_says_so(as_rita, signal, sam):
    review.reopen(signal, by=sam)
    review.reject(signal, reason="awarded", by=sam)

    response = ask(as_rita, signal)

    assert "was withdrawn by staff and is no longer open" in said(response)[0]
    assert not Question.objects.exists()


def test_a_signal_nobody_was_told_of_is_not_there(as_rita):
    pending = make.signal("Secret")

    response = ask(as_rita, pending)

    assert response.status_code == 404
    assert "Secret" not in response.content.decode()


def test_those_who_wait_are_told_when_the_signal_is_withdrawn(as_rita, rita, signal, sam, react):
    ask(as_rita, signal)
    review.reopen(signal, by=sam)
    react()

    notice = Notice.objects.get(user=rita, event__type="signal.reopened")
    assert "was withdrawn. Your question on it stays without an answer." in notice.text


# --- Answering -----------------------------------------------------------------------------------


def test_an_answer_is_told_to_everybody_who_was_told_of_the_signal(
    as_rita, as_sam, rita, paul, stranger, signal
):
    ask(as_rita, signal)
    question = Question.objects.get()

    response = act(as_sam, question, "answered", text="Yes, in a geodatabase.")

    assert said(response) == ["Published. 2 people were told."]
    for person in (rita, paul):
        notice = Notice.objects.get(user=person, event__type="question.answered")
        assert notice.text.startswith("Marlow Falls, OH answered a question")
        assert notice.url == f"/signals/{signal.public_id}/#qa"
        assert "Yes, in a geodatabase." in page(signed_in(person), signal)
    assert not Notice.objects.filter(user=stranger).exists()
    assert "Rita" not in str(Event.objects.get(type="question.answered").data)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("not-known", "The government does not know yet."),
        ("none", "The government did not answer."),
    ],
)
def test_that_nobody_knows_is_an_answer_too(as_rita, as_sam, signal, kind, words):
    ask(as_rita, signal)

    act(as_sam, Question.objects.get(), kind)

    assert words in page(as_rita, signal)


@pytest.mark.parametrize(
    ("do", "fields", "why"),
    [
        ("answered", {}, "The answer is empty"),
        ("answered", {"text": "x" * 2001}, "2,001 characters"),
        ("answered", {"text": "Write to jo@city.example about it."}, "an e-mail address"),
        ("perhaps", {}, '"perhaps" is no kind of answer'),
        ("hide", {}, "Write why the question is hidden"),
        ("show", {}, "is on the page already"),
    ],
)
def test_half_an_answer_is_refused(as_rita, as_sam, signal, do, fields, why):
    ask(as_rita, signal)

    assert why in said(act(as_sam, Question.objects.get(), do, **fields))[0]
    assert not Answer.objects.exists()


def test_the_second_to_answer_is_told_who_was_first(as_rita, as_sam, ana, signal):
    ask(as_rita, signal)
    question = Question.objects.get()
    act(signed_in(ana), question, "answered", text="Yes.")

    response = act(as_sam, question, "answered", text="No.")

    assert said(response)[0].startswith("Ana Ruiz answered it at")
    assert Answer.objects.get().text == "Yes."


def test_a_question_on_a_withdrawn_signal_is_not_answered_any_more(as_rita, as_sam, signal, sam):
    ask(as_rita, signal)
    review.reopen(signal, by=sam)

    response = act(as_sam, Question.objects.get(), "answered", text="Yes.")

    assert "no longer open" in said(response)[0]
    assert TEXT in as_sam.get(reverse("admin:questions")).content.decode()
    assert "Closed with their signals" in as_sam.get(reverse("admin:questions")).content.decode()


def test_a_hidden_question_is_seen_by_its_asker_alone_with_why(as_rita, as_sam, signal, paul):
    ask(as_rita, signal)
    question = Question.objects.get()

    act(as_sam, question, "hide", why="It advertises.")

    assert "It advertises." in page(as_rita, signal)
    assert TEXT not in page(signed_in(paul), signal)
    act(as_sam, question, "show")
    assert TEXT in page(signed_in(paul), signal)


def test_the_staff_page_tells_who_asks_and_the_head_counts(as_rita, as_sam, signal):
    count = reverse("admin:count-part", args=["questions"])
    assert as_sam.get(count).content == b""

    ask(as_rita, signal)

    shown = as_sam.get(reverse("admin:questions")).content.decode()
    assert "Leakwise (Rita Founder)" in shown
    assert as_sam.get(count).content == b"1"
    assert as_rita.get(reverse("admin:questions")).status_code == 403


def test_staff_who_write_are_told_of_what_came_meanwhile(as_rita, as_sam, signal):
    url = reverse("admin:questions-news")
    since = timezone.now().isoformat()
    assert as_sam.get(url, {"since": since}).content.decode().strip() == ""

    ask(as_rita, signal)

    assert "1 new question came." in as_sam.get(url, {"since": since}).content.decode()
    for odd in ("", "x", "2026-01-01", "99999-01-01T00:00:00Z"):
        assert as_sam.get(url, {"since": odd}).status_code == 400


# --- Votes ---------------------------------------------------------------------------------------


def test_a_vote_is_given_once_and_taken_back(as_rita, signal, paul, rita):
    ask(as_rita, signal)
    question = Question.objects.get()
    url = reverse("vote", args=[question.public_id])
    client = signed_in(paul)

    client.post(url)
    assert 'aria-pressed="true" aria-label="Vote for this question, 1 vote"' in page(client, signal)
    client.post(url)

    assert not QuestionVote.objects.exists()
    assert 'aria-label="Vote for this question, 0 votes"' in page(client, signal)


def test_a_vote_by_script_answers_with_the_part(as_rita, signal):
    question = make.question(signal, by=signal.decided_by, startup=make.startup("Other"))
    url = reverse("vote", args=[question.public_id])

    part = as_rita.post(url, headers={"HX-Request": "true"}).content.decode()

    assert part.lstrip().startswith('<section class="section qa"')
    assert "1 vote" in part


def test_the_database_refuses_a_second_vote_of_a_membership(signal, rita):
    question = make.question(signal, by=rita)
    vote = {"question": question, "by": rita, "voted_for": question.asked_for}
    QuestionVote.objects.create(**vote)

    with pytest.raises(IntegrityError, match="vote_once_per_membership"), transaction.atomic():
        QuestionVote.objects.create(**vote)


def test_the_most_wanted_question_stands_first(as_rita, rita, paul, signal):
    make.question(signal, "The first question?", by=rita)
    wanted = make.question(signal, "The wanted question?", by=rita)
    signed_in(paul).post(reverse("vote", args=[wanted.public_id]))

    shown = page(as_rita, signal)

    assert shown.index("The wanted question?") < shown.index("The first question?")


def test_hidden_and_withdrawn_questions_take_no_votes(as_rita, rita, paul, signal, sam):
    question = make.question(signal, by=rita)
    asking.hide(question, why="Out of place.", by=sam)
    url = reverse("vote", args=[question.public_id])
    assert "takes no votes" in said(signed_in(paul).post(url, follow=True))[0]
    asking.show(question, by=sam)
    review.reopen(signal, by=sam)

    assert "no longer open" in said(signed_in(paul).post(url, follow=True))[0]
    assert not QuestionVote.objects.exists()


# --- E-mail --------------------------------------------------------------------------------------


def test_answers_come_by_mail_as_each_prefers(as_rita, as_sam, rita, paul, signal, react):
    nora = make.user("Nora Never")
    make.membership(rita.startups.get(), nora)
    signed_in(paul).post(reverse("notices-preference"), {"answers": "now"})
    signed_in(nora).post(reverse("notices-preference"), {"answers": "never"})
    react()
    mail.outbox.clear()
    ask(as_rita, signal)
    act(as_sam, Question.objects.get(), "answered", text="Yes, in a geodatabase.")

    react()
    assert [message.to for message in mail.outbox] == [[paul.email]]
    assert "Yes, in a geodatabase." in mail.outbox[0].body

    assert digests.send_due() == 1
    assert mail.outbox[-1].to == [rita.email]
    assert "answered a question" in mail.outbox[-1].body
    assert digests.send_due() == 0
    assert Mail.objects.filter(to=nora.email).count() == 0


def test_a_digest_tells_several_answers_once_a_day(rita, sam, signal):
    for number in range(3):
        question = make.question(signal, f"Question number {number}?", by=rita)
        questions.answer(question, kind="answered", text="Yes.", by=sam)

    assert digests.send_due() == 1
    assert mail.outbox[-1].subject == "3 answers on signals you follow"
    more = make.question(signal, "And another one?", by=rita)
    questions.answer(more, kind="answered", text="Yes.", by=sam)
    assert digests.send_due() == 0
    Mail.objects.update(created_at=timezone.now() - timedelta(days=1))
    assert digests.send_due() == 1


def test_an_odd_preference_is_refused(as_rita):
    response = as_rita.post(reverse("notices-preference"), {"answers": "hourly"}, follow=True)

    assert "Choose at once" in said(response)[0]
    assert not NoticePreference.objects.exists()


def test_what_others_wrote_is_escaped_in_answers_by_mail(rita, sam, signal, react):
    NoticePreference.objects.create(user=rita, answers="now")
    question = make.question(signal, "<script>alert(1)</script> what?", by=rita)
    questions.answer(question, kind="answered", text="<b>Yes</b>", by=sam)

    react()

    html = mail.outbox[-1].alternatives[0][0]
    assert "<script>alert" not in html
    assert "<b>Yes" not in html


# --- Queries -------------------------------------------------------------------------------------


def test_pages_ask_as_often_for_many_questions(as_rita, as_sam, rita, signal):
    visits = [
        lambda: page(as_rita, signal),
        lambda: as_sam.get(reverse("admin:questions")),
    ]
    make.question(signal, by=rita)
    for visit in visits:
        visit()
    few = [queries(visit) for visit in visits]
    for number in range(12):
        asked = make.question(signal, f"Question number {number}?", by=rita)
        if number % 2:
            Answer.objects.create(question=asked, text="Yes.", by=rita)
        QuestionVote.objects.create(question=asked, by=rita, voted_for=asked.asked_for)

    assert [queries(visit) for visit in visits] == few
    assert few[0] <= 25
