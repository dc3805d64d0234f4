import sys
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from signals import refreshing


class Command(BaseCommand):
    help = (
        "Tell stage, kind of amount, days, thread and withheld words of stored signals anew, after "
        "an upgrade changed how they are told. What staff set by hand stays. It may be stopped and "
        "run again; nobody is told of the changes."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only say what would change.")
        parser.add_argument(
            "--all", action="store_true", help="Also signals told by the rules of today."
        )
        parser.add_argument(
            "--after", type=int, default=0, metavar="ROW", help="Begin behind this row, with --all."
        )
        parser.add_argument("--batch", type=int, default=refreshing.BATCH, metavar="COUNT")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["batch"] < 1:
            raise CommandError(f"--batch is {options['batch']}; name 1 or more.")
        chosen = {"everything": options["all"], "after": options["after"]}
        changed: Counter[str] = Counter()
        count = 0
        with tqdm(
            total=refreshing.outdated(**chosen).count(),
            unit=" signals",
            leave=False,
            disable=not sys.stderr.isatty(),
        ) as bar:
            for done in refreshing.refresh(
                **chosen, batch=options["batch"], dry_run=options["dry_run"]
            ):
                count += done.count
                changed += done.changed
                bar.update(done.count)
                if options["verbosity"] > 1:
                    self.stdout.write(f"Done up to row {done.last}.")
        self.stdout.write(said(count, changed, dry_run=options["dry_run"]))


def said(count: int, changed: Counter[str], *, dry_run: bool) -> str:
    """Return what became of the signals: "12 signals looked at: 3 changed in stage."."""
    verb = "would change" if dry_run else "changed"
    parts = [f"{number} {verb} in {what}" for what, number in changed.most_common()]
    return f"{count} signals looked at: {', '.join(parts) or f'none {verb}'}."
