"""Ids that come from outside: in an address, in JSON, in a form."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from app.errors import Invalid, NotFound

CLOCKS_APART = dt.timedelta(hours=1)
"""Ids are made by the writing process's clock, times by the database's."""
MILLISECONDS_MAX = 2**48 - 1


def uid_or_none(written: Any) -> uuid.UUID | None:
    """The id, in any spelling of RFC 9562; None when it is none."""
    if isinstance(written, uuid.UUID):
        return written
    try:
        return uuid.UUID(written)
    except (ValueError, TypeError, AttributeError):
        return None


def uid(written: Any, pointer: str = "", code: str = "", detail: str = "") -> uuid.UUID:
    """Like `uid_or_none`, but raises Invalid at `pointer`, or NotFound without a pointer."""
    found = uid_or_none(written)
    if found is not None:
        return found
    if pointer:
        raise Invalid.at(pointer, code, detail)
    raise NotFound


def cursor(written: Any) -> uuid.UUID:
    """The id after which the next page of a list starts. Raises Invalid at /cursor."""
    return uid(written, "/cursor", "bad_cursor", "Use the next_cursor of an earlier answer")


def around(moment: dt.datetime, side: int) -> uuid.UUID:
    """An id from before (-1) or after (1) all that were made at that moment: ids sort by time, so
    that the index of ids serves for times, too."""
    seconds = moment.timestamp() + side * CLOCKS_APART.total_seconds()
    return uuid.UUID(int=min(max(int(seconds * 1000), 0), MILLISECONDS_MAX) << 80)
