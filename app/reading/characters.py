"""Characters that look different and mean the same."""

from __future__ import annotations

import re
import unicodedata

from app.text import is_plain, without_invisible

DASHES = re.compile("[\u00ad\u058a\u1806‐-―−⸺⸻〜~﹘﹣－ー]")
FOREIGN_DIGIT = re.compile(r"[^\D0-9]")
NO_DIGIT = re.compile("[^0-9]+")


def plain(text: str) -> str:
    """The text with narrow letters, western digits, one kind of dash and space, nothing
    invisible."""
    if is_plain(text):
        return " ".join(text.replace("~", "-").split())
    seen = unicodedata.normalize("NFKC", without_invisible(unicodedata.normalize("NFKC", text)))
    seen = FOREIGN_DIGIT.sub(lambda found: str(unicodedata.decimal(found[0])), seen)
    return " ".join(DASHES.sub("-", seen).split())


def digits(text: str) -> str:
    """Only its digits, of any script, as western ones."""
    return digits_of(plain(text))


def digits_of(seen: str) -> str:
    """Only the digits of a text that is `plain` already."""
    return NO_DIGIT.sub("", seen)
