from collections.abc import Iterable
from itertools import groupby
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from civstart.lib import times
from signals import links, redaction
from signals.models.meetings import Segment


class Evidence(models.Model):
    """A verbatim quote from a segment, with its seconds. A signal without evidence cannot exist."""

    # Positions a quote may take. What a merged signal brings along begins at the next hundred.
    A_QUOTE: ClassVar[int] = 100

    class Anchor(models.TextChoices):
        EXACT = "exact", "Stands word for word"
        FUZZY = "fuzzy", "Was corrected"
        LOST = "lost", "No longer occurs"

    signal = models.ForeignKey("signals.Signal", on_delete=models.CASCADE, related_name="evidence")
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="evidence")
    position = models.PositiveSmallIntegerField(default=0, help_text="Order within the signal.")
    first = models.PositiveIntegerField(help_text="Where in the segment's text the quote begins.")
    last = models.PositiveIntegerField(help_text="Where it ends.")
    quote = models.TextField()
    start_seconds = models.FloatField()
    end_seconds = models.FloatField()
    hidden = models.JSONField(
        default=list, blank=True, help_text="Spans of the quote withheld from startups."
    )
    anchor = models.CharField(
        max_length=5,
        choices=Anchor,
        default=Anchor.EXACT,
        help_text="Whether it stands in the newest version of the transcript.",
    )
    difference = models.TextField(blank=True, help_text="What the newest version changed in it.")
    written = models.TextField(
        blank=True,
        help_text="The whole quote as the extractor wrote it, on its first piece, where that is "
        "not word for word what was said.",
    )

    class Meta:
        ordering = ("signal", "position")
        verbose_name_plural = "evidence"
        constraints = (
            models.UniqueConstraint(fields=("signal", "position"), name="evidence_position_unique"),
            models.CheckConstraint(condition=Q(last__gt=F("first")), name="evidence_not_empty"),
            models.CheckConstraint(
                condition=(Q(anchor="fuzzy") & ~Q(difference=""))
                | Q(anchor__in=("exact", "lost"), difference=""),
                name="evidence_difference_if_corrected",
            ),
            models.CheckConstraint(
                condition=Q(written="") | ~Q(written=F("quote")),
                name="evidence_written_differs_from_quote",
            ),
        )

    def __str__(self) -> str:
        return self.quote[:80]

    @property
    def shown(self) -> str:
        """The quote as startups, API and mails get it: without residents' names and addresses."""
        return self.shown_part(self.quote)

    def shown_part(self, words: str) -> str:
        """Return words of the quote as startups see them."""
        if not self.signal.withholds:
            return words
        if words in redaction.shown(self.quote, self.hidden):
            return words
        first = self.quote.find(words)
        if first < 0:  # the quote was corrected since
            return redaction.shown(words, redaction.spans(words))
        return redaction.shown(words, redaction.within(self.hidden, first, first + len(words)))

    @property
    def number(self) -> int:
        """Which quote of the signal it is a piece of: 0 is its own, the rest of merged signals."""
        return self.position // self.A_QUOTE

    @property
    def clock(self) -> str:
        return times.clock(self.start_seconds)

    @property
    def video_url(self) -> str:
        """The recording at the second of the quote, or "" if nobody knows where it is."""
        return links.at(self.signal.meeting.video_url, self.start_seconds)


def joined(pieces: Iterable[tuple[int, str]]) -> str:
    """Join the pieces of each quote by a space, and quotes of several places by "…"."""
    quotes = groupby(pieces, key=lambda piece: piece[0] // Evidence.A_QUOTE)
    return " … ".join(" ".join(words for _, words in pieces) for _, pieces in quotes)
