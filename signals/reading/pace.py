"""How fast people speak in meetings, for the times a file does not give."""

from collections.abc import Iterator, Sequence

# Measured over council meetings: 2.5 to 2.9 words a second, pauses included.
WORDS_PER_SECOND = 2.6
# Slower than this nobody speaks; what is left of a cue is silence.
_SLOWEST, _GRACE_SECONDS = 1.2, 2.0


def natural(words: int) -> float:
    """Return how many seconds so many words take."""
    return words / WORDS_PER_SECOND


def spoken_within(words: int, seconds: float) -> float:
    """Return how much of a span is speech, the words standing at its beginning."""
    return min(seconds, words / _SLOWEST + _GRACE_SECONDS)


def spread(texts: Sequence[str], start: float, end: float) -> Iterator[tuple[float, float]]:
    """Yield start and end of each text, when they share the span by their number of words."""
    counts = [len(text.split()) for text in texts]
    step = (end - start) / max(1, sum(counts))
    said = 0
    for count in counts:
        yield start + step * said, start + step * (said + count)
        said += count
