"""Withholding what tells who a resident is: spans computed once, stored beside the verbatim text.

Startups, API and mails see "[name withheld]"; staff see everything, and may lift it for a signal.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from civstart.accounts.models import User
from civstart.events import outbox
from civstart.lib.errors import CivStartError
from signals import history, redaction
from signals.models import Evidence, Meeting, Segment, Signal, Transcript
from signals.redaction import Span
from signals.words import OFFICIAL_ROLES, SpeakerRole

FIELDS = ("title", "summary", "timeframe", "amount_said")


class NothingToChange(CivStartError):
    """The redaction is already as somebody wants it."""


@dataclass(frozen=True, slots=True)
class Names:
    """Who is to be withheld in a meeting, and whose names stay."""

    residents: tuple[str, ...] = ()
    officials: tuple[str, ...] = ()


def names_of(meeting: Meeting) -> Names:
    """Return the residents and officials of a meeting, by speakers and by words. Two queries."""
    speakers = list(meeting.speakers.all())
    texts = meeting.transcripts.values_list("residents", flat=True)
    residents = [
        *redaction.people(one.name for one in speakers if one.role == SpeakerRole.PUBLIC),
        *(name for names in texts for name in names),
    ]
    officials = redaction.people(one.name for one in speakers if one.is_official)
    return Names(tuple(dict.fromkeys(residents)), tuple(dict.fromkeys(officials)))


def hide(transcript: Transcript, segments: Sequence[Segment]) -> None:
    """Set hidden on all segments of the transcript, and store the residents heard.

    The segments are not saved. About a second for each two million characters.
    """
    officials = names_of(transcript.meeting).officials
    runs = [list(run) for _, run in groupby(segments, key=_is_official)]
    heard = [_joined(run) for run in runs if not _is_official(run[0])]
    names = dict.fromkeys(n for text in heard for n in redaction.residents_in(text, officials))
    if transcript.residents != list(names):
        transcript.residents = list(names)
        transcript.save(update_fields=["residents"])
    known = names_of(transcript.meeting)
    for run in runs:
        _hide_run(run, known)


def _is_official(segment: Segment) -> bool:
    return segment.speaker is not None and segment.speaker.is_official


def _joined(run: Iterable[Segment]) -> str:
    return " ".join(segment.text for segment in run)


def _hide_run(run: Sequence[Segment], names: Names) -> None:
    """Look at the run as one text: an address may begin in one segment and end in the next."""
    found = redaction.spans(
        _joined(run),
        residents=names.residents,
        officials=names.officials,
        official=_is_official(run[0]),
    )
    first, at = 0, 0
    for segment in run:
        last = first + len(segment.text)
        while at < len(found) and found[at][1] <= first:
            at += 1
        segment.hidden = redaction.within(_until(found, at, last), first, last)
        first = last + 1


def _until(found: list[Span], at: int, last: int) -> list[Span]:
    end = at
    while end < len(found) and found[end][0] < last:
        end += 1
    return found[at:end]


def hidden_of(signal: Signal, names: Names) -> dict[str, list[Span]]:
    """Return what is to be hidden in the signal's own texts, by field."""
    found = {
        field: redaction.spans(
            getattr(signal, field),
            residents=names.residents,
            officials=names.officials,
            official=signal.speaker_role in OFFICIAL_ROLES,
        )
        for field in FIELDS
    }
    if _names_a_resident(signal, names):
        found["speaker_name"] = [(0, len(signal.speaker_name), redaction.What.NAME)]
    return {field: spans for field, spans in found.items() if spans}


def redacted_of(signal: Signal, pieces: Sequence[Evidence]) -> dict[str, str]:
    """Return the texts by which everybody may find the signal, where they are not the stored ones.

    pieces are its evidence in order. Staff search the stored texts in the admin.
    """
    if signal.redaction_lifted_at:
        return {}
    texts = {
        name: redaction.shown(getattr(signal, name), signal.hidden.get(name, ()))
        for name in ("title", "summary")
    }
    texts["heard"] = " ".join(redaction.shown(piece.quote, piece.hidden) for piece in pieces)
    return {name: text for name, text in texts.items() if text != getattr(signal, name)}


def _search_anew(signal: Signal) -> None:
    signal.redacted = redacted_of(signal, list(signal.evidence.all()))
    signal.save(update_fields=["redacted"])


def _names_a_resident(signal: Signal, names: Names) -> bool:
    named = redaction.people([signal.speaker_name])
    if not named or named[0] in names.officials:
        return False
    return signal.speaker_role == SpeakerRole.PUBLIC or named[0] in names.residents


def note(signal: Signal) -> None:
    """Compute anew what is hidden in the signal's own texts, after somebody edited them."""
    signal.hidden = hidden_of(signal, names_of(signal.meeting))
    signal.redacted = redacted_of(signal, list(signal.evidence.all()))
    signal.save(update_fields=["hidden", "redacted"])


@transaction.atomic
def refresh(meeting: Meeting) -> None:
    """Compute anew all that is hidden in a meeting, after a role changed in it."""
    for transcript in meeting.transcripts.all():
        segments = list(transcript.segments.select_related("speaker").order_by("index"))
        before = {segment.pk: segment.hidden for segment in segments}
        hide(transcript, segments)
        changed = [one for one in segments if before[one.pk] != _as_json(one.hidden)]
        Segment.objects.bulk_update(changed, ["hidden"], batch_size=500)
    pieces = list(Evidence.objects.filter(signal__meeting=meeting).select_related("segment"))
    for piece in pieces:
        piece.hidden = redaction.within(piece.segment.hidden, piece.first, piece.last)
    Evidence.objects.bulk_update(pieces, ["hidden"], batch_size=500)
    names = names_of(meeting)
    signals = list(meeting.signals.prefetch_related("evidence"))
    for signal in signals:
        signal.hidden = hidden_of(signal, names)
        signal.redacted = redacted_of(signal, list(signal.evidence.all()))
    Signal.objects.bulk_update(signals, ["hidden", "redacted"], batch_size=500)


def _as_json(hidden: Iterable[Span]) -> list[list[int | str]]:
    return [list(span) for span in hidden]


@transaction.atomic
def lift(signal: Signal, *, by: User) -> None:
    """Let startups see the signal in full. Raise NothingToChange if they do already."""
    with history.changing(signal, history.What.LIFTED, by=by):
        lifted = Signal.objects.filter(pk=signal.pk, redaction_lifted_at=None).update(
            redaction_lifted_at=timezone.now(), redaction_lifted_by=by
        )
        if not lifted:
            raise NothingToChange(f'"{signal.title}" is shown in full already.')
    signal.refresh_from_db(fields=["redaction_lifted_at", "redaction_lifted_by"])
    _search_anew(signal)
    outbox.record("signal.redaction_lifted", subject=signal, by=by)


@transaction.atomic
def restore(signal: Signal, *, by: User) -> None:
    """Withhold residents' names and addresses again. Raise NothingToChange if they are withheld."""
    with history.changing(signal, history.What.RESTORED, by=by):
        restored = Signal.objects.filter(pk=signal.pk, redaction_lifted_at__isnull=False).update(
            redaction_lifted_at=None, redaction_lifted_by=None
        )
        if not restored:
            raise NothingToChange(f'Residents are withheld in "{signal.title}" already.')
    signal.refresh_from_db(fields=["redaction_lifted_at", "redaction_lifted_by"])
    _search_anew(signal)
    outbox.record("signal.redaction_restored", subject=signal, by=by)
