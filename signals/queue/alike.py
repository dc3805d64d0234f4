"""Signals that are likely the same need as one that waits for review."""

from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery
from django.db.models import Prefetch, Q

from signals import alikeness, threads
from signals.extraction.wording import PLAIN, words
from signals.models import Evidence, Signal, SignalQuerySet

COMPARED = 24
SHOWN = 3
FAINTEST = 0.25  # below it two signals merely share a topic
CLOSE_SECONDS = 120
FOUND = 8
MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class Alike:
    """A signal that may be the same need: how much alike, 0 to about 1, or said close by."""

    signal: Signal
    alike: float
    is_close_by: bool

    @property
    def words(self) -> str:
        bar = alikeness.SAME_NEED_IN_MEETING if self.is_close_by else alikeness.SAME_NEED
        if self.alike >= bar:
            return "Likely the same"
        return "Said close by" if self.is_close_by else "Related"

    @property
    def is_likely(self) -> bool:
        return self.words == "Likely the same"


def to(signal: Signal) -> list[Alike]:
    """Return the signals of the government that are most alike, at most three. Three queries.

    Compares with those that share words with it and those said within two minutes; rejected ones
    are not offered.
    """
    candidates = list(_candidates(signal))
    if not candidates:
        return []
    pool = alikeness.Pool([threads.need_of(one) for one in candidates])
    grades = pool.alike(threads.need_of(signal))
    found = [
        Alike(one, grade, _is_close_by(one, signal))
        for one, grade in zip(candidates, grades, strict=True)
    ]
    kept = [one for one in found if one.is_close_by or one.alike >= FAINTEST]
    return sorted(kept, key=lambda one: (-one.alike, one.signal.pk))[:SHOWN]


def _candidates(signal: Signal) -> SignalQuerySet:
    telling = [word for word in words(signal.title) if word.isalpha() and word.lower() not in PLAIN]
    close = Q(
        meeting=signal.meeting_id,
        start_seconds__lte=signal.end_seconds + CLOSE_SECONDS,
        end_seconds__gte=signal.start_seconds - CLOSE_SECONDS,
    )
    asked = " OR ".join(dict.fromkeys(telling[:MOST_WORDS]))
    sharing = Q(search=SearchQuery(asked, search_type="websearch", config="english"))
    rows = of_the_same_government(signal).filter(close | sharing if asked else close)
    found: SignalQuerySet = rows.order_by("-pk")[:COMPARED]
    return found


def of_the_same_government(signal: Signal) -> SignalQuerySet:
    rows: SignalQuerySet = (
        Signal.objects.filter(jurisdiction=signal.jurisdiction_id)
        .exclude(pk=signal.pk)
        .exclude(status=Signal.Status.REJECTED)
        .select_related("thread", "meeting", "jurisdiction__region")
        .prefetch_related(Prefetch("evidence", Evidence.objects.select_related("segment")))
        .defer("search")
    )
    return rows


def _is_close_by(other: Signal, signal: Signal) -> bool:
    return (
        other.meeting_id == signal.meeting_id
        and other.start_seconds <= signal.end_seconds + CLOSE_SECONDS
        and other.end_seconds >= signal.start_seconds - CLOSE_SECONDS
    )


def named(signal: Signal, asked: str) -> list[Signal]:
    """Return signals of the same government with these words, to merge into. Two queries."""
    wanted = " ".join(asked.replace("\0", "").split())[:100]
    if not wanted:
        return []
    query = SearchQuery(wanted, search_type="websearch", config="english")
    rows = of_the_same_government(signal).filter(Q(search=query) | Q(title__icontains=wanted))
    return list(rows.order_by("-pk")[:FOUND])
