"""Finding the signals of a stored transcript with the extractor that settings name."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from civstart.events import outbox
from signals import history, redaction, stages, threads, withholding
from signals.extraction import verify
from signals.extraction.contract import Extractor, Found, Heard, Setting
from signals.models import Evidence, ExtractionRun, Meeting, Segment, Signal, Transcript
from signals.words import SpeakerRole

# Two findings of one meeting are the same need when they lie this close and share this much.
SAME_NEED_SECONDS = 45
SAME_NEED_WORDS = 0.5


@dataclass(slots=True)
class Outcome:
    """What an extraction gave: the signals stored, how many were known, what was dropped."""

    signals: list[Signal] = field(default_factory=list)
    known_count: int = 0
    dropped: Counter[str] = field(default_factory=Counter)


@cache
def extractor() -> Extractor:
    """Return the extractor of settings.EXTRACTOR, made once for the process."""
    made: Extractor = import_string(settings.EXTRACTOR)()
    return made


def signals_of(
    transcript: Transcript, *, progress: Callable[[float], None] | None = None
) -> Outcome:
    """Extract the transcript's signals; store those not known from the meeting yet, for review."""
    segments = list(transcript.segments.select_related("speaker").order_by("index"))
    started_at = timezone.now()
    reader = extractor()
    found = reader.extract(heard(segments), setting_of(transcript), progress=progress)
    return _store(transcript, segments, found, reader, started_at)


def is_read(transcript: Transcript) -> bool:
    """Whether an extraction of it was finished; one that was cut short is to be done again."""
    return transcript.runs.filter(finished_at__isnull=False).exists()


def heard(segments: Sequence[Segment]) -> list[Heard]:
    return [
        Heard(s.index, s.start_seconds, s.end_seconds, s.text, s.speaker.name if s.speaker else "")
        for s in segments
    ]


def setting_of(transcript: Transcript) -> Setting:
    meeting = transcript.meeting
    return Setting(
        jurisdiction=str(meeting.body.jurisdiction),
        body=meeting.body.name,
        held_on=meeting.held_on.isoformat() if meeting.held_on else "",
    )


@transaction.atomic
def _store(
    transcript: Transcript,
    segments: list[Segment],
    found: list[Found],
    reader: Extractor,
    started_at: datetime,
) -> Outcome:
    outcome = Outcome()
    # One at a time for a meeting: two texts read at once must not store a need twice.
    Meeting.objects.select_for_update(no_key=True).get(pk=transcript.meeting_id)
    run = ExtractionRun.objects.create(
        transcript=transcript,
        extractor=reader.name,
        extractor_version=reader.version,
        started_at=started_at,
    )
    known = list(transcript.meeting.signals.all())
    names = withholding.names_of(transcript.meeting)
    joiner = threads.Joiner(transcript.meeting.body.jurisdiction)
    texts = heard(segments)
    for candidate in found:
        reason = verify.fault(candidate, texts)
        if reason:
            outcome.dropped[reason] += 1
        elif any(_same_need(candidate, _quote(candidate, segments), other) for other in known):
            outcome.known_count += 1
        else:
            signal = _store_signal(run, candidate, segments, names, joiner)
            outcome.signals.append(signal)
    run.found_count = len(outcome.signals)
    run.known_count = outcome.known_count
    run.dropped = dict(outcome.dropped)
    run.finished_at = timezone.now()
    run.save(update_fields=["found_count", "known_count", "dropped", "finished_at"])
    return outcome


def _quote(found: Found, segments: Sequence[Segment]) -> str:
    return " ".join(segments[span.index].text[span.first : span.last] for span in found.spans)


def _same_need(found: Found, quote: str, known: Signal) -> bool:
    apart = max(found.start, known.start_seconds) - min(found.end, known.end_seconds)
    return apart <= SAME_NEED_SECONDS and _likeness(quote, known.heard) >= SAME_NEED_WORDS


def _likeness(a: str, b: str) -> float:
    """Return the Dice coefficient of the words of two texts, 0 to 1."""
    left, right = set(a.lower().split()), set(b.lower().split())
    return 2 * len(left & right) / max(1, len(left) + len(right))


def _store_signal(
    run: ExtractionRun,
    found: Found,
    segments: Sequence[Segment],
    names: withholding.Names,
    joiner: threads.Joiner,
) -> Signal:
    meeting = run.transcript.meeting
    signal = Signal(
        meeting=meeting,
        jurisdiction=meeting.body.jurisdiction,
        run=run,
        title=" ".join(found.title.split())[:200],
        summary=found.summary,
        kind=found.kind,
        category=found.category,
        strength=found.strength,
        confidence=found.confidence,
        amount=found.amount,
        timeframe=found.timeframe[:200],
        speaker_name=found.speaker[:120],
        speaker_role=_role(found, segments),
        start_seconds=found.start,
        end_seconds=found.end,
        heard=_quote(found, segments),
        stage=stages.of(_quote(found, segments), kind=found.kind),
    )
    signal.hidden = withholding.hidden_of(signal, names)
    signal.save()
    Evidence.objects.bulk_create(
        _evidence(signal, position, segments[span.index], span.first, span.last)
        for position, span in enumerate(found.spans)
    )
    outbox.record("signal.found", subject=signal, data={"confidence": found.confidence})
    joiner.attach(signal)
    history.write(signal, history.What.FOUND, after=history.state_of(signal))
    return signal


def _role(found: Found, segments: Sequence[Segment]) -> str:
    """Return who speaks: as staff said, else as the extractor heard, else as the meeting tells."""
    speaker = segments[found.spans[0].index].speaker
    is_known = found.speaker_role != SpeakerRole.UNKNOWN
    if speaker is None or (is_known and speaker.role_set_by_id is None):
        return found.speaker_role
    return speaker.role


def _evidence(signal: Signal, position: int, segment: Segment, first: int, last: int) -> Evidence:
    start, end = seconds_of(segment, first, last)
    return Evidence(
        signal=signal,
        segment=segment,
        position=position,
        first=first,
        last=last,
        quote=segment.text[first:last],
        start_seconds=start,
        end_seconds=end,
        hidden=redaction.within(segment.hidden, first, last),
    )


def seconds_of(segment: Segment, first: int, last: int) -> tuple[float, float]:
    """Return when text[first:last] was said, as if each letter took the same time."""
    length = segment.end_seconds - segment.start_seconds
    whole = max(1, len(segment.text))
    return (
        segment.start_seconds + length * first / whole,
        segment.start_seconds + length * last / whole,
    )
