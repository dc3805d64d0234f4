"""Measure quality against labels."""

import argparse
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Score extraction or matching against labels, and print the figures as JSON."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("what", choices=["extraction", "matching"])
        parser.add_argument("--keep", action="store_true", help="Show it on the evaluation page.")
        parser.add_argument(
            "--judgements",
            action="store_true",
            help="Matching, on this site's own directory, by what staff judged.",
        )

    def handle(self, *args: Any, what: str, judgements: bool, **options: Any) -> None:
        if judgements and what != "matching":
            raise CommandError(
                f"--judgements are of matching, and this is {what}. Leave out --judgements, or "
                "evaluate matching."
            )
        how = {"judgements": True} if judgements else {}
        call_command(f"evaluate_{what}", keep=options["keep"], stdout=self.stdout, **how)
