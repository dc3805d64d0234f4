"""Rank startups of a file for needs of a file, as the site would."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching import fitting, measuring
from matching.contract import EmbedderUnavailable
from matching.examples import BadExample


class Command(BaseCommand):
    help = "Rank the startups of a file for the needs of a file. The site's own rows stay apart."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--needs", type=Path, required=True, help="id, title, summary, quote")
        parser.add_argument(
            "--startups", type=Path, required=True, help="slug, name, one_liner, description, tags"
        )
        parser.add_argument("--jsonl", action="store_true", help="One JSON object a line.")

    def handle(self, *args: Any, needs: Path, startups: Path, jsonl: bool, **options: Any) -> None:
        try:
            rankings, policy = measuring.rank(needs, startups)
        except (BadExample, EmbedderUnavailable) as error:
            raise CommandError(str(error)) from error
        for one in rankings:
            row = one.row(policy, fitting.stored())
            self.stdout.write(json.dumps(row) if jsonl else _in_words(row))


def _in_words(row: dict[str, Any]) -> str:
    if row["abstain"]:
        return f"{row['id']}: no startup fits. {row['why']}"
    best = ", ".join(f"{one['slug']} ({one['score']:g})" for one in row["ranking"][:3])
    return f"{row['id']}: {best}"
