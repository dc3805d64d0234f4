"""Who makes a request."""

from django.http import HttpRequest
from rest_framework.request import Request

from civstart.accounts.models import User


def person(request: HttpRequest | Request) -> User:
    """Return who makes the request.

    Pages and API are closed to everybody else before this is asked.
    """
    assert isinstance(request.user, User)
    return request.user
