"""RSS and Atom feeds: each entry's enclosure or link that is a transcript or a document.

Feeds are parsed by feedparser, which opens nothing that a document type names. Feeds that declare
entities of their own are refused before: no feed needs them, and expanding them is an old attack.
"""

from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

import feedparser

from civstart.lib import outbound
from civstart.lib.errors import CivStartError
from signals import ingest
from signals.models import Source
from signals.reading.documents import day_written
from signals.sources.contract import Item, Listing

MAX_FEED = 10_000_000
MOST_ENTRIES = 1_000
SUFFIXES = frozenset({".vtt", ".srt", ".txt", ".json", ".tsv", ".pdf", ".docx"})
# Types that feeds give to transcripts and documents; text/html is a page about them.
TYPES = frozenset(
    {
        "text/vtt",
        "text/srt",
        "text/plain",
        "text/tab-separated-values",
        "application/json",
        "application/srt",
        "application/x-subrip",
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    }
)
RECORDINGS = ("video/", "audio/")


class NoFeed(CivStartError):
    """What the address answers is not a feed."""


def listing(source: Source) -> Listing:
    """Return what the feed offers; nothing if it says that it did not change since."""
    answer = outbound.get(source.address, headers=_conditions(source.memory), most_bytes=MAX_FEED)
    if answer.status == 304:
        return Listing([], source.memory)
    if b"<!ENTITY" in answer.body.replace(b"\0", b""):
        raise NoFeed(f"{source.address} declares entities, which no feed needs. It is not read.")
    # Without a location or headers: it takes a text for an address to fetch otherwise.
    feed = feedparser.parse(BytesIO(answer.body), sanitize_html=False)
    if not feed.get("version"):
        raise NoFeed(
            f"{source.address} answers something that is no RSS or Atom feed. "
            "Look for the feed's own address on the site."
        )
    entries = reversed(feed.entries[:MOST_ENTRIES])
    items = [item for entry in entries for item in _items(entry, source.address)]
    return Listing(items, _memory(answer.headers))


def _conditions(memory: Mapping[str, str]) -> dict[str, str]:
    names = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
    return {names[kept]: memory[kept] for kept in names if memory.get(kept)}


def _memory(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name] for name in ("etag", "last-modified") if name in headers}


def _items(entry: Mapping[str, object], base: str) -> Iterator[Item]:
    title = " ".join(str(entry.get("title") or "").split())
    changed = str(entry.get("updated") or "")
    links = list(_links(entry))
    video_url = next((url for url, type_ in links if type_.startswith(RECORDINGS)), "")
    for url in dict.fromkeys(urljoin(base, url) for url, type_ in links if _is_file(url, type_)):
        name = unquote(PurePosixPath(urlsplit(url).path).name) or urlsplit(url).netloc
        yield Item(
            key=f"{url} {changed}",
            name=name[:255],
            fetch=lambda url=url: outbound.get(url).body,  # type: ignore[misc]
            url=url,
            held_on=ingest.day_in_name(title) or ingest.day_in_name(name) or day_written(title),
            title=title[:200],
            video_url=video_url if ingest.is_address(video_url) else "",
        )


def _links(entry: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield address and type of the entry's links and enclosures."""
    for link in _dictionaries(entry.get("links")):
        if link.get("href"):
            yield str(link["href"]), str(link.get("type") or "").partition(";")[0].lower()
    for transcript in _dictionaries(entry.get("podcast_transcript")):
        if transcript.get("url"):
            yield str(transcript["url"]), str(transcript.get("type") or "").lower()


def _dictionaries(found: object) -> Iterable[Mapping[str, object]]:
    rows = found if isinstance(found, list) else [found]
    return [row for row in rows if isinstance(row, Mapping)]


def _is_file(url: str, type_: str) -> bool:
    return type_ in TYPES or PurePosixPath(urlsplit(url).path).suffix.lower() in SUFFIXES
