"""Where somebody tells the operator of a fault in the security: https://www.rfc-editor.org/rfc/rfc9116"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

VALID = dt.timedelta(days=90)
"""Less than the year that the standard allows, and long after it was read."""
MAIL = re.compile(r"[^\s@:/?#<>,]+@[^\s@:/?#<>,]+\.[^\s@:/?#<>,]+")
WEB = re.compile(r"https://[!-~]+|tel:\+[0-9-]+|mailto:[!-~]+@[!-~]+")


def parse(text: str) -> tuple[str, ...]:
    """As URIs, the preferred first. Raises ValueError."""
    return tuple(_uri(each.strip()) for each in text.split(",") if each.strip())


def _uri(text: str) -> str:
    if MAIL.fullmatch(text) and text.isascii():
        return f"mailto:{text}"
    if WEB.fullmatch(text):
        return text
    raise ValueError


def written(
    contacts: Iterable[str], base_url: str, languages: Iterable[str], now: dt.datetime
) -> str:
    """The file. It ends at a midnight, so that it is the same for a day."""
    until = (now.astimezone(dt.UTC) + VALID).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        *(f"Contact: {each}" for each in contacts),
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(languages)}",
        f"Canonical: {base_url}/.well-known/security.txt",
    ]
    return "\n".join(lines) + "\n"
