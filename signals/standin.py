"""The user who stands for the site where a decision needs a name."""

from civstart.accounts.models import User

EMAIL = "automatic@civstart.invalid"
NAME = "Automatic approval"


def user() -> User:
    """Return the user who stands for the site: nobody can sign in as them."""
    found, _ = User.objects.get_or_create(
        email=EMAIL,
        defaults={"name": NAME, "is_active": False, "is_staff": False, "password": "!"},
    )
    return found
