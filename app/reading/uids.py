"""Ids that come from outside: in an address, in JSON, in a form."""

from __future__ import annotations

import uuid
from typing import Any

from app.errors import Invalid, NotFound


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
