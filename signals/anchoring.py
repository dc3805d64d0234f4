"""Moving the evidence of a meeting's signals to a corrected transcript."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from django.db import transaction

from civstart.events import outbox
from signals import alignment, history, redaction, withholding
from signals.alignment import Place
from signals.finding import seconds_of
from signals.models import Evidence, Segment, Signal, Transcript

Anchor = Evidence.Anchor


@transaction.atomic
def follow(transcript: Transcript) -> Counter[str]:
    """Move evidence from older versions of the format here; return how many quotes by anchor.

    A quote that stands there word for word is exact. One with few words changed is fuzzy: the
    quote becomes what is said now, and the difference is kept. One that no longer occurs is lost:
    it stays where it was, staff are told, and no decision changes. No signal is ever without
    evidence.
    """
    pieces = _evidence_before(transcript)
    if not pieces:
        return Counter()
    new = _NewText(list(transcript.segments.order_by("index")))
    counts: Counter[str] = Counter()
    for _, of_signal in groupby(pieces, key=lambda piece: piece.signal_id):
        counts.update(_follow_signal(list(of_signal), new))
    transcript.report["anchors"] = dict(counts)
    transcript.save(update_fields=["report"])
    return counts


def _evidence_before(transcript: Transcript) -> list[Evidence]:
    return list(
        Evidence.objects.filter(
            segment__transcript__meeting=transcript.meeting_id,
            segment__transcript__format=transcript.format,
            segment__transcript__version__lt=transcript.version,
        )
        .select_related("signal", "segment")
        .order_by("signal_id", "position")
    )


class _NewText:
    """The segments of the new version as one text, and the way back to each segment."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.segments = segments
        self.starts: list[int] = []
        reached = 0
        for segment in segments:
            self.starts.append(reached)
            reached += len(segment.text) + 1
        self.text = alignment.Text(" ".join(segment.text for segment in segments))

    def nearest(self, quote: str, seconds: float) -> Place | None:
        """Return where the quote stands, of several places alike the one nearest in time."""
        found = self.text.exact(quote) or self.text.near(quote)
        best = [place for place in found if place.edits == found[0].edits]
        return min(best, key=lambda place: abs(self._second(place) - seconds), default=None)

    def _second(self, place: Place) -> float:
        return self.segments[bisect_right(self.starts, place.first) - 1].start_seconds

    def spans(self, place: Place) -> list[tuple[Segment, int, int]]:
        """Return the stretches of segments the place covers."""
        found = []
        index = bisect_right(self.starts, place.first) - 1
        while index < len(self.segments) and self.starts[index] < place.last:
            segment, start = self.segments[index], self.starts[index]
            first, last = max(0, place.first - start), min(len(segment.text), place.last - start)
            if last > first:
                found.append((segment, first, last))
            index += 1
        return found


def _follow_signal(pieces: list[Evidence], new: _NewText) -> list[Anchor]:
    """Move each quote of a signal; return what became of each."""
    before = [(piece.quote, piece.anchor) for piece in pieces]
    signal = pieces[0].signal
    quotes = _quotes(pieces)
    was = (pieces[0].start_seconds, pieces[-1].end_seconds)
    taken = set(pieces[0].signal.evidence.values_list("position", flat=True))
    anchors = [_follow_quote(quote, new, taken) for quote in quotes]
    if set(anchors) != {Anchor.LOST}:
        _move_signal(signal, was)
    _note(signal, before)
    return anchors


def _note(signal: Signal, before: list[tuple[str, str]]) -> None:
    """Write it into the signal's history if its words or their standing changed."""
    rows = signal.evidence.order_by("position").values_list("quote", "anchor")
    was, now = ([{"quote": q, "anchor": a} for q, a in state] for state in (before, rows))
    if " ".join(one["quote"] for one in was) != " ".join(one["quote"] for one in now) or {
        one["anchor"] for one in was
    } != {one["anchor"] for one in now}:
        history.write(signal, history.What.QUOTE, before={"evidence": was}, after={"evidence": now})


