"""Links to a second of a recording."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

YOUTUBE = ("youtube.com", "youtu.be")
GRANICUS = "granicus.com"


def at(video_url: str, seconds: float) -> str:
    """Return the recording's address at that second, "" if there is no recording.

    YouTube reads t=, Granicus players entrytime=; others get a media fragment, #t= (W3C Media
    Fragments).
    """
    if not video_url:
        return ""
    parts = urlsplit(video_url)
    second = int(seconds)
    host = parts.hostname or ""
    if host.endswith(YOUTUBE):
        return _with_query(video_url, "t", f"{second}s")
    if host.endswith(GRANICUS):
        return _with_query(video_url, "entrytime", str(second))
    return urlunsplit(parts._replace(fragment=f"t={second}"))


def _with_query(url: str, name: str, value: str) -> str:
    parts = urlsplit(url)
    query = [(key, old) for key, old in parse_qsl(parts.query) if key != name]
    return urlunsplit(parts._replace(query=urlencode([*query, (name, value)])))
