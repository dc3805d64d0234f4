"""Small PDF and Word files with invented text."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject


def pdf(*pages: str, password: str | None = None, user_password: str | None = None) -> bytes:
    """A PDF with these texts as its pages. An empty user_password encrypts it for all to read."""
    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    reference = writer._add_object(font)
    for text in pages:
        page = writer.add_blank_page(612, 792)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): reference})}
        )
        stream = DecodedStreamObject()
        lines = " ".join(f"({line}) Tj 0 -14 Td" for line in text.splitlines())
        stream.set_data(f"BT /F1 12 Tf 72 720 Td {lines} ET".encode())
        page[NameObject("/Contents")] = writer._add_object(stream)
    if password is not None:
        writer.encrypt(user_password or "", password, algorithm="AES-256")
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def word(*paragraphs: str, rows: tuple[tuple[str, ...], ...] = ()) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if rows:
        table = document.add_table(rows=0, cols=len(rows[0]))
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def with_part(raw: bytes, name: str, content: bytes) -> bytes:
    """The Word file with one of its parts replaced."""
    file = BytesIO()
    with ZipFile(BytesIO(raw)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
    return file.getvalue()
