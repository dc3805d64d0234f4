"""Rolling captions, where each cue repeats the lines that are still on the screen."""

from collections import Counter
from itertools import pairwise

from signals.reading.draft import Draft

# In captions that do not roll, one cue in fifty may begin as its neighbour ended.
_SHARE_OF_ROLLING = 0.3
_MOST_WORDS, _FEWEST_WORDS, _FEWEST_CUES = 40, 3, 3


def unroll(draft: Draft) -> None:
    """Take out what a cue repeats from the one before, if the whole file is made that way."""
    words = [cue.text.split() for cue in draft.cues]
    pairs = list(pairwise([[], *words]))
    repeated = [_repeated(before, now) for before, now in pairs]
    rolling = sum(
        _is_telling(count, before, now)
        for count, (before, now) in zip(repeated, pairs, strict=True)
    )
    if rolling < _FEWEST_CUES or rolling < len(words) * _SHARE_OF_ROLLING:
        return
    for cue, spoken, count in zip(draft.cues, words, repeated, strict=True):
        cue.text = " ".join(spoken[count:])
    _report(draft, words, repeated)
    draft.cues = [cue for cue in draft.cues if cue.text]


def _repeated(before: list[str], now: list[str]) -> int:
    """Return how many words at the start of now are the last words before it."""
    most = min(len(before), len(now), _MOST_WORDS)
    return next((count for count in range(most, 0, -1) if before[-count:] == now[:count]), 0)


def _is_telling(count: int, before: list[str], now: list[str]) -> bool:
    """Return whether new words follow old ones. A cue that only repeats may be a vote: "Aye." """
    return 0 < count < len(now) and (count >= _FEWEST_WORDS or count == len(before))


def _report(draft: Draft, words: list[list[str]], repeated: list[int]) -> None:
    whole = sum(count == len(now) for count, now in zip(repeated, words, strict=True))
    cut = sum(count > 0 for count in repeated) - whole
    # Adding a Counter leaves no zeros behind.
    draft.report.dropped += Counter({"rolling caption that only repeats": whole})
    draft.report.repaired += Counter({"rolling caption cut to its new words": cut})
