import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from civstart.lib.errors import CivStartError
from civstart.places.models import Jurisdiction
from signals import documents, finding, ingest
from signals.ingest import Sitting
from signals.models import Transcript
from signals.reading.documents import is_document, read_document


class Command(BaseCommand):
    help = "Read transcripts and store meetings, segments and signals for review; PDF and Word too."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--jurisdiction", required=True, help='As "Huntsville, AL", or an Open Civic Data id.'
        )
        parser.add_argument("--body", default="", help="As City Council.")
        parser.add_argument("--date", default="", help="When it was held, as 2026-06-11.")
        parser.add_argument("--title", default="", help="The meeting's title.")
        parser.add_argument("--video-url", default="", help="The recording's page.")
        parser.add_argument(
            "--encoding", default=None, help="Of the files, if not UTF-8: latin-1, cp1252."
        )
        parser.add_argument(
            "--allow-gaps", action="store_true", help="The meeting was adjourned for hours."
        )

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        place = options["jurisdiction"]
        sitting = Sitting(
            jurisdiction=Jurisdiction.objects.select_related("region").named(place),
            body=options["body"],
            held_on=ingest.day(options["date"]),
            title=options["title"],
            video_url=options["video_url"],
        )
        failed = [path for path in files if not self._one(path, sitting, options)]
        if failed:
            self.stderr.write(
                f"{len(failed)} of {len(files)} files were not taken in; why is said above."
            )
            sys.exit(1)

    def _one(self, path: Path, sitting: Sitting, options: dict[str, Any]) -> bool:
        try:
            raw = ingest.contents(path)
            if is_document(raw):
                return self._document(raw, path.name, sitting)
            stored = ingest.file(
                path, sitting, encoding=options["encoding"], allow_gaps=options["allow_gaps"]
            )
        except CivStartError as error:
            self.stderr.write(self.style.ERROR(str(error)))
            return False
        text = stored.transcript
        if finding.is_read(text):
            self.stdout.write(
                f"{text.file_name}: stored before as version {text.version}. Nothing changed."
            )
            return True
        try:
            outcome = self._extract(text)
        except CivStartError as error:
            self.stderr.write(self.style.ERROR(f"{path}: stored, but not searched: {error}"))
            self.stderr.write("Bring the file again to have it searched for signals.")
            return False
        self._report(stored, outcome)
        return True

    def _document(self, raw: bytes, name: str, sitting: Sitting) -> bool:
        reading = read_document(raw, name)
        stored = documents.store(raw, name, reading, sitting)
        document = stored.document
        said = f"{len(document.pages)} pages" if stored.is_new else "stored before. Nothing changed"
        self.stdout.write(self.style.SUCCESS(name))
        self.stdout.write(f"  {document.kind:10} of {document.meeting}: {said}.")
        return True

    def _extract(self, transcript: Transcript) -> finding.Outcome:
        with tqdm(
            total=100,
            desc=transcript.file_name,
            unit="%",
            leave=False,
            disable=not sys.stderr.isatty(),
        ) as bar:

            def show(share: float) -> None:
                bar.update(int(share * 100) - bar.n)

            return finding.signals_of(transcript, progress=show)

    def _report(self, stored: ingest.Stored, outcome: finding.Outcome) -> None:
        report = stored.transcript.report
        rows = [
            ("format", f"{report['format']}, times in {report['time_unit']}"),
            ("meeting", f"{stored.transcript.meeting}, version {stored.transcript.version}"),
            (
                "cues read",
                f"{report['cues_read']:,} into {stored.transcript.segments.count():,} segments",
            ),
            ("dropped", counted(report["dropped"])),
            ("repaired", counted(report["repaired"])),
            ("seen", counted(report["seen"])),
            ("quality", graded(stored.transcript)),
            *_anchors(report.get("anchors", {})),
            ("signals", self._signals(outcome)),
            *(
                (("stopped", f"{outcome.stopped} Read on with: manage.py read_on"),)
                if outcome.stopped
                else ()
            ),
            *(("note", note) for note in report["notes"]),
        ]
        self.stdout.write(self.style.SUCCESS(stored.transcript.file_name))
        for name, value in rows:
            self.stdout.write(f"  {name:10} {value}")

    def _signals(self, outcome: finding.Outcome) -> str:
        known = f", {outcome.known_count} heard before" if outcome.known_count else ""
        dropped = (
            f", {outcome.dropped.total()} not borne out by the text" if outcome.dropped else ""
        )
        return f"{len(outcome.signals)} found{known}{dropped}"


def _anchors(counts: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Yield what became of the quotes of signals known before, if there were any."""
    words = (("exact", "stand"), ("fuzzy", "corrected"), ("lost", "no longer occur"))
    said = [f"{counts[anchor]} {became}" for anchor, became in words if counts.get(anchor)]
    if said:
        yield "quotes", ", ".join(said)


def graded(transcript: Transcript) -> str:
    """Return the quality and its parts: 84 of 100 (cues kept 20/20, ...)."""
    parts = ", ".join(
        f"{part['name'].lower()} {part['points']}/{part['most']}"
        for part in transcript.quality_parts
    )
    return f"{transcript.quality} of 100 ({parts})"


def counted(counts: dict[str, int]) -> str:
    """Return counts by reason as words: 3 zero-length cue, 1 empty cue."""
    return ", ".join(f"{count:,} {reason}" for reason, count in counts.items()) or "nothing"
