"""Print the signals of transcript files, without storing anything."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

from signals.extraction.contract import Extractor, Setting
from signals.extraction.hearing import heard_in
from signals.extraction.measuring import as_row
from signals.extraction.verify import fault
from signals.reading import UnreadableTranscript, read


class Command(BaseCommand):
    help = "Print the signals found in transcript files; nothing is stored."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--jsonl", action="store_true", help="one JSON object a line")
        parser.add_argument(
            "--all", action="store_true", help="also what ranks below the extractor's bar"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        extractor: Extractor = import_string(settings.EXTRACTOR)()
        failed = [path for path in options["files"] if not self._show(path, extractor, options)]
        if failed:
            raise CommandError(f"{len(failed)} of {len(options['files'])} files could not be read.")

    def _show(self, path: Path, extractor: Extractor, options: dict[str, Any]) -> bool:
        """Print the signals of one file; return False, having said why, if it cannot be read."""
        try:
            reading = read(path.read_bytes(), path.name)
        except (OSError, UnreadableTranscript) as trouble:
            self.stderr.write(str(trouble))
            return False
        heard = heard_in(reading)
        dropped = 0
        for found in extractor.extract(heard, Setting(held_on=reading.held_on)):
            if found.confidence < extractor.bar and not options["all"]:
                continue
            if fault(found, heard):
                dropped += 1
                continue
            row = as_row(found, heard, path.name)
            self.stdout.write(
                json.dumps(row, ensure_ascii=False) if options["jsonl"] else _line(row)
            )
        if dropped:
            self.stderr.write(f"{path.name}: {dropped} faulty signals were dropped.")
        return True


def _line(row: dict[str, Any]) -> str:
    minutes, seconds = divmod(int(row["start_seconds"]), 60)
    place = f"{row['file']} {minutes:>3}:{seconds:02}"
    return f"{place} {row['confidence']:.2f} {row['kind']:<11} {row['title']}"
