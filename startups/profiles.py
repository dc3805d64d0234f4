"""Changes to a startup's profile."""

from django.db import transaction

from civstart.accounts.models import User
from civstart.events import outbox
from startups import membership
from startups.models import Startup


@transaction.atomic
def changed(startup: Startup, *, by: User | None, is_new: bool = False) -> None:
    """Note that the profile or a part of it was saved, so that it is matched by its new words."""
    startup.save(update_fields=["updated_at"])
    outbox.record(
        "startup.created" if is_new else "startup.updated",
        subject=startup,
        by=by,
        audience=[membership.group(startup.public_id)],
    )


@transaction.atomic
def delete(startup: Startup, *, by: User | None) -> None:
    """Delete the startup and all that belongs to it, also what other places keep of it."""
    outbox.record("startup.deleted", subject=startup, by=by, data={"id": startup.pk})
    startup.delete()
