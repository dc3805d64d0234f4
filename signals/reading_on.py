"""Reading on where a reading was stopped, as by its budget."""

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from civstart.accounts.models import User
from civstart.events import outbox
from civstart.events.models import Delivery
from civstart.lib.errors import CivStartError
from signals import finding, uploads
from signals.models import ExtractionRun, Transcript, Upload


class NothingToRead(CivStartError):
    """The transcript was read to its end, or somebody asked before."""


def stopped() -> QuerySet[Transcript]:
    """Return the transcripts whose last reading stopped before their end."""
    runs = ExtractionRun.objects.filter(transcript=OuterRef("pk"), finished_at__isnull=False)
    return Transcript.objects.filter(
        Exists(runs.exclude(stopped="")), ~Exists(runs.filter(stopped=""))
    ).select_related("meeting__body__jurisdiction__region")


@transaction.atomic
def ask(transcript: Transcript, *, by: User) -> None:
    """Have a worker read on. Raise NothingToRead if nothing is left, or somebody asked before."""
    # Two who ask at once must see each other: the rest is paid for once.
    Transcript.objects.select_for_update(no_key=True).get(pk=transcript.pk)
    if finding.stopped_run(transcript) is None:
        raise NothingToRead(f"{transcript} was read to its end. Nothing was changed.")
    asked = Delivery.objects.filter(
        event__type="transcript.reading_asked",
        event__subject=f"transcript:{transcript.public_id}",
        status__in=(Delivery.Status.WAITING, Delivery.Status.RUNNING),
    )
    if asked.exists():
        raise NothingToRead(f"{transcript} is being read on already. Nothing was changed.")
    outbox.record("transcript.reading_asked", subject=transcript, by=by)


def read_on(transcript: Transcript) -> finding.Outcome:
    """Read the rest, as far as a new budget goes, and tell it where the file was brought.

    What was answered before is not asked again, and no signal is stored twice.
    """
    outcome = finding.signals_of(transcript)
    for upload in Upload.objects.filter(transcript=transcript, status=Upload.Status.READ):
        upload.report["stopped"] = outcome.stopped
        upload.signal_count = uploads.signal_count(transcript)
        upload.save(update_fields=["report", "signal_count"])
        outbox.record("upload.finished", subject=upload, data={"status": upload.status})
    return outcome
