"""A message's reference as people repeat it."""

from __future__ import annotations

import re

from app.reading.characters import plain

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: without I, L, O and U, which people confuse."""
LENGTH = 6
# LM-8XFTSH, lm 8xf tsh, #LM8XFTSH, 编号：LM－8XFTSH
MARKED = re.compile(r"(?<![A-Z0-9])[L1I][M][\s.:_#-]*((?:[A-Z0-9][\s._-]*){6})(?![A-Z0-9])")
MISTAKEN = str.maketrans("OIL", "011")


def read(text: str) -> str:
    """The reference in our spelling; empty when the text has none."""
    seen = plain(text).upper()
    found = MARKED.search(seen)
    return _of(found[1]) if found else _of(seen.strip(" #.:"))


def _of(text: str) -> str:
    bare = re.sub(r"[\s._-]", "", text).translate(MISTAKEN)
    fits = len(bare) == LENGTH and all(char in ALPHABET for char in bare)
    return f"LM-{bare}" if fits else ""
