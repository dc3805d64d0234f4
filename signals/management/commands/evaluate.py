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
        parser.add_argument(
            "--rerank",
            action="store_true",
            help="Matching, with the best graded by the re-ranker, which may cost.",
        )

    def handle(self, *args: Any, what: str, keep: bool, **options: Any) -> None:
        how = {name: True for name in ("judgements", "rerank") if options[name]}
        if how and what != "matching":
            name = next(iter(how))
            raise CommandError(
                f"--{name} is of matching, and this is {what}. Leave out --{name}, or evaluate "
                "matching."
            )
        call_command(f"evaluate_{what}", keep=keep, stdout=self.stdout, stderr=self.stderr, **how)
