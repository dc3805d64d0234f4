"""Whether two texts are of one meeting: they share runs of words that two meetings do not."""

from collections.abc import Iterable

from signals.models import Meeting, Segment
from signals.reading import Reading

# Broder's containment of word shingles ("On the resemblance and containment of documents", 1997).
# Two texts
# of one sitting, even by two speech recognisers, share far more than this; two sittings share next
# to nothing.
RUN_OF_WORDS = 5
SAME_MEETING = 0.15


def meeting_of(reading: Reading, meetings: Iterable[Meeting]) -> Meeting | None:
    """Return the meeting of which the reading is another text, None if it is of none of them."""
    runs = runs_of_words(utterance.text for utterance in reading.utterances)
    best, best_share = None, SAME_MEETING
    for meeting in meetings:
        texts = Segment.objects.filter(
            transcript__meeting=meeting, transcript__is_current=True
        ).order_by("transcript", "index")
        share = containment(runs, runs_of_words(texts.values_list("text", flat=True)))
        if share >= best_share:
            best, best_share = meeting, share
    return best


def runs_of_words(texts: Iterable[str]) -> set[int]:
    """Return the hashes of all runs of five words, without regard to case."""
    words = [word for text in texts for word in text.lower().split()]
    width = min(RUN_OF_WORDS, len(words) or 1)
    return {hash(tuple(words[at : at + width])) for at in range(len(words) - width + 1)}


def containment(a: set[int], b: set[int]) -> float:
    """Return the share of the smaller set that is in the other, 0 to 1."""
    return len(a & b) / max(1, min(len(a), len(b)))
