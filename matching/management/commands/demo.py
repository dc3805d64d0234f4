from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from matching.demo import loading


class Command(BaseCommand):
    help = "Load the demo, invented cities and startups, through the real pipeline. Once is enough."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="Only on a site without rows of its own."
        )

    def handle(self, *args: Any, if_empty: bool, **options: Any) -> None:
        if if_empty and not loading.is_due():
            return
        loading.load(say=self.stdout.write)
