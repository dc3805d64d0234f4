"""How many hours of meetings are read, stored and searched for signals in a second."""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import django

from tests import sites
from tests.bench.figures import Figure

REAL = sites.ROOT.parent / "shared" / "data" / "transcripts"
ROUNDS = 5  # of the demo's transcripts, which are short


@dataclass(slots=True)
class Times:
    """Hours of meetings, and the seconds each step over them took."""

    files: int = 0
    hours: float = 0
    storing: float = 0
    extracting: float = 0
    copying: float = 0
    embedding: float = 0
    signals: int = 0
    idle_mb: float = 0
    peak_mb: float = 0


def measure(site: sites.Site, *, quick: bool, say: Callable[[str], None]) -> list[Figure]:
    say("Ingest: the demo's transcripts")
    found = _figures("demo", _in_own_process(site, "demo", "1" if quick else str(ROUNDS)))
    if REAL.is_dir() and not quick:
        say(f"Ingest: the real transcripts in {REAL}")
        found += _figures("real", _in_own_process(site, "real", "1"))
    return found


def _in_own_process(site: sites.Site, which: str, rounds: str) -> Times:
    """Return the times of a process that does nothing else, so that its memory tells something."""
    return Times(**json.loads(site.python("-m", "tests.bench.ingest", which, rounds)))


def _figures(which: str, times: Times) -> list[Figure]:
    about = f"{which}, {times.hours:.1f} h in {times.files} files"
    unit = "hours of meeting/s"
    return [
        Figure(
            f"Read and store ({about})",
            times.hours / times.storing,
            unit,
            times.hours / times.copying,
            "by a bare COPY of the same segments",
        ),
        Figure(
            f"Extract ({which}, {times.signals} signals)",
            times.hours / times.extracting,
            unit,
            times.hours / times.embedding,
            "by only embedding each segment",
        ),
        Figure(
            f"Peak memory above the idle process ({which})",
            times.peak_mb - times.idle_mb,
            "MB",
            times.idle_mb,
            "MB idle",
        ),
    ]


def run(which: str, rounds: int) -> Times:
    """Ingest the transcripts as the command does, timing each step."""
    from matching.embedders import WordLlamaEmbedder
    from signals import finding

    times = Times(idle_mb=_resident_mb())
    # Loading the model takes a second, once for a process.
    finding.extractor()
    WordLlamaEmbedder().documents(["The model is loaded now."])
    for number in range(rounds):
        for path, sitting in _demo(number) if which == "demo" else _real():
            _ingest(path, sitting, times)
    times.peak_mb = _peak_mb()
    return times


def _ingest(path: Path, sitting: object, times: Times) -> None:
    from matching.embedders import WordLlamaEmbedder
    from signals import finding, ingest

    began = time.perf_counter()
    stored = ingest.file(path, sitting)  # type: ignore[arg-type]
    times.storing += time.perf_counter() - began
    began = time.perf_counter()
    outcome = finding.signals_of(stored.transcript)
    times.extracting += time.perf_counter() - began
    segments = list(
        stored.transcript.segments.values_list("index", "start_seconds", "end_seconds", "text")
    )
    times.copying += _copy(segments)
    began = time.perf_counter()
    WordLlamaEmbedder().documents([text for *_, text in segments])
    times.embedding += time.perf_counter() - began
    times.files += 1
    times.hours += stored.transcript.duration_seconds / 3600
    times.signals += len(outcome.signals)


def _copy(segments: list[tuple[int, float, float, str]]) -> float:
    """Return how long the segments take into a table without keys or constraints."""
    from django.db import connection, transaction

    began = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE bare (place int, begins float, ends float, words text)"
            " ON COMMIT DROP"
        )
        with cursor.copy("COPY bare FROM STDIN") as copy:
            for segment in segments:
                copy.write_row(segment)
    return time.perf_counter() - began


def _demo(number: int) -> Iterator[tuple[Path, object]]:
    from matching.demo import loading

    for row in loading.contents("meetings.json"):
        name = row["jurisdiction"].rpartition(",")[0]
        yield loading.FOLDER / row["file"], _sitting(f"{name} {number}", row["body"])


def _real() -> Iterator[tuple[Path, object]]:
    from signals.reading import UnreadableTranscript, read

    for path in sorted(REAL.iterdir()):
        try:
            read(path.read_bytes(), str(path))
        except UnreadableTranscript:
            continue  # some are there to be refused
        yield path, _sitting(path.name, "City Council")


def _sitting(place: str, body: str) -> object:
    """Return a sitting of a government of its own, so that no file is taken for known."""
    from civstart.places.models import Jurisdiction, Region
    from signals.ingest import Sitting

    slug = place.lower().replace(" ", "_")
    jurisdiction = Jurisdiction.objects.create(
        ocd_id=f"ocd-division/country:us/state:oh/place:bench_{slug}",
        name=f"Bench {place}",
        kind="city",
        region=Region.objects.get(code="OH"),
    )
    return Sitting(jurisdiction, body)


def _resident_mb() -> float:
    import psutil

    resident: int = psutil.Process().memory_info().rss
    return resident / 1e6


def _peak_mb() -> float:
    status = Path("/proc/self/status")
    if status.exists():  # getrusage would include what the parent process had at its fork
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(asdict(run(sys.argv[1], int(sys.argv[2])))))
