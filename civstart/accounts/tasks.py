"""Queue entry points."""

from django.core.management import call_command


def clear_old_sessions() -> None:
    call_command("clearsessions")
