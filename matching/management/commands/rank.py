"""Rank startups of a file for needs of a file, as the site would."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from civstart.lib.errors import CivStartError
from matching import fitting, measuring, reranking, spending


class Command(BaseCommand):
    help = "Rank the startups of a file for the needs of a file. The site's own rows stay apart."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--needs", type=Path, required=True, help="id, title, summary, quote")
        parser.add_argument(
            "--startups", type=Path, required=True, help="slug, name, one_liner, description, tags"
        )
        parser.add_argument("--jsonl", action="store_true", help="One JSON object a line.")
        parser.add_argument(
            "--rerank",
            action="store_true",
            help="Have the best graded by the re-ranker of the settings, which may cost.",
        )

    def handle(self, *args: Any, jsonl: bool, rerank: bool, **options: Any) -> None:
        since = timezone.now()
        try:
            reranker = reranking.asked() if rerank else None
            rankings, policy = measuring.rank(
                options["needs"], options["startups"], reranker=reranker
            )
        except CivStartError as error:
            raise CommandError(str(error)) from error
        finally:
            if spent := spending.since(since):
                self.stderr.write(spent)
        rows = [one.row(policy, fitting.stored()) for one in rankings]
        for row in rows:
            self.stdout.write(json.dumps(row) if jsonl else _in_words(row))
        if used := reranking.chosen():
            self.stderr.write(_graded(rows, used.name, asked=rerank))


def _graded(rows: list[dict[str, Any]], name: str, *, asked: bool) -> str:
    """Return how many needs were graded, and why others were not."""
    if not asked:
        return f"{name} grades startups on this site, and was not asked. With --rerank it is."
    failures = [row["reread"]["failure"] for row in rows if row.get("reread", {}).get("failure")]
    count = sum(bool(row.get("reread", {}).get("grades")) for row in rows)
    why = f" First of what it could not: {failures[0]}" if failures else ""
    return f"{name} graded {count} of {len(rows)} needs.{why}"


def _in_words(row: dict[str, Any]) -> str:
    if row["abstain"]:
        return f"{row['id']}: no startup fits. {row['why']}"
    best = ", ".join(f"{one['slug']} ({one['score']:g})" for one in row["ranking"][:3])
    return f"{row['id']}: {best}"
