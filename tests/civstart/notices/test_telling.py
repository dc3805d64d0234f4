"""Telling people: once, even while they are away."""

import pytest
from django.db import IntegrityError

from civstart.events import outbox
from civstart.notices import telling
from civstart.notices.models import Mail, Notice
from tests import make
from tests.support.counting import queries

LETTER = telling.Letter("Marlow Falls needs you", "As text.", "<p>As HTML.</p>")


@pytest.fixture
def event(db):
    return outbox.record("kettle.sang", subject=make.user())


def test_a_person_is_told_on_their_page_and_by_mail(rita, event):
    count = telling.tell([rita], because=event, text="A need fits.", url="/x/", letter=LETTER)

    notice = Notice.objects.get()
    assert count == 1
    assert (notice.user, notice.text, notice.url, notice.read_at) == (
        rita,
        "A need fits.",
        "/x/",
        None,
    )
    assert (notice.mail.to, notice.mail.status) == (rita.email, "waiting")
    assert (notice.mail.subject, notice.mail.body, notice.mail.html) == (
        "Marlow Falls needs you",
        "As text.",
        "<p>As HTML.</p>",
    )


def test_a_person_is_told_once_of_an_event(rita, event):
    telling.tell([rita], because=event, text="A need fits.", url="/x/", letter=LETTER)
    again = telling.tell([rita, rita], because=event, text="Again.", url="/y/", letter=LETTER)

    assert again == 0
    assert Notice.objects.get().text == "A need fits."
    assert Mail.objects.count() == 1


def test_news_is_told_to_each_with_a_mail_in_two_queries(rita, sam, event):
    def news(*people):
        return telling.News(people, event, "T" * 500, "/x/", telling.Letter("A\nneed", "As text."))

    assert queries(lambda: telling.tell_all([news(rita), news(sam)])) == 2

    told = Notice.objects.order_by("pk").values_list("user", "url", "mail__to", "mail__subject")
    assert list(told) == [(who.pk, "/x/", who.email, "A need") for who in (rita, sam)]
    assert telling.tell_all([]) == 0


def test_without_a_letter_there_is_no_mail(rita, event):
    telling.tell([rita], because=event, text="A need fits.", url="/x/")

    assert not Mail.objects.exists()


def test_a_long_text_is_cut_to_what_fits(rita, event):
    long = telling.Letter("S" * 500, "As text.")

    telling.tell([rita], because=event, text="T" * 500, url="/x/", letter=long)

    notice = Notice.objects.get()
    assert (len(notice.text), len(notice.mail.subject)) == (300, 200)


def test_a_subject_of_several_lines_becomes_one(rita, event, mailoutbox):
    letter = telling.Letter("Leaks\r\nBcc: everybody@example.org", "As text.")
    telling.tell([rita], because=event, text="A need fits.", url="/x/", letter=letter)

    telling.send(Mail.objects.get())

    assert mailoutbox[0].subject == "Leaks Bcc: everybody@example.org"
    assert mailoutbox[0].recipients() == [rita.email]


def test_a_person_cannot_have_two_notices_of_an_event(rita, event):
    Notice.objects.create(user=rita, event=event, text="One", url="/")

    with pytest.raises(IntegrityError, match="notice_once_per_event"):
        Notice.objects.create(user=rita, event=event, text="Two", url="/")


def test_a_mail_cannot_be_sent_without_a_time(rita, event):
    telling.tell([rita], because=event, text="A need fits.", url="/x/", letter=LETTER)

    with pytest.raises(IntegrityError, match="mail_sent_has_time"):
        Mail.objects.update(status="sent", sent_at=None)