def _quotes(pieces: Sequence[Evidence]) -> list[list[Evidence]]:
    """Return the pieces quote by quote: those of neighbouring segments are one."""
    quotes: list[list[Evidence]] = []
    for piece in pieces:
        before = quotes[-1][-1].segment if quotes else None
        here = piece.segment
        is_next = before is not None and (
            (before.transcript_id, before.index + 1) == (here.transcript_id, here.index)
        )
        if is_next and quotes[-1][-1].number == piece.number:
            quotes[-1].append(piece)
        else:
            quotes.append([piece])
    return quotes


def _follow_quote(pieces: list[Evidence], new: _NewText, taken: set[int]) -> Anchor:
    quote = " ".join(piece.quote for piece in pieces)
    found = new.nearest(quote, pieces[0].start_seconds)
    if found is None:
        _lose(pieces)
        return Anchor.LOST
    spans = new.spans(found)
    said = " ".join(segment.text[first:last] for segment, first, last in spans)
    changed = alignment.difference(quote, said)
    _move(pieces, spans, said, changed, taken)
    return Anchor.FUZZY if changed else Anchor.EXACT


def _lose(pieces: Sequence[Evidence]) -> None:
    if all(piece.anchor == Anchor.LOST for piece in pieces):
        return
    Evidence.objects.filter(pk__in=[piece.pk for piece in pieces]).update(
        anchor=Anchor.LOST, difference=""
    )
    # Events may leave the house, so they carry what startups may see.
    quote = " ".join(piece.shown for piece in pieces)
    outbox.record("signal.quote_lost", subject=pieces[0].signal, data={"quote": quote[:300]})


def _move(
    pieces: list[Evidence],
    spans: Sequence[tuple[Segment, int, int]],
    said: str,
    changed: str,
    taken: set[int],
) -> None:
    """Give the rows their new places: as many rows as there are segments now, in order."""
    for number, (segment, first, last) in enumerate(spans):
        if number == len(pieces):
            position = _free_behind(pieces[-1].position, taken)
            pieces.append(Evidence(signal=pieces[0].signal, position=position))
        piece = pieces[number]
        piece.segment, piece.first, piece.last = segment, first, last
        piece.quote = segment.text[first:last]
        piece.start_seconds, piece.end_seconds = seconds_of(segment, first, last)
        piece.hidden = redaction.within(segment.hidden, first, last)
        piece.anchor = Anchor.FUZZY if changed else Anchor.EXACT
        piece.difference = changed
        if piece.written == " ".join(said.split()):
            piece.written = ""
        piece.save()
    for gone in pieces[len(spans) :]:
        _hand_over(gone, pieces[len(spans) - 1])
        gone.delete()


def _free_behind(position: int, taken: set[int]) -> int:
    """Take the next position nobody has: near its own quote, before those of merged signals."""
    while position in taken:
        position += 1
    taken.add(position)
    return position


def _hand_over(gone: Evidence, kept: Evidence) -> None:
    """Let what cites the one row cite the other: apps above keep reasons with evidence."""
    for relation in Evidence._meta.related_objects:
        field = relation.field.name
        relation.related_model._default_manager.filter(**{field: gone}).update(**{field: kept})


def _move_signal(signal: Signal, was: tuple[float, float]) -> None:
    """Shift the stretch in which the signal is discussed as its quotes were shifted."""
    pieces = list(signal.evidence.order_by("position"))
    first = min(piece.start_seconds for piece in pieces)
    last = max(piece.end_seconds for piece in pieces)
    signal.start_seconds = max(0.0, min(first, signal.start_seconds + first - was[0]))
    signal.end_seconds = max(last, signal.end_seconds + last - was[1])
    signal.heard = " ".join(piece.quote for piece in pieces)
    signal.redacted = withholding.redacted_of(signal, pieces)
    signal.save(update_fields=["start_seconds", "end_seconds", "heard", "redacted"])
