"""Small transcripts with invented talk, in each format."""

import json

from signals.reading import Reading, read

SENTENCES = (
    "We need three new pumps for the water plant.",
    "The old ones failed twice this winter, on April 3rd and again in May.",
    "Staff will bring a request for proposals in the fall.",
)


def clock(seconds: float) -> str:
    whole, part = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{part:03}"


def vtt(*cues: tuple[float, float, str]) -> str:
    blocks = (f"{clock(start)} --> {clock(end)}\n{text}" for start, end, text in cues)
    return "WEBVTT\n\n" + "\n\n".join(blocks) + "\n"


def srt(*cues: tuple[float, float, str]) -> str:
    blocks = (
        f"{number}\n{clock(start)} --> {clock(end)}".replace(".", ",") + f"\n{text}"
        for number, (start, end, text) in enumerate(cues, start=1)
    )
    return "\n\n".join(blocks) + "\n"


def turns(*rows: tuple[str, object, object, object]) -> str:
    keys = ("speaker", "start", "end", "text")
    return json.dumps({"turns": [dict(zip(keys, row, strict=True)) for row in rows]})


def whisper(*rows: tuple[float, float, str], **more: object) -> str:
    return json.dumps(
        {"segments": [{"start": a, "end": b, "text": text, **more} for a, b, text in rows]}
    )


def youtube(*rows: tuple[str, str]) -> str:
    about = {
        "url": "https://www.youtube.com/watch?v=abc",
        "title": "Council of Elmfield 4/9/2024",
        "publish_date": "4/9/2024",
    }
    return json.dumps(
        {"messages": [{"timestamp": at, "page_content": text, **about} for at, text in rows]}
    )


def cdp(*rows: tuple[float, float, int, str]) -> str:
    keys = ("start_time", "end_time", "speaker_index", "text")
    sentences = [
        {**dict(zip(keys, row, strict=True)), "speaker_name": None, "words": []} for row in rows
    ]
    return json.dumps({"session_datetime": "2024-04-09T09:30:00-07:00", "sentences": sentences})


def every_format() -> dict[str, str]:
    """Return one good file of each format, all saying SENTENCES."""
    timed = [(4.0 * number, 4.0 * number + 3.5, text) for number, text in enumerate(SENTENCES)]
    return {
        "webvtt": vtt(*timed),
        "srt": srt(*timed),
        "clocked-text": "".join(f"[{clock(start)[:8]}]\n{text}\n" for start, _, text in timed),
        "plain-text": "\n".join(SENTENCES),
        "cdp": cdp(*((start, end, 0, text) for start, end, text in timed)),
        "turns": turns(*(("Ann Lee", start, end, text) for start, end, text in timed)),
        "whisper": whisper(*timed),
        "youtube": youtube(
            *((f"0:{start:02.0f}-0:{end:02.0f}", text) for start, end, text in timed)
        ),
        "sentences": "".join(f"{number}\t{text}\n" for number, text in enumerate(SENTENCES)),
    }


def reading(content: str, *, allow_gaps: bool = False) -> Reading:
    return read(content.encode(), "meeting", allow_gaps=allow_gaps)


def texts(content: str) -> list[str]:
    return [utterance.text for utterance in reading(content).utterances]
