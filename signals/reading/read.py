"""The one way in: bytes of a transcript file to utterances and a report."""

from collections.abc import Callable

from signals.reading import (
    artefacts,
    captions,
    cdp,
    clean,
    join,
    json_document,
    recognise,
    rolling,
    sentences,
    speakers,
    text,
    times,
    turns,
    whisper,
    youtube,
)
from signals.reading.decoding import decode, has_mark
from signals.reading.draft import Draft
from signals.reading.model import Format, Reading, UnreadableTranscript, Utterance

MAX_BYTES = 50_000_000

_TEXT_PARSERS: dict[Format, Callable[[str, str], Draft]] = {
    Format.WEBVTT: captions.parse_webvtt,
    Format.SRT: captions.parse_srt,
    Format.CLOCKED_TEXT: text.parse_clocked,
    Format.PLAIN_TEXT: text.parse_plain,
    Format.SENTENCES: sentences.parse,
}
_JSON_PARSERS: dict[Format, Callable[[object, str], Draft]] = {
    Format.CDP: cdp.parse,
    Format.TURNS: turns.parse,
    Format.WHISPER: whisper.parse,
    Format.YOUTUBE: youtube.parse,
}

# Fewer sentence ends than one in so many words, and the text was not punctuated at all.
_WORDS_PER_STOP = 80


def read(
    raw: bytes, name: str, *, encoding: str | None = None, allow_gaps: bool = False
) -> Reading:
    """Return what a transcript file says, and a report of what was done to it.

    The format is told by the content; name only appears in messages. encoding is for files that
    are not UTF-8. allow_gaps accepts an hour or more without a word, as in adjourned meetings.
    Raise UnreadableTranscript naming the file, the place in it and what to do. Takes
    about a twentieth of a second for a meeting of seven hours.
    """
    if len(raw) > MAX_BYTES:
        raise UnreadableTranscript(
            f"{name} has {len(raw):,} bytes, more than the {MAX_BYTES:,} that are read at once."
            " Split it by meeting."
        )
    content, used = decode(raw, name, encoding)
    draft = _parse(content, name)
    if has_mark(raw):
        draft.report.seen["byte order mark"] += 1
    if used not in ("utf-8", "utf-8-sig"):
        draft.report.notes.append(f"The file was read as {used}.")
    return _finish(draft, allow_gaps=allow_gaps)


def _parse(content: str, name: str) -> Draft:
    if recognise.is_json(content):
        document = json_document.load(content, name)
        return _JSON_PARSERS[recognise.document_format(document, name)](document, name)
    return _TEXT_PARSERS[recognise.text_format(content, name)](content, name)


def _finish(draft: Draft, *, allow_gaps: bool) -> Reading:
    """Take the cues through all repairs. The order matters: text, speakers, times, artefacts."""
    clean.clean(draft)
    if draft.report.format in (Format.WEBVTT, Format.SRT):
        rolling.unroll(draft)
    speakers.separate(draft)
    _refuse_nothing(draft, len(draft.cues))
    cues = artefacts.drop(draft, times.settle(draft, allow_gaps=allow_gaps))
    _refuse_nothing(draft, len(cues))
    spoken = tuple(join.utterances(cues, draft.report.seen))
    _describe(draft, spoken)
    return Reading(spoken, draft.report, draft.title, draft.held_on, draft.video_url)


def _refuse_nothing(draft: Draft, left: int) -> None:
    if left:
        return
    seen = ", ".join(f"{count} times {reason}" for reason, count in draft.report.dropped.items())
    raise UnreadableTranscript(
        f"{draft.name}: read as {draft.report.format.value}, but no cue with words in it was found"
        + (f" ({seen})." if seen else ".")
        + " Check that the file is complete and is a transcript."
    )


def _describe(draft: Draft, spoken: tuple[Utterance, ...]) -> None:
    """Add to the report what a reader of the text should know about it."""
    words = [word for utterance in spoken for word in utterance.text.split()]
    stops = sum(word.endswith((".", "?", "!")) for word in words)
    if speakers.is_in_capitals(" ".join(words[:5000])):
        draft.report.seen["text in capital letters"] += 1
        draft.report.notes.append("The text is in capital letters; it is kept as it is.")
    if stops * _WORDS_PER_STOP < len(words) and len(words) > _WORDS_PER_STOP:
        draft.report.seen["text without full stops"] += 1
        draft.report.notes.append(
            "The text has hardly any full stops, so it is cut at pauses and every 35 words or so."
        )
