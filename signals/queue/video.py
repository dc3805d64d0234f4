"""The recording of a meeting, to be watched beside its words where its site allows that."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

_YOUTUBE_ID = re.compile(r"[\w-]{11}")
_VIMEO_ID = re.compile(r"/(?:video/)?(\d{5,12})(?:/([0-9a-f]{6,20}))?/?")


@dataclass(frozen=True, slots=True)
class Player:
    """A player of another site: its address at the second. settings' frame-src lists the sites."""

    url: str
    site: str


def player(video_url: str, seconds: float) -> Player | None:
    """Return the privacy-friendly player of the recording, None where only a link helps."""
    parts = urlsplit(video_url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    second = max(0, int(seconds))
    if host in {"youtube.com", "youtube-nocookie.com", "youtu.be"}:
        return _youtube(host, parts.path, parts.query, second)
    if host in {"vimeo.com", "player.vimeo.com"}:
        return _vimeo(parts.path, second)
    return None


def _youtube(host: str, path: str, query: str, second: int) -> Player | None:
    """YouTube's iframe parameters: start, rel (developers.google.com/youtube/player_parameters)."""
    pieces = [piece for piece in path.split("/") if piece]
    if host == "youtu.be":
        named = pieces[0] if pieces else ""
    elif pieces[:1] and pieces[0] in {"live", "embed", "shorts"}:
        named = pieces[1] if len(pieces) > 1 else ""
    else:
        named = parse_qs(query).get("v", [""])[0]
    if not _YOUTUBE_ID.fullmatch(named):
        return None
    asked = urlencode({"start": second, "rel": 0})
    return Player(f"https://www.youtube-nocookie.com/embed/{named}?{asked}", "YouTube")


def _vimeo(path: str, second: int) -> Player | None:
    """Vimeo's: dnt=1 sets no cookies, h= opens an unlisted one, #t= begins at the second."""
    found = _VIMEO_ID.fullmatch(path)
    if not found:
        return None
    asked = {"dnt": 1} | ({"h": found[2]} if found[2] else {})
    return Player(
        f"https://player.vimeo.com/video/{found[1]}?{urlencode(asked)}#t={second}s", "Vimeo"
    )
