"""Values on their way into SQLite and back, as Piccolo has them, without what took longest: it asks
of each value what it is, and reads the same ids and writes the same moments again and again. What
comes out is the same: `tests/app/database/test_converting.py` compares it with Piccolo's own."""

from __future__ import annotations

import datetime as dt
import functools
import sqlite3
import uuid
from typing import Any

from piccolo.engine import sqlite as piccolos

KEPT = 4096
"""Ids and moments that are remembered: an organization's id is in each of its rows."""


@functools.lru_cache(KEPT)
def id_in(value: uuid.UUID) -> str:
    return str(value)


@functools.lru_cache(KEPT)
def id_out(value: bytes) -> uuid.UUID:
    return uuid.UUID(value.decode())


@functools.lru_cache(KEPT)
def _written(value: dt.datetime) -> str:
    return str(value)


def moment_in(value: dt.datetime) -> str:
    # Of other zones two moments can be equal and yet be written differently.
    return _written(value) if value.tzinfo is dt.UTC else piccolos.convert_datetime_in(value)


def moment_out(value: bytes) -> dt.datetime:
    found = dt.datetime.fromisoformat(value.decode())
    return found if found.tzinfo is dt.UTC else found.replace(tzinfo=dt.UTC)


def number_out(value: bytes) -> int:
    try:
        return int(value)
    except ValueError:
        return piccolos.convert_int_out(value)  # type: ignore[no-any-return]


def truth_out(value: bytes) -> bool:
    return value == b"1"


def as_dict(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> dict[str, Any]:
    """A row by the names of its columns."""
    return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}


IN: dict[type, Any] = {uuid.UUID: id_in, dt.datetime: moment_in}
OUT: dict[str, Any] = {
    "UUID": id_out,
    "TIMESTAMPTZ": moment_out,
    "INTEGER": number_out,
    "BOOLEAN": truth_out,
}
for _type, _ours in IN.items():
    sqlite3.register_adapter(_type, _ours)
for _name, _ours in OUT.items():
    sqlite3.register_converter(_name, _ours)
