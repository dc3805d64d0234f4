"""What notices do when something happened."""

from civstart.events.models import Event
from civstart.events.outbox import reaction
from civstart.notices import telling
from civstart.notices.models import Mail


@reaction("match.suggested", "question.answered", "digest.made", in_transaction=False)
def mail_notices(event: Event) -> None:
    """Send the e-mails of the notices this event gave rise to, each whatever becomes of the others.

    Raise NotSent if any did not go out.
    """
    failures = []
    for mail in (
        Mail.objects.filter(notice__event=event, is_digest=False)
        .exclude(status=Mail.Status.SENT)
        .select_related("notice")
    ):
        try:
            telling.send(mail)
        except telling.NotSent as error:
            failures.append(str(error))
    if failures:
        raise telling.NotSent(" ".join(failures))
