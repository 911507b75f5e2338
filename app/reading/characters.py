"""Characters that look different and mean the same."""

from __future__ import annotations

import re
import unicodedata

from app.text import without_invisible

DASHES = re.compile("[\u00ad\u058a\u1806‐-―−⸺⸻〜~﹘﹣－ー]")
SPACES = re.compile(r"\s+")


def plain(text: str) -> str:
    """The text with narrow letters, western digits, one kind of dash and space, nothing
    invisible."""
    seen = unicodedata.normalize("NFKC", without_invisible(unicodedata.normalize("NFKC", text)))
    seen = "".join(_western(char) for char in seen)
    return SPACES.sub(" ", DASHES.sub("-", seen)).strip()


def _western(char: str) -> str:
    if char.isascii():
        return char
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)


def digits(text: str) -> str:
    """Only its digits, of any script, as western ones."""
    return "".join(char for char in plain(text) if char in "0123456789")
