"""Makes and changes rows of the site under test, behind the back of its pages."""

import json
import sys
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from civstart.accounts.models import User
    from signals.models import Signal


def main(verb: str, *arguments: str) -> object:
    django.setup()
    verbs = (pending, several, approve, reopen, known, founder, reading, unreadable)
    return {one.__name__: one for one in verbs}[verb](*arguments)


def pending(title: str) -> str:
    """Store a signal that the demo's water startups fit; return its public id."""
    from tests import make

    sitting = make.meeting(title=f"Meeting on: {title}")
    return str(make.signal(title, at_meeting=sitting).public_id)


def several(*titles: str) -> list[str]:
    """Store a signal of each title, one behind the other in the queue."""
    return [pending(title) for title in titles]


def approve(public_id: str) -> None:
    from signals import review

    review.approve(_signal(public_id), by=_ana())


def reopen(public_id: str) -> None:
    from signals import review

    review.reopen(_signal(public_id), by=_ana())


def _signal(public_id: str) -> "Signal":
    from signals.models import Signal

    return Signal.objects.get(public_id=public_id)


def _ana() -> "User":
    from civstart.accounts.models import User

    return User.objects.get(email="ana.ruiz@civstart.example")


def known() -> dict[str, str]:
    """Make what pages are looked at with; return public ids.

    `matched` is a signal Dana's startup was told of, with its `place` and `meeting`; `pending` one
    that waits.
    """
    from matching.demo import loading

    matched = pending("Listen to the mains at night")
    approve(matched)
    loading.run_reactions()
    from signals.models import Signal

    signal = Signal.objects.select_related("meeting", "jurisdiction").get(public_id=matched)
    return {
        "matched": matched,
        "pending": pending("Listen to the mains by day"),
        "place": str(signal.jurisdiction.public_id),
        "meeting": str(signal.meeting.public_id),
    }


def reading(file_name: str, step: str, progress: str) -> None:
    """Have a file be read as far as that, as a worker would note it."""
    from civstart.events import outbox
    from signals.models import Upload
    from tests import make

    upload = Upload.objects.filter(file_name=file_name).first() or make.upload(file_name)
    Upload.objects.filter(pk=upload.pk).update(
        status=Upload.Status.READING, step=step, progress=int(progress)
    )
    outbox.record("upload.advanced", subject=upload, data={"step": step})


def unreadable(file_name: str) -> None:
    """Have a worker read the file, which is no transcript."""
    from signals import uploads
    from signals.models import Upload

    upload = Upload.objects.get(file_name=file_name)
    uploads.read_one(upload.public_id)


def founder() -> str:
    """Return the address of somebody whose startup was matched; Dana's, if hers was."""
    from startups.models import Membership

    told = Membership.objects.filter(startup__matches__isnull=False)
    return told.order_by("pk").first().user.email  # type: ignore[union-attr]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:])))
