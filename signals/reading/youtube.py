"""Caption chunks of a YouTube video.

messages[timestamp "0:31-0:56", page_content, url, title, publish_date].
"""

from itertools import pairwise

from signals.reading import clock, json_document
from signals.reading.draft import Cue, Draft, draft
from signals.reading.model import Format, TimeUnit

# A chunk's end is when its last caption line appears; people talk on until the next chunk.
_LAST_LINE_SECONDS = 10


def parse(document: object, name: str) -> Draft:
    """Return the chunks as cues, each lasting until the next one begins."""
    reading = draft(name, Format.YOUTUBE, TimeUnit.CLOCK, counted_in="item")
    items = json_document.rows(document, "messages")
    reached = 0.0
    for number, item, text in json_document.spoken(items, "page_content", reading):
        start, end = _span(item.get("timestamp"), reached, reading)
        reached = start if start is not None else reached
        reading.cues.append(Cue(text=text, place=number, start=start, end=end))
    _close_small_gaps(reading.cues)
    _name_the_video(reading, json_document.first_item(items))
    return reading


def _span(stamp: object, reached: float, reading: Draft) -> tuple[float | None, float | None]:
    """Return start and end of "0:31-0:56"; of "7:42:59-English (auto-generated)" only the start."""
    if not isinstance(stamp, str):
        return clock.seconds(stamp), None
    first, _, second = stamp[:100].partition("-")
    start, start_moved = _moment(first, reached)
    end, end_moved = _moment(second, reached if start is None else start)
    if start_moved or end_moved:
        reading.report.repaired["minutes and seconds written as hours and minutes"] += 1
    if start is None or end is None:
        reading.report.repaired["time that cannot be read"] += 1
    return start, end


def _moment(written: str, reached: float) -> tuple[float | None, bool]:
    """Return the time and whether it was moved.

    A spreadsheet turns 24:21 (minutes and seconds) into 24:21:00. Both readings are
    weighed by how near they are to the time reached so far.
    """
    plain = clock.parse(written)
    hours, *rest = written.strip().split(":")
    if plain is None or len(hours) < 2 or len(rest) != 2 or rest[1] != "00":
        return plain, False
    mended = plain / 60
    if abs(mended - reached) < abs(plain - reached):
        return mended, True
    return plain, False


def _close_small_gaps(cues: list[Cue]) -> None:
    for cue, following in pairwise(cues):
        if cue.end is not None and following.start is not None:
            gap = following.start - cue.end
            cue.end = following.start if 0 < gap <= _LAST_LINE_SECONDS else cue.end


def _name_the_video(reading: Draft, item: dict[str, object]) -> None:
    url = json_document.words_of(item.get("url"))
    reading.title = json_document.words_of(item.get("title"))
    reading.held_on = json_document.iso_date(item.get("publish_date"))
    reading.video_url = url if url.startswith(("https://", "http://")) else ""
