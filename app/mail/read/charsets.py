"""Bytes of mails as text, by what they claim to be and what they are."""

from __future__ import annotations

import codecs
import re

from app.reading import encodings

# What mail programs call them, and what they mean: always the newest of a family, which has all
# characters of the older ones. GB2312 is claimed by most mails that have others, too.
WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "gb_2312-80": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "cp950",
    "big-5": "cp950",
    "x-x-big5": "cp950",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "iso-8859-1": "cp1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
}
MULTI_BYTE = {"utf-8", "gb18030", "cp950", "cp949", "cp932"}
BAD_MAX = 0.02
"""As many bytes of a text may be damaged before another encoding is tried."""
NO_TEXT = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape"}
"""What Python takes for encodings of text, and no mail is written in."""
NAME = re.compile(r"[a-z0-9._:+-]{1,40}")


def decoded(raw: bytes, claimed: str) -> str:
    """Never raises."""
    name = _codec(claimed)
    if name is None:
        return encodings.text_of(raw)
    try:
        return raw.decode(name)
    except (UnicodeDecodeError, ValueError):
        pass
    if name in MULTI_BYTE:
        rough = raw.decode(name, "replace")
        if rough.count("\ufffd") <= max(1, len(raw) * BAD_MAX):
            return rough
    if name == "cp1252" or claimed.lower() in {"us-ascii", "ascii"}:
        return encodings.text_of(raw)
    return _better(encodings.text_of(raw), raw.decode(name, "replace"))


def _codec(claimed: str) -> str | None:
    name = claimed.strip().strip("\"'").lower()
    name = WIDER.get(name, name)
    if not NAME.fullmatch(name):
        return None
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    if info.name.replace("-", "_") in NO_TEXT:
        return None
    # base64, rot13 and the like are no encodings of text.
    return name if getattr(info, "_is_text_encoding", True) else None


def _better(one: str, other: str) -> str:
    return one if one.count("\ufffd") <= other.count("\ufffd") else other
