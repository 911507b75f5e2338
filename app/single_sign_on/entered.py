"""A secret that was typed into a form which comes back, after a test or with faults: sealed into
the page, so that nobody has to type it again and nobody can read it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from app import secrets

LIFETIME = dt.timedelta(minutes=30)
PURPOSE = "typed secret"
LONGEST = 8192


def sealed(session: uuid.UUID, secret: str) -> str:
    """Empty for an empty one."""
    until = (dt.datetime.now(dt.UTC) + LIFETIME).timestamp()
    return secrets.encrypt(PURPOSE, [str(session), until, secret]) if secret else ""


def opened(text: str, session: uuid.UUID) -> str:
    """Empty for another session's, one that is too old, and what we did not seal."""
    if not text or len(text) > LONGEST:
        return ""
    try:
        said: Any = secrets.decrypt(PURPOSE, text)
    except (secrets.Unreadable, UnicodeError):
        return ""
    whose, until, secret = said
    over = until <= dt.datetime.now(dt.UTC).timestamp()
    return "" if over or whose != str(session) else str(secret)
