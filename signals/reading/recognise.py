"""Which format a file has, told by its content and never by its name."""

import re

from signals.reading import json_document, sentences, text
from signals.reading.captions import TIMING
from signals.reading.model import Format, UnreadableTranscript

_MARKUP = re.compile(
    r"\s{0,200}<(?:!doctype|\?xml|html|head|body|tt[\s>:]|transcript|timedtext)", re.IGNORECASE
)
# What can follow "[" in JSON. Notes like [Applause] at the head of a plain text cannot.
_JSON = re.compile(r"\s*(?:\{|\[\s*(?:[\[{\"\-0-9\]]|true|false|null|NaN|$))")
_WORD = re.compile(r"[^\W\d_]")

_SHARE_OF_ROWS = 0.8
_FEWEST_MARKS = 3
_LINES_LOOKED_AT = 2000

_KNOWN = (
    "CivStart reads Council Data Project files (sentences), speaker turns (turns, or a list with"
    " speaker and text), Whisper (segments) and YouTube chunks (messages with page_content)"
)


def is_json(content: str) -> bool:
    """Return whether the file is meant to be JSON, be it broken."""
    return _JSON.match(content) is not None and not text.CLOCKED.match(content.lstrip())


def text_format(content: str, name: str) -> Format:
    """Return the format of a file that is not JSON; refuse web pages and junk."""
    content = content.lstrip()
    if content.startswith("WEBVTT"):
        return Format.WEBVTT
    lines = [line for line in content[:500_000].split("\n") if line.strip()][:_LINES_LOOKED_AT]
    if _is_clocked(lines):
        return Format.CLOCKED_TEXT
    if TIMING.search(content):
        return Format.SRT
    if (
        sum(sentences.ROW.fullmatch(line) is not None for line in lines)
        >= len(lines) * _SHARE_OF_ROWS
    ):
        return Format.SENTENCES
    _refuse_other_than_talk(content, name)
    return Format.PLAIN_TEXT


def _is_clocked(lines: list[str]) -> bool:
    """Return whether lines begin with times: the first, or so many that it is no accident."""
    marks = sum(text.CLOCKED.match(line) is not None for line in lines)
    return marks >= _FEWEST_MARKS or (marks > 0 and text.CLOCKED.match(lines[0]) is not None)


def document_format(document: object, name: str) -> Format:
    """Return the format of a JSON document; refuse others, saying what they are."""
    for key, format in _BY_KEY.items():
        if isinstance(document, dict) and isinstance(document.get(key), list):
            return format
    if isinstance(document, list) and (found := _of_item(json_document.first_item(document))):
        return found
    raise UnreadableTranscript(
        f"{name}: the JSON is {json_document.shape(document)}, which is no transcript known here."
        f" {_KNOWN}."
    )


_BY_KEY = {
    "sentences": Format.CDP,
    "turns": Format.TURNS,
    "segments": Format.WHISPER,
    "messages": Format.YOUTUBE,
}


def _of_item(item: dict[str, object]) -> Format | None:
    """Return the format of a bare list by its first item."""
    if "page_content" in item:
        return Format.YOUTUBE
    if "text" not in item:
        return None
    if "speaker" in item and not {"no_speech_prob", "tokens", "words"} & item.keys():
        return Format.TURNS
    return Format.WHISPER if {"start", "start_time"} & item.keys() else None


def _refuse_other_than_talk(content: str, name: str) -> None:
    if _MARKUP.match(content):
        raise UnreadableTranscript(
            f"{name} is a web page or XML, not a transcript. Save its text and bring that."
        )
    words = content[:200_000].split()
    if sum(_WORD.search(word) is not None for word in words) * 2 < len(words):
        raise UnreadableTranscript(
            f"{name} holds hardly any words, so it is not a transcript."
            " Bring WebVTT, SRT, JSON or plain text."
        )
