from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from civstart import schedules


class Command(BaseCommand):
    """The release step: safe to run again at any time."""

    help = "Bring the database up to date and write the schedules; with --demo fill an empty site."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true")

    def handle(self, *args: Any, demo: bool, **options: Any) -> None:
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        call_command("migrate", interactive=False, verbosity=0)
        schedules.write()
        if demo:
            call_command("demo", if_empty=True)
