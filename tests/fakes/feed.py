"""A site with an RSS feed: knows its ETag, answers 304, and serves the files the feed names."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from tests.fakes.server import Asked, Reply, Served, serve

TYPES = {"vtt": "text/vtt", "pdf": "application/pdf", "html": "text/html", "mp4": "video/mp4"}


@dataclass
class Feed:
    """What the site holds. instead is what it answers for the feed, if anything else."""

    entries: list[str] = field(default_factory=list)
    files: dict[str, Reply] = field(default_factory=dict)
    instead: Reply | None = None
    served: Served | None = None

    @property
    def url(self) -> str:
        assert self.served is not None
        return f"{self.served.url}/feed.xml"

    def entry(self, title: str, *names: str, content: bytes | Reply = b"", link: str = "") -> None:
        """Put an entry in, with each name as an enclosure of that content."""
        assert self.served is not None
        enclosures = ""
        for name in names:
            reply = content if isinstance(content, Reply) else Reply(body=content)
            self.files[f"/files/{name}"] = reply
            type_ = TYPES.get(name.rpartition(".")[2], "application/octet-stream")
            url = quoteattr(f"{self.served.url}/files/{name}")
            enclosures += f'<enclosure url={url} type="{type_}" length="1"/>'
        page = f"<link>{escape(link)}</link>" if link else ""
        self.entries.append(f"<item><title>{escape(title)}</title>{page}{enclosures}</item>")

    @property
    def etag(self) -> str:
        return f'"{len(self.entries)}"'

    def answer(self, asked: Asked) -> Reply:
        if asked.path in self.files:
            return self.files[asked.path]
        if asked.path != "/feed.xml":
            return Reply(404)
        if self.instead is not None:
            return self.instead
        headers = {"ETag": self.etag, "Content-Type": "application/rss+xml"}
        if asked.headers.get("if-none-match") == self.etag:
            return Reply(304, headers=headers)
        body = f"<rss version='2.0'><channel>{''.join(self.entries)}</channel></rss>"
        return Reply(body=body.encode(), headers=headers)


@contextmanager
def running() -> Iterator[Feed]:
    feed = Feed()
    with serve(lambda asked: feed.answer(asked)) as feed.served:
        yield feed
