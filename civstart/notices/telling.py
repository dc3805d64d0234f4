"""Telling people: on their page at once, and by e-mail."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from civstart.accounts.models import User
from civstart.events.models import Event
from civstart.lib.errors import CivStartError
from civstart.notices.models import Mail, Notice, NoticePreference

Rhythm = NoticePreference.Rhythm
LONGEST = 300  # characters of a notice


class NotSent(CivStartError):
    """The mail server did not take an e-mail."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What an e-mail says, as text and as HTML."""

    subject: str
    body: str
    html: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """What people are told because of an event, with the e-mail that goes out at once."""

    people: Sequence[User]
    because: Event
    text: str
    url: str
    letter: Letter


class Topic(StrEnum):
    """What a person may choose a rhythm for; the name of a field of NoticePreference."""

    ANSWERS = "answers"


def tell(
    people: Iterable[User],
    *,
    because: Event,
    text: str,
    url: str,
    letter: Letter | None = None,
    topic: Topic | None = None,
) -> int:
    """Store a notice for each person not yet told of this event, and its e-mail to be sent; return
    how many.

    Of a topic the e-mail comes as the person prefers: at once, with the next digest, or not at all.
    """
    everybody = list(people)
    rhythms = rhythms_of(everybody, topic)
    count = 0
    for person in everybody:
        rhythm = rhythms.get(person.pk, Rhythm.DAILY) if topic else Rhythm.NOW
        said = {
            "text": text[:LONGEST],
            "url": url,
            "waits_for_digest": letter is not None and rhythm == Rhythm.DAILY,
        }
        notice, created = Notice.objects.get_or_create(user=person, event=because, defaults=said)
        if created and letter and rhythm == Rhythm.NOW:
            _mail(notice, letter).save(force_insert=True)
        count += created
    return count


def tell_all(news: Sequence[News]) -> int:
    """Store notices of events that were recorded just now, of which nobody can have been told yet,
    and their e-mails to be sent; return how many. Two queries.
    """
    told = [(Notice(user=who, event=one.because, text=one.text[:LONGEST], url=one.url), one.letter)
            for one in news for who in one.people]  # fmt: skip
    Notice.objects.bulk_create(notice for notice, _ in told)
    Mail.objects.bulk_create(_mail(notice, letter) for notice, letter in told)
    return len(told)


def _mail(notice: Notice, letter: Letter) -> Mail:
    return Mail(
        notice=notice,
        to=notice.user.email,
        subject=" ".join(letter.subject.split())[:200],  # a header is one line
        body=letter.body,
        html=letter.html,
    )


def rhythms_of(people: Iterable[User], topic: Topic | None) -> dict[int, str]:
    """Return the rhythm people chose, by their key; who chose none is not in it."""
    if topic is None:
        return {}
    chosen = NoticePreference.objects.filter(user__in=list(people))
    return dict(chosen.values_list("user", topic.value))


def send(mail: Mail) -> None:
    """Send the e-mail unless another process has. Raise NotSent if the mail server refuses.

    A crash while sending sends it again, with the same Message-ID.
    """
    took = (
        Mail.objects.filter(pk=mail.pk)
        .exclude(status__in=(Mail.Status.SENT, Mail.Status.WITHDRAWN))
        .update(status=Mail.Status.SENDING)
    )
    if not took:
        return
    try:
        _message(mail).send()
    except OSError as error:  # all of smtplib's errors are one
        Mail.objects.filter(pk=mail.pk).update(status=Mail.Status.WAITING)
        raise NotSent(
            f"The e-mail to {mail.to} did not go out: {error}. It is tried again."
        ) from error
    Mail.objects.filter(pk=mail.pk).update(status=Mail.Status.SENT, sent_at=timezone.now())


def withdraw(notices: Iterable[Notice]) -> int:
    """Stop the e-mails of these notices that are still waiting; return how many."""
    return Mail.objects.filter(notice__in=notices, status=Mail.Status.WAITING).update(
        status=Mail.Status.WITHDRAWN
    )


def _message(mail: Mail) -> EmailMultiAlternatives:
    domain = urlsplit(settings.SITE_URL).hostname
    message = EmailMultiAlternatives(
        mail.subject,
        mail.body,
        to=[mail.to],
        headers={"Message-ID": f"<{mail.notice.public_id}@{domain}>"},
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def mark_read(user: User) -> int:
    return Notice.objects.unread().filter(user=user).update(read_at=timezone.now())
