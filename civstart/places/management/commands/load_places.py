from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from civstart.places import loading


class Command(BaseCommand):
    help = "Load jurisdictions from an Open Civic Data list of US places (CSV with id and name)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        self.stdout.write(f"{loading.file(file):,} new jurisdictions from {file}.")
