"""From bytes to text, and the refusal of what is no text at all."""

import codecs
import re

from signals.reading.model import UnreadableTranscript

# utf-32 comes first: its little-endian mark begins with that of utf-16.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_SIGNATURES = (
    (b"%PDF", "a PDF; save its text as a .txt file and bring that"),
    (
        b"PK\x03\x04",
        "a zip archive or Office document; save its text as a .txt file and bring that",
    ),
    (b"{\\rtf", "an RTF document; save it as plain text and bring that"),
    (b"\xd0\xcf\x11\xe0", "an old Office document; save its text as a .txt file and bring that"),
    (b"\x1f\x8b", "compressed with gzip; unpack it first"),
    (b"\xfd7zXZ", "compressed with xz; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd; unpack it first"),
    (b"BZh", "compressed with bzip2; unpack it first"),
    (b"ID3", "a sound recording; bring its transcript"),
    (b"RIFF", "a sound or video recording; bring its transcript"),
    (b"OggS", "a sound or video recording; bring its transcript"),
    (b"\x1aE\xdf\xa3", "a video recording; bring its transcript"),
    (b"\x89PNG", "a picture; bring a transcript"),
    (b"\xff\xd8\xff", "a picture; bring a transcript"),
)

_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_LARGEST_SHARE_OF_CONTROL = 0.01


def decode(raw: bytes, name: str, encoding: str | None) -> tuple[str, str]:
    """Return the text with plain line ends, and the encoding it was read in.

    Raise UnreadableTranscript, naming the byte, for anything that is not text.
    """
    if not raw.strip():
        raise UnreadableTranscript(f"{name} is empty; bring a file with a transcript in it.")
    chosen = encoding or _marked_encoding(raw)
    if chosen:
        text = _decode_as(chosen, raw, name)
    else:
        _refuse_binary(raw, name)
        text, chosen = _decode_as_utf8(raw, name), "utf-8"
    return _plain_lines(text, name), chosen


def has_mark(raw: bytes) -> bool:
    """Return whether the file begins with a byte order mark."""
    return _marked_encoding(raw) is not None


def _marked_encoding(raw: bytes) -> str | None:
    return next((encoding for mark, encoding in _BYTE_ORDER_MARKS if raw.startswith(mark)), None)


def _decode_as(encoding: str, raw: bytes, name: str) -> str:
    try:
        text = raw.decode(encoding)
    except LookupError as error:
        raise UnreadableTranscript(
            f"{name}: {encoding!r} is not an encoding of text;"
            " write one such as utf-8, latin-1 or cp1252."
        ) from error
    except UnicodeDecodeError as error:
        raise UnreadableTranscript(
            f"{name} is not {encoding} text: byte {error.start} (line {_line(raw, error.start)})"
            " does not fit. Name another with --encoding."
        ) from error
    except ValueError as error:
        raise UnreadableTranscript(
            f"{name} cannot be read as {encoding}: {error}. Name another with --encoding."
        ) from error
    return text


def _decode_as_utf8(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableTranscript(
            f"{name} is not UTF-8 text: byte {error.start} (line {_line(raw, error.start)}) is"
            f" 0x{raw[error.start]:02X}. {_advice(raw)}"
        ) from error


def _advice(raw: bytes) -> str:
    """Return what to try. The bytes 80 to 9F are curly quotes in cp1252 and nothing in Latin-1."""
    high = [byte for byte in raw if byte >= 0x80]
    if len(high) > len(raw) * 0.3:
        return "Save the file as UTF-8 or name its encoding with --encoding."
    likely = "cp1252" if any(byte < 0xA0 for byte in high) else "latin-1"
    return f"It looks like {likely}: read it with --encoding {likely}, or save it as UTF-8."


def _refuse_binary(raw: bytes, name: str) -> None:
    for signature, what in _SIGNATURES:
        if raw.startswith(signature):
            raise UnreadableTranscript(f"{name} is {what}.")
    if (offset := raw.find(0)) >= 0:
        raise UnreadableTranscript(f"{name} has a NUL byte at offset {offset}{_nul_advice(raw)}")
    control = _CONTROL.search(raw)
    if control and len(_CONTROL.findall(raw)) > len(raw) * _LARGEST_SHARE_OF_CONTROL:
        raise UnreadableTranscript(
            f"{name} is not text: byte {control.start()} is 0x{raw[control.start()]:02X} and"
            " many more are like it. Bring a transcript in text form."
        )


def _nul_advice(raw: bytes) -> str:
    """Return the end of the sentence. UTF-16 without a mark has a NUL in every second place."""
    evens, odds, enough = raw[::2].count(0), raw[1::2].count(0), len(raw) * 0.3
    if odds > enough:
        return "; it looks like UTF-16: read it with --encoding utf-16-le."
    if evens > enough:
        return "; it looks like UTF-16: read it with --encoding utf-16-be."
    return ", so it is not a text file. Bring a transcript in text form."


def _plain_lines(text: str, name: str) -> str:
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if (offset := text.find("\0")) >= 0:
        line = text.count("\n", 0, offset) + 1
        raise UnreadableTranscript(
            f"{name} has a NUL character at offset {offset} (line {line});"
            " if --encoding was given, name another, otherwise take it out."
        )
    if not text.strip():
        raise UnreadableTranscript(f"{name} is empty; bring a file with a transcript in it.")
    return text


def _line(raw: bytes, offset: int) -> int:
    return raw.count(b"\n", 0, offset) + 1
