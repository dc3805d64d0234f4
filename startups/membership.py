"""Who belongs to which startup, and what that opens."""

from collections.abc import Iterable

from django.http import HttpRequest

from civstart.accounts.models import User
from startups.models import Membership, Startup


def groups_of(user: User) -> list[str]:
    """Return the live groups of the startups the person belongs to."""
    return [group(public_id) for public_id in user.startups.values_list("public_id", flat=True)]


def group(public_id: object) -> str:
    return f"startup.{public_id}"


def active_members(startups: Iterable[Startup]) -> dict[int, list[User]]:
    """Return those who belong to each startup, by its key, and may sign in. One query."""
    rows = Membership.objects.filter(startup__in=startups, user__is_active=True)
    found: dict[int, list[User]] = {}
    for one in rows.select_related("user").order_by("pk"):
        found.setdefault(one.startup_id, []).append(one.user)
    return found


def startup_of(request: HttpRequest, *, with_profile: bool = False) -> Startup | None:
    """Return the startup whose pages the person sees: the first they joined, None for staff without
    one. with_profile: with all that its profile shows, five queries more.
    """
    if not isinstance(request.user, User):
        return None
    joined = request.user.startups.order_by("memberships__pk")
    return (joined.with_profile() if with_profile else joined).first()
