"""Files as text, whatever program saved them."""

from __future__ import annotations

import codecs
import re

MARKS = (
    # The longer ones first: a mark of UTF-32 begins like one of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
FALLBACKS = ("utf-8", "big5", "gb18030", "cp1252")
SPLIT_SIGN = re.compile(rb"(\r?\n[ \t])([\x80-\xbf]+)")
"""Calendars and address cards fold a line after 75 bytes, and some programs fold within a sign."""
MOSTLY = 0.3
"""In text of two bytes a sign, so many of its bytes are 0 at least where there is any ASCII."""


def without_mark(raw: bytes) -> bytes:
    """Without the mark that some programs put before UTF-8."""
    return raw.removeprefix(codecs.BOM_UTF8)


def text_of(raw: bytes) -> str:
    """The text of a file: by its mark, else UTF-8, else what Chinese Excel writes. What no reading
    fits is read with a sign for every byte that is none; nothing is ever raised."""
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
    # Much of the one can be read as the other. Signs of every day are in the older GB 2312 too.
    return None if name == "big5" and _decoded(raw, "gb2312") is not None else text


def of_two_bytes(raw: bytes) -> bool:
    """Whether a text that begins with an ASCII sign is in UTF-16 or UTF-32."""
    first, second = raw[:1], raw[1:2]
    return len(raw) > 1 and (first == b"\0") != (second == b"\0")


def _two_bytes_a_sign(raw: bytes) -> str:
    """UTF-16 without a mark: every second byte of a separator or a digit is 0."""
    if len(raw) < 4 or b"\0" not in raw:
        return ""
    half = len(raw) // 2
    if raw[1::2].count(0) > half * MOSTLY > raw[0::2].count(0):
        return "utf-16-le"
    return "utf-16-be" if raw[0::2].count(0) > half * MOSTLY else ""
