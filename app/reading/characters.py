"""Characters that look different and mean the same."""

from __future__ import annotations

import re
import unicodedata

from app.text import without_invisible

DASHES = re.compile("[\u00ad\u058a\u1806‐-―−⸺⸻〜~﹘﹣－ー]")
SPACES = re.compile(r"\s+")


def plain(text: str) -> str:
    """Narrow letters, western digits, one kind of dash and of space, and nothing invisible."""
    seen = unicodedata.normalize("NFKC", without_invisible(unicodedata.normalize("NFKC", text)))
    seen = "".join(_western(char) for char in seen)
    return SPACES.sub(" ", DASHES.sub("-", seen)).strip()


def _western(char: str) -> str:
    if char.isascii():
        return char
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)


def digits(text: str) -> str:
    """Its digits alone, of any script."""
    return "".join(char for char in plain(text) if char in "0123456789")
