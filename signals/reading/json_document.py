"""Reading JSON of any shape without a surprise: broken, too deep, or not what was expected."""

import json
from collections.abc import Iterator, Sequence
from datetime import date

from signals.reading import clock
from signals.reading.draft import Cue, Draft
from signals.reading.model import TimeUnit, UnreadableTranscript

_KEYS_SHOWN = 8


def load(text: str, name: str) -> object:
    """Return the document, or raise UnreadableTranscript naming line and column."""
    try:
        document: object = json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableTranscript(
            f"{name} line {error.lineno} column {error.colno}: the JSON is broken there"
            f" ({error.msg}). Export the file again or mend that place."
        ) from error
    except RecursionError as error:
        raise UnreadableTranscript(
            f"{name}: the JSON is nested too deeply for a transcript."
            " Bring a file in one of the known formats."
        ) from error
    except ValueError as error:  # an integer of thousands of digits
        raise UnreadableTranscript(
            f"{name}: a number in the JSON is too long. Export the file again."
        ) from error
    return document


def rows(document: object, key: str) -> list[object]:
    """Return the list of items, which stands under the key or is the whole document."""
    found = document.get(key) if isinstance(document, dict) else document
    return found if isinstance(found, list) else []


def first_item(items: Sequence[object]) -> dict[str, object]:
    """Return the first item that is an object; it stands for the rest when shapes are told."""
    return next((item for item in items[:50] if isinstance(item, dict)), {})


def spoken(
    items: Sequence[object], key: str, draft: Draft
) -> Iterator[tuple[int, dict[str, object], str]]:
    """Yield number, item and text of each item that has text; count the others as dropped."""
    for number, item in enumerate(items, start=1):
        draft.report.cues_read += 1
        if not isinstance(item, dict):
            draft.report.dropped["item that is not an object"] += 1
            continue
        text = item.get(key)
        if isinstance(text, str):
            yield number, item, text
        else:
            draft.report.dropped["item without text"] += 1


def moment(item: dict[str, object], keys: Sequence[str], draft: Draft) -> float | None:
    """Return the time under the first key that is present; count one that cannot be read."""
    value = next((item[key] for key in keys if item.get(key) is not None), None)
    read = clock.seconds(value)
    if read is None and value is not None:
        draft.report.repaired["time that cannot be read"] += 1
    return read


def is_clocked(item: dict[str, object], keys: Sequence[str]) -> bool:
    """Return whether the item writes its time out, as 01:02:03."""
    return any(isinstance(value := item.get(key), str) and ":" in value for key in keys)


def note_clock(draft: Draft, clocked: int) -> None:
    """Say in the report that the times are written out, if most are."""
    if clocked * 2 > len(draft.cues):
        draft.report.time_unit = TimeUnit.CLOCK


def cue(
    text: str, number: int, start: float | None, end: float | None, speaker: object = None
) -> Cue:
    """Return the cue of an item; a speaker that is not text is nobody."""
    named = speaker if isinstance(speaker, str) else None
    return Cue(text=text, place=number, start=start, end=end, speaker=named)


def words_of(value: object) -> str:
    """Return the text of a field on one line, or "" if it is not text."""
    if not isinstance(value, str):
        return ""
    storable = value.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
    return " ".join(storable.split())[:500]


def iso_date(value: object) -> str:
    """Return 2020-08-10 for "2020-08-10T09:30:00-07:00" and "8/10/2020", else ""."""
    written = value.strip() if isinstance(value, str) else ""
    try:
        return date.fromisoformat(written[:10]).isoformat()
    except ValueError:
        return _american_date(written)


def _american_date(written: str) -> str:
    try:
        month, day, year = map(int, written[:10].split("/"))
        return date(year, month, day).isoformat()
    except (ValueError, OverflowError):
        return ""


def shape(document: object) -> str:
    """Return what the document is, for the message that refuses it: its keys, or its kind."""
    if isinstance(document, dict):
        return f"an object with {_keys(document)}"
    if isinstance(document, list) and (first := first_item(document)):
        return f"a list of objects with {_keys(first)}"
    return "an empty list" if document == [] else f"a {_KINDS.get(type(document), 'value')}"


_KINDS: dict[type, str] = {
    list: "list",
    str: "string",
    int: "number",
    float: "number",
    bool: "truth value",
}


def _keys(item: dict[str, object]) -> str:
    if not item:
        return "no keys"
    shown = ", ".join(words_of(key)[:40] for key in list(item)[:_KEYS_SHOWN])
    return f"the keys {shown}" + (" and more" if len(item) > _KEYS_SHOWN else "")
