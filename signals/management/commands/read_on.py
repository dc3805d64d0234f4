from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from civstart.lib.errors import CivStartError
from signals import finding, reading_on
from signals.models import Transcript


class Command(BaseCommand):
    help = "Read on where the reading of a transcript was stopped, as by its budget."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "transcripts", nargs="*", metavar="ID", help="Public ids. None: all that were stopped."
        )
        parser.add_argument("--list", action="store_true", help="Only say which were stopped.")

    def handle(self, *args: Any, transcripts: list[str], **options: Any) -> None:
        rows = list(reading_on.stopped().order_by("pk"))
        if transcripts:
            known = {str(row.public_id): row for row in rows}
            unknown = [one for one in transcripts if one not in known]
            if unknown:
                raise CommandError(
                    f"No reading was stopped of {', '.join(unknown)}. "
                    "See which were with: manage.py read_on --list"
                )
            rows = [known[one] for one in transcripts]
        if not rows:
            self.stdout.write("Every transcript was read to its end.")
        failed = [row for row in rows if not self._one(row, only_said=options["list"])]
        if failed:
            raise CommandError(f"{len(failed)} of {len(rows)} transcripts could not be read on.")

    def _one(self, transcript: Transcript, *, only_said: bool) -> bool:
        run = finding.stopped_run(transcript)
        if only_said or run is None:
            said = run.stop_words if run else "Read to its end."
            self.stdout.write(f"{transcript.public_id}  {transcript.file_name}: {said}")
            return True
        try:
            outcome = reading_on.read_on(transcript)
        except CivStartError as error:
            self.stderr.write(self.style.ERROR(f"{transcript.file_name}: {error}"))
            return False
        said = outcome.stopped or "Read to its end."
        self.stdout.write(f"{transcript.file_name}: {len(outcome.signals)} more found. {said}")
        return True
