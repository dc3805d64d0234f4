"""The e-mails of a match, from the approval to the mail server."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from civstart.events import outbox
from civstart.events.models import Delivery
from civstart.notices import reactions, telling
from civstart.notices.models import Mail
from signals import review
from startups.models import Startup
from tests import make
from tests.civstart.notices import mail_server

REFUSING = "tests.civstart.notices.mail_server.Refusing"


@pytest.fixture
def approved(sam, rita):
    """A signal that Rita's startup answers, just approved."""
    signal = make.signal()
    review.approve(signal, by=sam)
    return signal


@pytest.fixture
def lou(rita):
    """Works at Leakwise too."""
    lou = make.user("Lou Listener")
    make.membership(Startup.objects.get(), lou)
    return lou


def mailing():
    return Delivery.objects.get(reaction="civstart.notices.reactions.mail_notices")


def unwrapped(text):
    return " ".join(text.split())


def test_a_match_is_mailed_as_text_and_as_html(approved, rita, react, mailoutbox):
    react()

    (mail,) = mailoutbox
    assert mail.to == [rita.email]
    assert approved.title in mail.subject
    assert make.QUOTE in unwrapped(mail.body)
    assert mail.alternatives[0].mimetype == "text/html"
    assert make.QUOTE in unwrapped(mail.alternatives[0].content)
    assert f"/signals/{approved.public_id}/" in mail.body


def test_the_text_is_plain_and_the_html_is_escaped(sam, rita, react, mailoutbox):
    review.approve(make.signal("Leaks in the water mains & O'Neill's <meters>"), by=sam)

    react()

    (mail,) = mailoutbox
    assert "mains & O'Neill's <meters>" in unwrapped(mail.body)
    assert "mains &amp; O&#x27;Neill&#x27;s &lt;meters&gt;" in unwrapped(
        mail.alternatives[0].content
    )
    assert mail.subject.endswith("mains & O'Neill's <meters>")


def test_a_mail_that_went_out_is_noted_with_its_time(approved, react, mailoutbox):
    react()

    mail = Mail.objects.get()
    assert mail.status == "sent"
    assert timezone.now() - mail.sent_at < timedelta(minutes=1)


def test_every_member_gets_a_mail_of_their_own(approved, rita, lou, react, mailoutbox):
    react()

    assert sorted(mail.to for mail in mailoutbox) == sorted([[rita.email], [lou.email]])


def test_who_was_locked_out_gets_none(approved, lou, react, mailoutbox, rita):
    lou.is_active = False
    lou.save()

    react()

    assert [mail.to for mail in mailoutbox] == [[rita.email]]


def test_running_the_reaction_again_sends_nothing_again(approved, react, mailoutbox):
    react()

    reactions.mail_notices(mailing().event)

    assert len(mailoutbox) == 1


def test_a_mail_another_process_has_sent_meanwhile_is_not_sent_again(approved, react, mailoutbox):
    react()
    seen_before = Mail.objects.get()
    seen_before.status = "waiting"

    telling.send(seen_before)

    assert len(mailoutbox) == 1


def test_a_mail_that_may_have_gone_out_twice_can_be_told_by_its_id(approved, react, mailoutbox):
    react()
    Mail.objects.update(status="sending", sent_at=None)  # the process died before it noted it

    reactions.mail_notices(mailing().event)

    first, second = (mail.message()["Message-ID"] for mail in mailoutbox)
    assert first == second == f"<{Mail.objects.get().notice.public_id}@localhost>"


def test_a_mail_server_that_refuses_keeps_the_mail_waiting(approved, rita, react, settings):
    settings.EMAIL_BACKEND = REFUSING

    react()

    assert Mail.objects.get().status == "waiting"
    delivery = mailing()
    assert (delivery.status, delivery.attempts) == ("waiting", 1)
    assert (
        f"The e-mail to {rita.email} did not go out: (451, b'Come back later'). It is tried again."
        in delivery.last_error
    )


def test_it_goes_out_once_the_mail_server_answers_again(approved, react, settings, mailoutbox):
    well, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, REFUSING
    react()
    settings.EMAIL_BACKEND = well

    with time_machine.travel(timezone.now() + timedelta(seconds=10)):
        outbox.sweep()

    assert len(mailoutbox) == 1
    assert Mail.objects.get().status == "sent"
    assert (mailing().status, mailing().attempts) == ("done", 2)


def test_one_address_that_is_refused_does_not_hold_up_the_others(
    approved, rita, lou, react, settings
):
    settings.EMAIL_BACKEND = REFUSING
    mail_server.refused = {rita.email}

    react()

    assert Mail.objects.get(to=lou.email).status == "sent"
    assert Mail.objects.get(to=rita.email).status == "waiting"
    assert mailing().status == "waiting"
