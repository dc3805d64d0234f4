"""What runs by the clock. Written by `manage.py prepare`; nobody creates schedules by hand."""

from django.db import transaction
from django_q.models import Schedule

DAILY = (
    "civstart.accounts.tasks.clear_old_sessions",
    "matching.tasks.forget_old_differences",
)
EVERY_MINUTES = {
    "signals.tasks.poll_due_sources": 5,
    "signals.tasks.send_digests": 20,
    "civstart.notices.tasks.send_digests": 60,
    "matching.tasks.catch_up": 5,
    "matching.tasks.embed_signals": 60,
    "matching.tasks.fill_index": 5,
    "matching.tasks.keep_spans": 1,
    "matching.tasks.rematch": 5,
}


@transaction.atomic
def write() -> None:
    """Make the stored schedules those listed here."""
    Schedule.objects.exclude(func__in=(*DAILY, *EVERY_MINUTES)).delete()
    for func in DAILY:
        _write(func, {"schedule_type": Schedule.DAILY})
    for func, minutes in EVERY_MINUTES.items():
        _write(func, {"schedule_type": Schedule.MINUTES, "minutes": minutes})


def _write(func: str, rhythm: dict[str, object]) -> None:
    Schedule.objects.update_or_create(
        func=func, defaults={"name": func.rpartition(".")[2]} | rhythm
    )
