"""What somebody wants to take out, and the file that they get."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec

FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "jsonl": "application/jsonl",
}
"""Media types; texts are UTF-8."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """How somebody wants the messages. Contact data is masked unless `full`; who may have it in
    full is decided by whoever makes the wish."""

    format: str
    full: bool
    locale: str


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """A file. `plain_name` is `name` in ASCII; `length` is in bytes, None while nobody knows."""

    name: str
    plain_name: str
    media_type: str
    pieces: AsyncIterator[bytes]
    length: int | None = None
