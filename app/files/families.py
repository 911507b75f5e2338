"""What a file is, by its first bytes; never by its name or by what a browser calls it."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Literal

import msgspec

from app.catalogue import N_
from app.reading import encodings

Family = Literal["pictures", "documents", "audio", "video", "archives"]
FAMILIES: tuple[Family, ...] = ("pictures", "documents", "audio", "video", "archives")
USUAL: tuple[Family, ...] = ("pictures",)
FAMILY_NAMES: dict[str, str] = {
    "pictures": N_("pictures"),
    "documents": N_("documents"),
    "audio": N_("sound"),
    "video": N_("video"),
    "archives": N_("archives"),
}


class Type(msgspec.Struct, frozen=True):
    """`endings` are those that its name may have; the first is added where it has none of them."""

    family: Family
    media_type: str
    endings: tuple[str, ...]


def _type(family: Family, media_type: str, *endings: str) -> Type:
    return Type(family, media_type, endings)


JPEG = _type("pictures", "image/jpeg", "jpg", "jpeg", "jfif")
PNG = _type("pictures", "image/png", "png")
GIF = _type("pictures", "image/gif", "gif")
WEBP = _type("pictures", "image/webp", "webp")
BMP = _type("pictures", "image/bmp", "bmp")
AVIF = _type("pictures", "image/avif", "avif")
HEIC = _type("pictures", "image/heic", "heic", "heif", "hif")
TIFF = _type("pictures", "image/tiff", "tif", "tiff", "dng")
PDF = _type("documents", "application/pdf", "pdf")
OLE = _type("documents", "application/x-ole-storage", "doc", "xls", "ppt", "wps", "et", "dps")
TEXT = _type("documents", "text/plain", "txt", "csv", "log", "md")
RTF = _type("documents", "application/rtf", "rtf")
OFD = _type("documents", "application/ofd", "ofd")
OPEN = "application/vnd.oasis.opendocument"
OFFICE = "application/vnd.openxmlformats-officedocument"
ODT = _type("documents", f"{OPEN}.text", "odt", "ods", "odp")
DOCX = _type("documents", f"{OFFICE}.wordprocessingml.document", "docx")
XLSX = _type("documents", f"{OFFICE}.spreadsheetml.sheet", "xlsx")
PPTX = _type("documents", f"{OFFICE}.presentationml.presentation", "pptx")
MP3 = _type("audio", "audio/mpeg", "mp3")
M4A = _type("audio", "audio/mp4", "m4a", "aac")
AAC = _type("audio", "audio/aac", "aac")
AMR = _type("audio", "audio/amr", "amr")
WAV = _type("audio", "audio/wav", "wav")
OGG = _type("audio", "audio/ogg", "ogg", "opus", "oga")
FLAC = _type("audio", "audio/flac", "flac")
MP4 = _type("video", "video/mp4", "mp4", "m4v")
MOV = _type("video", "video/quicktime", "mov")
GP3 = _type("video", "video/3gpp", "3gp")
WEBM = _type("video", "video/webm", "webm", "mkv")
AVI = _type("video", "video/x-msvideo", "avi")
ZIP = _type("archives", "application/zip", "zip")
RAR = _type("archives", "application/vnd.rar", "rar")
SEVEN = _type("archives", "application/x-7z-compressed", "7z")
GZIP = _type("archives", "application/gzip", "gz", "tgz")

BEGINNINGS: tuple[tuple[bytes, Type], ...] = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"%PDF-", PDF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"{\\rtf", RTF),
    (b"ID3", MP3),
    (b"#!AMR", AMR),
    (b"OggS", OGG),
    (b"fLaC", FLAC),
    (b"\x1aE\xdf\xa3", WEBM),
    (b"Rar!\x1a\x07", RAR),
    (b"7z\xbc\xaf'\x1c", SEVEN),
    (b"\x1f\x8b\x08", GZIP),
)
RIFF = {b"WEBP": WEBP, b"WAVE": WAV, b"AVI ": AVI}
BRANDS: tuple[tuple[bytes, Type], ...] = (
    (b"avi", AVIF),
    *((each, HEIC) for each in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")),
    (b"M4A", M4A),
    (b"M4B", M4A),
    (b"qt", MOV),
    (b"3g", GP3),
)
"""Of ISO media files; others are videos."""
MPEG = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb]")
ADTS = re.compile(rb"\xff[\xf0\xf1\xf8\xf9]")
PROGRAM = re.compile(rb"\s*(?:#!|<|MZ)")
"""Scripts, and anything that a browser might read as a page."""
MEMBERS_MAX = 5000
TEXT_MAX = 2 * 1024 * 1024


def of(content: bytes) -> Type | None:
    """None for what is nothing of it: programs, pages, scripts."""
    for beginning, found in BEGINNINGS:
        if content.startswith(beginning):
            return found
    if content[:4] == b"RIFF":
        return RIFF.get(content[8:12])
    if content[:2] == b"BM" and len(content) > 26 and content[6:10] == b"\0\0\0\0":
        return BMP
    if content[4:8] == b"ftyp":
        return _media(content)
    if content[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _packed(content)
    if ADTS.match(content):
        return AAC
    return MP3 if MPEG.match(content) else _text(content)


def _media(content: bytes) -> Type:
    brand = content[8:12]
    return next((found for name, found in BRANDS if brand.startswith(name)), MP4)


def _packed(content: bytes) -> Type | None:
    """Documents are archives, too. Those with macros are programs."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [each.filename for each in archive.infolist()[:MEMBERS_MAX]]
            kind = archive.read("mimetype")[:100] if _is_short(archive, "mimetype") else b""
    except (zipfile.BadZipFile, ValueError, RuntimeError, OSError, EOFError):
        return None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    if kind.startswith(OPEN.encode()):
        return ODT
    if "OFD.xml" in names:
        return OFD
    if "[Content_Types].xml" in names:
        for folder, found in (("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX)):
            if any(name.startswith(folder) for name in names):
                return found
    return ZIP


def _is_short(archive: zipfile.ZipFile, name: str) -> bool:
    try:
        return archive.getinfo(name).file_size < 200
    except KeyError:
        return False


def _text(content: bytes) -> Type | None:
    if not content or len(content) > TEXT_MAX or PROGRAM.match(encodings.without_mark(content)):
        return None
    text = encodings.text_of(content)
    odd = sum(each < " " and each not in "\r\n\t\f" or each == "\ufffd" for each in text)
    return None if odd else TEXT


def accepted(families: tuple[str, ...]) -> str:
    """For a browser's file dialog. Phones turn their own kinds of pictures into JPEG when these
    are asked for by name."""
    if families == USUAL:
        return "image/jpeg,image/png,image/webp,image/gif"
    found = ["image/*"] if "pictures" in families else []
    found += [each for each in ("audio/*", "video/*") if each[:5] in families]
    for each in TYPES:
        if each.family in families and each.family in {"documents", "archives"}:
            found += [f".{ending}" for ending in each.endings]
    return ",".join(dict.fromkeys(found))


TYPES = tuple(each for each in globals().values() if isinstance(each, Type))
