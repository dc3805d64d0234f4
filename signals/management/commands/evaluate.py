"""Measure quality against labelled examples."""

import argparse
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Measure quality against labelled examples: evaluate extraction, or matching."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("what", choices=["extraction", "matching"])

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        call_command(f"evaluate_{what}")
