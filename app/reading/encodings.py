"""Files as text, whatever program saved them."""

from __future__ import annotations

import codecs
import re

MARKS = (
    # Longer ones first: UTF-32's mark begins like UTF-16's.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
FALLBACKS = ("utf-8", "big5", "gb18030", "cp1252")
SPLIT_SIGN = re.compile(rb"(\r?\n[ \t])([\x80-\xbf]+)")
"""Calendars and address cards fold lines after 75 bytes, some programs within a character."""
MOSTLY = 0.3
"""In UTF-16 text with ASCII in it, at least this share of the high bytes is 0."""


def without_mark(raw: bytes) -> bytes:
    """Without a UTF-8 byte order mark."""
    return raw.removeprefix(codecs.BOM_UTF8)


def text_of(raw: bytes) -> str:
    """The text of a file: by its byte order mark, else as UTF-8, else as Excel writes it. Never
    raises: as a last resort unreadable bytes become replacement characters."""
    for mark, name in MARKS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(name, "replace")
    if name := _two_bytes_a_sign(raw):
        return raw.decode(name, "replace")
    if raw.startswith(b"BEGIN:V"):
        whole = SPLIT_SIGN.sub(rb"\2\1", raw)
        raw = raw if _decoded(whole, "utf-8") is None else whole
    for name in FALLBACKS:
        if (text := _decoded(raw, name)) is not None:
            return text
    return raw.decode("utf-8", "replace")


def _decoded(raw: bytes, name: str) -> str | None:
    try:
        text = raw.decode(name)
    except UnicodeDecodeError:
        return None
    # Much of one can be read as the other. Everyday characters are in the older GB 2312 too.
    return None if name == "big5" and _decoded(raw, "gb2312") is not None else text


def of_two_bytes(raw: bytes) -> bool:
    """Whether a text that begins with an ASCII character is in UTF-16 or UTF-32."""
    first, second = raw[:1], raw[1:2]
    return len(raw) > 1 and (first == b"\0") != (second == b"\0")


def _two_bytes_a_sign(raw: bytes) -> str:
    """Name of the encoding if it is UTF-16 without a mark, whose ASCII has 0 in every second byte;
    else empty."""
    if len(raw) < 4 or b"\0" not in raw:
        return ""
    half = len(raw) // 2
    if raw[1::2].count(0) > half * MOSTLY > raw[0::2].count(0):
        return "utf-16-le"
    return "utf-16-be" if raw[0::2].count(0) > half * MOSTLY else ""
