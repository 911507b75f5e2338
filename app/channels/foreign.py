"""Reads other programs' answers as far as possible."""

from __future__ import annotations

import codecs
import json
from typing import Any

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # Longer marks first: they begin like the shorter ones.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LONGEST_NUMBER = 300
"""Digits. Python refuses to read or show integers of some thousand digits."""


class Unreadable(ValueError):
    """It is no JSON, or an object has a key twice."""


def words(body: bytes) -> str:
    """The text: in its byte order mark's encoding, else UTF-8, else GB 18030, else UTF-8 with
    replacement characters."""
    named = next((name for mark, name in _MARKS if body.startswith(mark)), None)
    for encoding in (named,) if named else ("utf-8", "gb18030"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError as error:
            if error.end == len(body) and error.start > 0:
                return body[: error.start].decode(encoding)  # It was cut within a character.
    return body.decode("utf-8", "replace")


def value(body: bytes) -> Any:
    """The JSON in it. Raises Unreadable, also for too deep nesting, NaN and the like, and duplicate
    keys."""
    try:
        return json.loads(
            words(body), object_pairs_hook=_once, parse_constant=_no_number, parse_int=_whole
        )
    except (ValueError, RecursionError):
        raise Unreadable from None


def entries(body: bytes) -> dict[str, Any]:
    """The JSON object in it; empty when there is none."""
    try:
        found = value(body)
    except Unreadable:
        return {}
    return found if isinstance(found, dict) else {}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable
    return found


def _no_number(_name: str) -> Any:
    raise Unreadable


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= LONGEST_NUMBER else float(digits)
