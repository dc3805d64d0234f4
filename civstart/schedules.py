"""What runs by the clock. Written by `manage.py prepare`; nobody creates schedules by hand."""

from django.db import transaction
from django_q.models import Schedule

DAILY = ("civstart.accounts.tasks.clear_old_sessions",)


@transaction.atomic
def write() -> None:
    """Make the stored schedules those listed here."""
    Schedule.objects.exclude(func__in=DAILY).delete()
    for func in DAILY:
        Schedule.objects.update_or_create(
            func=func, defaults={"name": func.rpartition(".")[2], "schedule_type": Schedule.DAILY}
        )
