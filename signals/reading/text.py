"""Text files: lines under [HH:MM:SS] marks, and plain text without any time."""

import re
from dataclasses import dataclass, field

from signals.reading import clock, pace
from signals.reading.draft import Cue, Draft, draft
from signals.reading.model import Format, TimeUnit

# [00:00:17], [0:17], (00:00:17.5), and [00:00:00.000 --> 00:00:05.000] as whisper prints it.
CLOCKED = re.compile(
    rf"\s{{0,8}}[\[(]({clock.WRITTEN})"
    rf"(?:\s{{0,3}}(?:-->|[-\u2013])\s{{0,3}}({clock.WRITTEN}))?[\])]"
)
_WIDE_BLOCK_SECONDS = 60


@dataclass(slots=True)
class _Block:
    """The lines under one mark."""

    start: float | None
    end: float | None
    cues: list[Cue] = field(default_factory=list)


def parse_clocked(text: str, name: str) -> Draft:
    """Return one cue a line; the lines under a mark share the time until the next mark."""
    reading = draft(name, Format.CLOCKED_TEXT, TimeUnit.CLOCK, counted_in="line")
    blocks = _blocks(text, reading)
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        _share_time(block, following.start if following else None)
        reading.cues += block.cues
    reading.report.cues_read = len(reading.cues)
    _note_wide_blocks(blocks, reading)
    return reading


def parse_plain(text: str, name: str) -> Draft:
    """Return the lines as cues without times; an empty line parts them."""
    reading = draft(name, Format.PLAIN_TEXT, TimeUnit.NONE, counted_in="line")
    is_parted = False
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            reading.cues.append(Cue(text=line, place=number, is_parted=is_parted))
        is_parted = not line.strip()
    reading.report.cues_read = len(reading.cues)
    return reading


def _blocks(text: str, reading: Draft) -> list[_Block]:
    blocks: list[_Block] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if mark := CLOCKED.match(line):
            blocks.append(_marked(mark, reading))
            line = line[mark.end() :]
        if line.strip():
            blocks = blocks or [_Block(start=0.0, end=None)]
            blocks[-1].cues.append(Cue(text=line, place=number))
    return blocks


def _marked(mark: re.Match[str], reading: Draft) -> _Block:
    start, end = clock.parse(mark[1]), clock.parse(mark[2] or "")
    if start is None:
        reading.report.repaired["time that cannot be read"] += 1
    return _Block(start=start, end=end)


def _share_time(block: _Block, following: float | None) -> None:
    """Give each line its part of the block's time; a block without a time stays without."""
    if block.start is None:
        return
    texts = [cue.text for cue in block.cues]
    words = sum(len(text.split()) for text in texts)
    ends = [end for end in (block.end, following) if end is not None and end > block.start]
    lasts = pace.spoken_within(words, ends[0] - block.start) if ends else pace.natural(words)
    times = pace.spread(texts, block.start, block.start + lasts)
    for cue, (start, end) in zip(block.cues, times, strict=True):
        cue.start, cue.end = start, end


def _note_wide_blocks(blocks: list[_Block], reading: Draft) -> None:
    starts = [block.start for block in blocks if block.start is not None]
    if len(starts) < 2:
        return
    apart = (starts[-1] - starts[0]) / (len(starts) - 1)
    if apart > _WIDE_BLOCK_SECONDS:
        reading.report.seen["times far apart"] += 1
        reading.report.notes.append(
            f"The file gives a time only every {apart:.0f} seconds or so; the times between are"
            " worked out from the number of words, so links can be some seconds off."
        )
