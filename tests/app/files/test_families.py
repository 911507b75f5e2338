"""What a file is, by its bytes."""

from __future__ import annotations

import io
import zipfile

from app.files import families
from tests.app.files.pictures import picture


def packed(*names: str, **contents: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
        for name, content in contents.items():
            archive.writestr(name, content)
    return made.getvalue()


TYPES = "[Content_Types].xml"
KNOWN = {
    families.JPEG: picture("JPEG"),
    families.PNG: picture("PNG"),
    families.GIF: picture("GIF"),
    families.WEBP: picture("WEBP"),
    families.BMP: picture("BMP"),
    families.TIFF: picture("TIFF"),
    families.AVIF: picture("AVIF"),
    families.HEIC: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    families.MP4: b"\0\0\0\x18ftypisom\0\0\0\0isommp42",
    families.MOV: b"\0\0\0\x14ftypqt  \0\0\0\0qt  ",
    families.M4A: b"\0\0\0\x18ftypM4A \0\0\0\0",
    families.GP3: b"\0\0\0\x18ftyp3gp4\0\0\0\0",
    families.AMR: b"#!AMR\n",
    families.MP3: b"ID3\x04",
    families.PDF: b"%PDF-1.7\n",
    families.OLE: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    families.DOCX: packed(TYPES, "word/document.xml"),
    families.XLSX: packed(TYPES, "xl/workbook.xml"),
    families.PPTX: packed(TYPES, "ppt/presentation.xml"),
    families.ODT: packed(mimetype="application/vnd.oasis.opendocument.text"),
    families.OFD: packed("OFD.xml"),
    families.ZIP: packed("a.txt"),
    families.RAR: b"Rar!\x1a\x07\x01\0",
    families.TEXT: "报价单，第一行\n第二行".encode("gb18030"),
}
NOTHING = (
    b"",
    b"MZ\x90\0\x03",
    b"\x7fELF\x02\x01",
    b"#!/bin/sh\nrm -rf /",
    b"<html><script>alert(1)</script>",
    b"\xef\xbb\xbf  <svg xmlns='http://www.w3.org/2000/svg'/>",
    b"<?xml version='1.0'?><svg/>",
    packed(TYPES, "word/document.xml", "word/vbaProject.bin"),
    b"PK\x03\x04 broken",
    b"\0\0\0\0 nothing known",
    b"a\0b",
)


def test_it_is_known_by_its_beginning() -> None:
    assert {kind.media_type: families.of(content) for kind, content in KNOWN.items()} == {
        kind.media_type: kind for kind in KNOWN
    }


def test_programs_pages_and_scripts_are_nothing() -> None:
    assert [each[:20] for each in NOTHING if families.of(each)] == []


def test_phones_are_asked_for_jpeg() -> None:
    assert families.accepted(("pictures",)).startswith("image/jpeg,")
    assert ".pdf" in families.accepted(("pictures", "documents"))
    assert "video/*" not in families.accepted(("pictures", "documents"))
