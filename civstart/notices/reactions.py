"""What notices do when something happened."""

from datetime import timedelta

from django.conf import settings

from civstart.events.models import Event
from civstart.events.outbox import reaction
from civstart.notices import telling
from civstart.notices.models import Mail


def mail_hold() -> timedelta:
    """How long an e-mail waits, so that the decision it follows from can still be undone."""
    return timedelta(minutes=settings.MAIL_HOLD_MINUTES)


@reaction("match.suggested", in_transaction=False, held=mail_hold)
def mail_notices(event: Event) -> None:
    """Send the e-mails that follow from a decision, once it cannot be undone any more."""
    _mail(event)


@reaction("question.answered", "question.corrected", "digest.made", in_transaction=False)
def mail_at_once(event: Event) -> None:
    """Send the e-mails of what no decision takes back."""
    _mail(event)


def _mail(event: Event) -> None:
    """Send the e-mails of the notices this event gave rise to, each whatever becomes of the others.

    Raise NotSent if any did not go out.
    """
    failures = []
    for mail in (
        Mail.objects.filter(notice__event=event, is_digest=False)
        .exclude(status__in=(Mail.Status.SENT, Mail.Status.WITHDRAWN))
        .select_related("notice")
    ):
        try:
            telling.send(mail)
        except telling.NotSent as error:
            failures.append(str(error))
    if failures:
        raise telling.NotSent(" ".join(failures))
