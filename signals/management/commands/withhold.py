from typing import Any

from django.core.management.base import BaseCommand

from signals import withholding
from signals.models import Meeting


class Command(BaseCommand):
    help = "Compute anew what is withheld of residents in all stored meetings."

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for meeting in Meeting.objects.order_by("pk"):
            withholding.refresh(meeting)
            count += 1
        self.stdout.write(f"Residents are withheld anew in {count} meetings.")
