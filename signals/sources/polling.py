"""Looking at sources: what is new is fetched and taken in to be read; failures make it rarer."""

import hashlib
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.tasks import async_task

from civstart.events import outbox
from civstart.lib.errors import CivStartError
from civstart.lib.outbound import Refused, Unavailable
from signals import uploads
from signals.ingest import Sitting
from signals.models import Source, SourceRun, Upload
from signals.reading import UnreadableTranscript
from signals.sources.contract import Item, Listing, Reader
from signals.uploads import Brought

MOST_FETCHED = 50  # in one run; the rest comes in the next, at once
MOST_SECONDS = 300  # of fetching in one run, half of what a worker may take
MOST_TRIES = 5  # for one file that cannot be fetched
DIED = "It was cut short: the process died or ran out of time."


def start_due() -> int:
    """Queue a poll of each source that is due; return how many."""
    due = list(Source.objects.due().order_by("due_at").values_list("pk", flat=True))
    for pk in due:
        async_task("signals.tasks.poll_source", pk, group="sources")
    return len(due)


def poll_now(sources: Iterable[Source]) -> int:
    """Queue a poll of the sources, due or not; return how many."""
    pks = [source.pk for source in sources]
    for pk in pks:
        async_task("signals.tasks.poll_source", pk, asked=True, group="sources")
    return len(pks)


def poll(source_id: int, *, asked: bool = False) -> SourceRun | None:
    """Look at the source and take in what is new. None if it is not due or another does so now.

    asked means that a person asked: then it is looked at whether it is due or not.
    """
    if not asked and not Source.objects.due().filter(pk=source_id).exists():
        return None
    source = Source.objects.claim(source_id)
    if source is None:
        return None
    # A run that never ended counts as a failure: its process died, or ran out of time.
    source.failures += SourceRun.objects.filter(source=source, finished_at=None).update(
        finished_at=timezone.now(), error=DIED
    )
    run = SourceRun.objects.create(source=source)
    wait, is_done = _look(source, run)
    _finish(source, run, wait, is_done=is_done)
    return run


def _look(source: Source, run: SourceRun) -> tuple[timedelta | None, bool]:
    """Fetch what is new; return the wait that was asked for and whether everything was taken."""
    try:
        found = reader(source)(source)
    except (CivStartError, OSError) as error:
        run.error = str(error)
        return error.wait if isinstance(error, Unavailable) else None, True
    run.looked_at_count = len(found.items)
    counts: Counter[str] = Counter()
    until = time.monotonic() + MOST_SECONDS
    is_done = True
    for place, (item, key, earlier) in enumerate(_fresh(source, found)):
        if place >= MOST_FETCHED or time.monotonic() > until:
            is_done = False
            break
        why = _take(source, item, key, earlier)
        counts["failed" if why else "new"] += 1
        run.error = run.error or why
    run.new_count, run.failed_count = counts["new"], counts["failed"]
    if is_done and not counts["failed"]:
        source.memory = found.memory
    return None, is_done


def reader(source: Source) -> Reader:
    """Return what lists the files of the source."""
    made: Reader = import_string(settings.SOURCE_READERS[source.kind])
    return made


def _fresh(source: Source, found: Listing) -> Iterator[tuple[Item, str, Upload | None]]:
    """Yield the items not seen before, and those that failed a few times only, with their rows."""
    keys = {hashlib.sha256(item.key.encode()).hexdigest(): item for item in found.items}
    rows = Upload.objects.filter(source=source, source_key__in=keys).defer("content")
    seen = {row.source_key: row for row in rows}
    for key, item in keys.items():
        earlier = seen.get(key)
        if earlier is None or 0 < earlier.tries < MOST_TRIES:
            yield item, key, earlier


def _take(source: Source, item: Item, key: str, earlier: Upload | None) -> str:
    """Fetch one file and take it in; return why not, "" if it went well."""
    brought = Brought(item.name, b"", kind=item.kind, url=item.url[:2000])
    sitting = Sitting(jurisdiction=source.jurisdiction)
    try:
        sitting = _sitting(source, item)
        content = item.fetch()
    except (CivStartError, OSError) as error:
        tries = (earlier.tries if earlier else 0) + 1
        if isinstance(error, Refused | UnreadableTranscript):
            tries = MOST_TRIES
        uploads.not_fetched(source, key, brought, sitting, why=str(error), tries=tries)
        return str(error)
    brought = Brought(item.name, content, kind=item.kind, url=brought.url)
    return uploads.receive_from(source, key, brought, sitting, again=earlier).error


def _sitting(source: Source, item: Item) -> Sitting:
    return Sitting(
        jurisdiction=source.jurisdiction,
        body=item.body or source.body,
        held_on=item.held_on,
        title=item.title,
        video_url=item.video_url,
    )


@transaction.atomic
def _finish(source: Source, run: SourceRun, wait: timedelta | None, *, is_done: bool) -> None:
    """Write down how it went, and when to come again: later after each failure in a row."""
    now = timezone.now()
    run.finished_at = now
    run.save()
    whole_failed = bool(run.error) and run.new_count == 0
    failures = source.failures + 1 if whole_failed else 0
    pause = source.pause_after(failures) if is_done else timedelta()
    Source.objects.still_held(source).update(
        failures=failures,
        memory=source.memory,
        due_at=now + max(pause, wait or timedelta()),
        lease_ends_at=None,
    )
    outbox.record(
        "source.polled",
        subject=source,
        data={"new": run.new_count, "failed": run.failed_count, "error": run.error[:300]},
    )
