"""Reading agendas and minutes: the bytes of a PDF or Word file in, the text of its pages out.

Knows nothing of the database. Files come from anywhere, so what they may unpack to, how many pages
they may have and how long they may take is bounded.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from io import BytesIO
from zipfile import BadZipFile, ZipFile

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from lxml.etree import LxmlError
from pypdf import PasswordType, PdfReader
from pypdf.errors import PyPdfError

from signals.reading.model import UnreadableTranscript
from signals.reading.read import MAX_BYTES

MAX_PAGES = 2_000
MAX_UNPACKED = 200_000_000
SECONDS = 120
MOST_LETTERS = 20_000_000
LETTERS_OF_TITLE = 1_500
LETTERS_OF_DATE = 3_000

_WORD_PART = "word/document.xml"
_ZIP = b"PK\x03\x04"
_PDF = b"%PDF-"
_PDF_WITHIN = 1024  # some programs put a line before the mark

# What the libraries raise on damaged files beside their own errors.
_DAMAGED = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError)
_DAMAGED_TOO = (OSError, AssertionError, NotImplementedError, EOFError)

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_SPACES = re.compile(r"[ \t\u00a0]+")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_WRITTEN_DATE = re.compile(rf"\b({_MONTHS})\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", re.I)


class UnreadableDocument(UnreadableTranscript):
    """The document cannot be read; the message names the file and what to do."""


class DocumentFormat(StrEnum):
    """The formats of documents, recognised by content."""

    PDF = "pdf"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class DocumentReading:
    """A document, understood: the text of its pages, and the day written at its head, if any."""

    format: DocumentFormat
    pages: tuple[str, ...]
    held_on: date | None


def is_document(raw: bytes) -> bool:
    """Whether the file is meant to be a PDF or Word document, be it broken."""
    return _is_pdf(raw) or (raw.startswith(_ZIP) and (_WORD_PART.encode() in raw or _is_cut(raw)))


def _is_pdf(raw: bytes) -> bool:
    return _PDF in raw[:_PDF_WITHIN]


def _is_cut(raw: bytes) -> bool:
    """Whether a zip has lost the list at its end that says what is in it."""
    return b"PK\x05\x06" not in raw[-66_000:]


def read_document(raw: bytes, name: str) -> DocumentReading:
    """Return the text of a PDF or Word file, page by page.

    Raise UnreadableDocument naming the file and what to do, for one that is encrypted, scanned,
    damaged, or larger than it may be.
    """
    if len(raw) > MAX_BYTES:
        raise UnreadableDocument(
            f"{name} has {len(raw):,} bytes, more than the {MAX_BYTES:,} that are read at once."
        )
    format_ = DocumentFormat.PDF if _is_pdf(raw) else DocumentFormat.WORD
    try:
        pages = _pdf(raw, name) if format_ is DocumentFormat.PDF else _word(raw, name)
        texts = tuple(_limited(pages, name))
    except UnreadableDocument:
        raise
    except (PyPdfError, PackageNotFoundError, LxmlError, BadZipFile) as error:
        raise UnreadableDocument(_damaged(name)) from error
    except (*_DAMAGED, *_DAMAGED_TOO) as error:
        raise UnreadableDocument(_damaged(name)) from error
    return DocumentReading(format_, texts, day_written(texts[0] if texts else ""))


def _damaged(name: str) -> str:
    return f"{name} is damaged or not complete. Open it, save it anew, and bring that."


def _limited(pages: Iterator[str], name: str) -> Iterator[str]:
    """Pass the pages on, cleaned, while they are of a bearable size; refuse to find no words."""
    until, letters, words = time.monotonic() + SECONDS, 0, False
    for page in pages:
        text = _clean(page)
        letters += len(text)
        words = words or bool(text)
        if letters > MOST_LETTERS:
            raise UnreadableDocument(f"{name} holds more text than any meeting's paper. Split it.")
        if time.monotonic() > until:
            raise UnreadableDocument(
                f"{name} takes longer than {SECONDS} seconds to read. Split it."
            )
        yield text
    if not words:
        raise UnreadableDocument(
            f"{name} has no text in it, only pictures: it was scanned. "
            "Bring one that went through text recognition (OCR)."
        )


def _clean(page: str) -> str:
    """Return the page with plain spaces and without what a database cannot hold."""
    lines = (_SPACES.sub(" ", line).strip() for line in _UNSTORABLE.sub("", page).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


# --- PDF ---------------------------------------------------------------------------------


def _pdf(raw: bytes, name: str) -> Iterator[str]:
    reader = PdfReader(BytesIO(raw))
    # Many are encrypted only to forbid printing: those open with an empty password.
    if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
        raise UnreadableDocument(f"{name} is locked with a password. Save it without one.")
    count = len(reader.pages)
    if count > MAX_PAGES:
        raise UnreadableDocument(
            f"{name} has {count:,} pages, more than the {MAX_PAGES:,} that are read. Split it."
        )
    for page in reader.pages:
        yield page.extract_text()


# --- Word --------------------------------------------------------------------------------


def _word(raw: bytes, name: str) -> Iterator[str]:
    with ZipFile(BytesIO(raw)) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())
        names = set(archive.namelist())
    if unpacked > MAX_UNPACKED:
        raise UnreadableDocument(
            f"{name} unpacks to {unpacked / 1e6:,.0f} MB, far more than a meeting's paper has. "
            "Save its text anew and bring that."
        )
    if _WORD_PART not in names:
        raise UnreadableDocument(_damaged(name))
    return _word_pages(docx.Document(BytesIO(raw)), name)


def _word_pages(document: Document, name: str) -> Iterator[str]:
    """Yield pages as Word broke them when the file was saved; one if it never did."""
    lines: list[str] = []
    count = 1
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            lines += [_row(cells) for cells in _cells(part)]
            continue
        if part.contains_page_break and lines:
            yield "\n".join(lines)
            lines, count = [], count + 1
        if count > MAX_PAGES:
            raise UnreadableDocument(
                f"{name} has more than the {MAX_PAGES:,} pages that are read. Split it."
            )
        lines.append(part.text)
    yield "\n".join(lines)


def _cells(table: Table) -> Iterator[list[str]]:
    for row in table.rows:
        yield [cell.text.strip() for cell in row.cells]


def _row(cells: list[str]) -> str:
    """Return a row's cells as a line. A cell that spans columns is listed once for each."""
    return " | ".join(text for text in dict.fromkeys(cells) if text)


# --- What the first page says ------------------------------------------------------------


def day_written(text: str) -> date | None:
    """Return the first day written out in the text's beginning, as November 12, 2026."""
    for month, day, year in _WRITTEN_DATE.findall(text[:LETTERS_OF_DATE]):
        try:
            return datetime.strptime(f"{month} {day} {year}", "%B %d %Y").date()  # noqa: DTZ007
        except ValueError:
            continue
    return None


def kind_of(*texts: str) -> str:
    """Return agenda, minutes or other, by which word the first telling text uses first."""
    for text in texts:
        found = re.search(r"agenda|minutes", text[:LETTERS_OF_TITLE].replace("_", " "), re.I)
        if found:
            return found[0].lower()
    return "other"
