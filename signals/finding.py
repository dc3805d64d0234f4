"""Finding the signals of a stored transcript with the extractor that settings name."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from civstart.events import outbox
from signals import history, redaction, stages, threads, timing, withholding
from signals.extraction import verify
from signals.extraction.contract import (
    AGENDA_CHARACTERS,
    Extractor,
    Findings,
    Found,
    Heard,
    Setting,
    Span,
)
from signals.models import (
    DETAILS_VERSION,
    Evidence,
    ExtractionRun,
    Meeting,
    MeetingDocument,
    Segment,
    Signal,
    Transcript,
)
from signals.words import AmountKind, SpeakerRole

# Two findings of one meeting are the same need when they lie this close and share this much.
SAME_NEED_SECONDS = 45
SAME_NEED_WORDS = 0.5


@dataclass(slots=True)
class Outcome:
    """What an extraction gave: the signals stored, how many were known, what was dropped.

    stopped says how far it came and why no further, "" if it came to the end.
    """

    signals: list[Signal] = field(default_factory=list)
    known_count: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    stopped: str = ""


@cache
def extractor() -> Extractor:
    """Return the extractor of settings.EXTRACTOR, made once for the process."""
    made: Extractor = import_string(settings.EXTRACTOR)()
    return made


def signals_of(
    transcript: Transcript, *, progress: Callable[[float], None] | None = None
) -> Outcome:
    """Extract the transcript's signals; store those not known from the meeting yet, for review.

    An extraction that was stopped before is gone on with: the extractor is told the same of the
    meeting again, so what it was answered then holds, and it asks only for the rest.
    """
    segments = list(transcript.segments.select_related("speaker").order_by("index"))
    started_at = timezone.now()
    reader = extractor()
    before = stopped_run(transcript, reader.name)
    setting = Setting(**before.setting) if before else setting_of(transcript)
    found = reader.extract(heard(segments), setting, progress=progress)
    run = ExtractionRun(
        transcript=transcript,
        extractor=reader.name,
        extractor_version=reader.version,
        started_at=started_at,
        setting=asdict(setting),
    )
    if isinstance(found, Findings):
        run.stopped, run.share_read = found.stopped[:300], found.share
    return _store(run, segments, found)


def is_read(transcript: Transcript) -> bool:
    """Whether it was read to its end; what was cut short or stopped is to be gone on with."""
    return transcript.runs.filter(finished_at__isnull=False, stopped="").exists()


def stopped_run(transcript: Transcript, extractor: str = "") -> ExtractionRun | None:
    """Return the last run that stopped before the end; None if it was read to its end since."""
    runs = transcript.runs.filter(finished_at__isnull=False)
    rows = list(runs.filter(extractor=extractor) if extractor else runs)
    return rows[0] if rows and all(row.stopped for row in rows) else None


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
        agenda=agenda_of(meeting),
    )


def agenda_of(meeting: Meeting) -> str:
    """Return the newest agenda of the meeting as text, so much of it as an extractor is told."""
    agendas = meeting.documents.filter(kind=MeetingDocument.Kind.AGENDA)
    newest = agendas.order_by("-pk").first()
    lines = "\n".join(newest.pages).splitlines() if newest else []
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))[:AGENDA_CHARACTERS]


@transaction.atomic
def _store(run: ExtractionRun, segments: list[Segment], found: list[Found]) -> Outcome:
    transcript = run.transcript
    outcome = Outcome(stopped=run.stop_words)
    # One at a time for a meeting: two texts read at once must not store a need twice.
    Meeting.objects.select_for_update(no_key=True).get(pk=transcript.meeting_id)
    known = list(transcript.meeting.signals.all())
    quoted = _quoted_before(run) if known else []
    run.save()
    names = withholding.names_of(transcript.meeting)
    joiner = threads.Joiner(transcript.meeting.body.jurisdiction)
    texts = heard(segments)
    for candidate in found:
        reason = verify.fault(candidate, texts)
        if reason:
            outcome.dropped[reason] += 1
        elif _is_known(candidate, _quote(candidate, segments), known, quoted):
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


def _is_known(
    found: Found, quote: str, known: Sequence[Signal], quoted: Sequence[Sequence[Span]]
) -> bool:
    return any(_same_need(found, quote, other) for other in known) or any(
        _same_words(found, places) for places in quoted
    )


def _same_need(found: Found, quote: str, known: Signal) -> bool:
    apart = max(found.start, known.start_seconds) - min(found.end, known.end_seconds)
    return apart <= SAME_NEED_SECONDS and _likeness(quote, known.heard) >= SAME_NEED_WORDS


def _quoted_before(run: ExtractionRun) -> list[list[Span]]:
    """Return where the signals lie that the extractor found in the transcript before.

    Read in other parts, a need may be quoted a little longer or shorter than the first time.
    """
    pieces = (
        Evidence.objects.filter(
            segment__transcript=run.transcript_id, signal__run__extractor=run.extractor
        )
        .order_by("signal", "position")
        .values_list("signal", "segment__index", "first", "last")
    )
    quoted: dict[int, list[Span]] = {}
    for signal, index, first, last in pieces:
        quoted.setdefault(signal, []).append(Span(index, first, last))
    return list(quoted.values())


def _same_words(found: Found, places: Sequence[Span]) -> bool:
    """Whether the quotes share half of the shorter one."""
    shared = sum(
        max(0, min(one.last, other.last) - max(one.first, other.first))
        for one in found.spans
        for other in places
        if one.index == other.index
    )
    shorter = min(sum(one.last - one.first for one in spans) for spans in (found.spans, places))
    return shared >= SAME_NEED_WORDS * shorter


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
    signal = _signal_of(run, found, segments)
    timing.settle(signal)
    signal.hidden = withholding.hidden_of(signal, names)
    signal.save()
    pieces = _store_evidence(signal, found, segments)
    if redacted := withholding.redacted_of(signal, pieces):
        signal.redacted = redacted
        signal.save(update_fields=["redacted"])
    outbox.record("signal.found", subject=signal, data={"confidence": found.confidence})
    joiner.attach(signal)
    history.write(signal, history.What.FOUND, after=history.state_of(signal))
    return signal


def _signal_of(run: ExtractionRun, found: Found, segments: Sequence[Segment]) -> Signal:
    """Return the signal as it was found, not stored yet."""
    meeting = run.transcript.meeting
    return Signal(
        meeting=meeting,
        jurisdiction=meeting.body.jurisdiction,
        run=run,
        details_version=DETAILS_VERSION,
        title=" ".join(found.title.split())[:200],
        summary=found.summary,
        kind=found.kind,
        category=found.category,
        strength=found.strength,
        confidence=found.confidence,
        amount=found.amount,
        amount_kind=(found.amount_kind or AmountKind.UNKNOWN) if found.amount is not None else "",
        amount_years=found.amount_years,
        amount_said=" ".join(found.amount_said.split())[:200],
        timeframe=found.timeframe[:200],
        speaker_name=found.speaker[:120],
        speaker_role=_role(found, segments),
        start_seconds=found.start,
        end_seconds=found.end,
        heard=_quote(found, segments),
        stage=stages.of(_quote(found, segments), kind=found.kind),
    )


def _store_evidence(signal: Signal, found: Found, segments: Sequence[Segment]) -> list[Evidence]:
    pieces = [
        _evidence(signal, position, segments[span.index], span.first, span.last)
        for position, span in enumerate(found.spans)
    ]
    written = " ".join(found.written.split())
    pieces[0].written = "" if written == " ".join(signal.heard.split()) else written
    return Evidence.objects.bulk_create(pieces)


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
