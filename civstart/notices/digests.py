"""The daily e-mail: what people were told on their page and want to read together."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from civstart.accounts.models import User
from civstart.notices import telling
from civstart.notices.models import Mail, Notice

PAUSE = timedelta(hours=23)  # between two digests to a person; the clock looks every hour
MOST_TOLD = 50


def send_due() -> int:
    """Write the digests that are due and send them, with those that did not go out before.

    Return how many went out. Raise NotSent if any did not; it is tried again the next time.
    """
    waiting = Notice.objects.filter(waits_for_digest=True)
    for user in User.objects.filter(is_active=True, pk__in=waiting.values("user")):
        _write(user)
    sent, failures = 0, []
    for mail in Mail.objects.filter(is_digest=True).exclude(status=Mail.Status.SENT):
        try:
            telling.send(mail)
            sent += 1
        except telling.NotSent as error:
            failures.append(str(error))
    if failures:
        raise telling.NotSent(" ".join(failures))
    return sent


@transaction.atomic
def _write(user: User) -> None:
    """Store the person's digest, unless one was written within the day."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    since = timezone.now() - PAUSE
    if Mail.objects.filter(notice__user=user, is_digest=True, created_at__gt=since).exists():
        return
    waiting = Notice.objects.filter(user=user, waits_for_digest=True)
    notices = list(waiting.order_by("-created_at")[:MOST_TOLD])
    if not notices:
        return
    context = {"notices": notices, "user": user, "site": settings.SITE_URL}
    count = len(notices)
    Mail.objects.create(
        notice=notices[0],
        to=user.email,
        subject=notices[0].text[:200] if count == 1 else f"{count} answers on signals you follow",
        body=render_to_string("notices/mail/digest.txt", context),
        html=render_to_string("notices/mail/digest.html", context),
        is_digest=True,
    )
    Notice.objects.filter(pk__in=[one.pk for one in notices]).update(waits_for_digest=False)
