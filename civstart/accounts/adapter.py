"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """People are invited; nobody signs up by themselves."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "No account has this address and password. Check both.",
        "too_many_login_attempts": "Too many attempts. Wait a few minutes, then try again.",
        "account_inactive": "This account was closed. Ask staff to open it again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
