"""How programs prove who they are."""

from datetime import timedelta

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from civstart.accounts.models import ApiKey, User


class ApiKeyAuthentication(authentication.BaseAuthentication):
    """Reads `Authorization: Bearer civ_…`."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        key = (
            ApiKey.objects.live()
            .select_related("user")
            .filter(digest=ApiKey.digest_of(secret))
            .first()
        )
        if key is None or not key.user.is_active:
            raise exceptions.AuthenticationFailed(
                "This API key is unknown, revoked or expired. Ask staff for a new one."
            )
        note_use(key)
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def note_use(key: ApiKey) -> None:
    """Note that the key was used, at most once a minute."""
    minute_ago = timezone.now() - timedelta(minutes=1)
    if key.last_used_at is None or key.last_used_at < minute_ago:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=timezone.now())


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Names the key in the API's schema."""

    target_class = "civstart.accounts.api.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An API key, issued by staff."}
