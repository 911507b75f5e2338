"""Ids that come from outside: in an address, in JSON, in a form."""

from __future__ import annotations

import uuid
from typing import Any

from app.errors import NotFound


def uid_or_none(written: Any) -> uuid.UUID | None:
    """The id that is written there, in any spelling of RFC 9562; None where there is none."""
    if isinstance(written, uuid.UUID):
        return written
    try:
        return uuid.UUID(written)
    except (ValueError, TypeError, AttributeError):
        return None


def uid(written: Any) -> uuid.UUID:
    """The same. Raises NotFound: nothing has what is no id."""
    found = uid_or_none(written)
    if found is None:
        raise NotFound
    return found
