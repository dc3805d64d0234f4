"""Follows: a place, a thread or a category of which a person wants to hear."""

from django.db import transaction
from django.utils import timezone

from civstart.accounts.models import User
from civstart.places.models import Jurisdiction
from signals.models import Follow, Tell, Thread
from signals.models.searches import newest_of
from signals.saving import TooMany, alone
from signals.words import Category

MOST_FOLLOWED = 50


@transaction.atomic
def follow(
    what: Jurisdiction | Thread | str, *, by: User, tell: str = Tell.PAGE
) -> tuple[Follow, bool]:
    """Follow a place, a thread or a category (by its value); return it and whether it is new.

    Raise TooMany at 50.
    """
    alone(by)
    known = by.follows.filter(**_what(what)).first()
    if known:
        return known, False
    count = by.follows.count()
    if count >= MOST_FOLLOWED:
        raise TooMany(
            f"You follow {count} places, threads and categories, and {MOST_FOLLOWED} is the most. "
            "Stop following one, then follow this one."
        )
    return Follow.objects.create(user=by, tell=Tell(tell), **_what(what)), True


def unfollow(what: Jurisdiction | Thread | str, *, by: User) -> None:
    by.follows.filter(**_what(what)).delete()


def follows(what: Jurisdiction | Thread | str, *, user: User) -> bool:
    return user.follows.filter(**_what(what)).exists()


def _what(what: Jurisdiction | Thread | str) -> dict[str, object]:
    if isinstance(what, Jurisdiction):
        return {"jurisdiction": what}
    return {"thread": what} if isinstance(what, Thread) else {"category": what}


def tell(what: Jurisdiction | Thread | str, *, by: User, how: str) -> None:
    """Change how the person is told of what they follow. Nothing is told twice by it."""
    by.follows.filter(**_what(what)).exclude(tell=how).update(
        tell=Tell(how), told_until=timezone.now()
    )


def named(what: Jurisdiction | Thread | str) -> str:
    """Return what it is called on pages. One query for a thread."""
    if isinstance(what, Thread):
        newest = newest_of(what)
        return f"“{newest.shown_title}”" if newest else "this need"
    return str(what) if isinstance(what, Jurisdiction) else str(Category(what).label)
