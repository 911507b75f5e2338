"""What a browser keeps while somebody is at a provider: for which sign-in it waits.

It is encrypted into a cookie, so that another browser cannot end what this one began, and nothing
of it is stored.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import msgspec

from app import secrets

LIFETIME = 15 * 60
"""Seconds. Enough to find the phone and the second factor."""
PURPOSE = "pending sign-in"
LONGEST = 4096


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """`session`: of whoever links an identity to their account; none for a sign-in. `lang`: of the
    page that they left. `state`, `nonce` and `verifier` are random and of this one alone."""

    provider: uuid.UUID
    state: str
    nonce: str
    verifier: str
    next_page: str
    until: int
    lang: str = ""
    session: uuid.UUID | None = None


def issue(
    provider: uuid.UUID, *, next_page: str, lang: str = "", session: uuid.UUID | None = None
) -> Pending:
    return Pending(
        provider=provider,
        state=secrets.random_text(),
        nonce=secrets.random_text(),
        verifier=secrets.random_text(),
        next_page=next_page,
        until=int(_now()) + LIFETIME,
        lang=lang,
        session=session,
    )


def sealed(made: Pending) -> str:
    return secrets.encrypt(PURPOSE, msgspec.to_builtins(made))


def opened(text: str) -> Pending | None:
    """None for what we did not seal, and for what is too old. Anything may be given."""
    if not text or len(text) > LONGEST:
        return None
    try:
        said: Any = secrets.decrypt(PURPOSE, text)
    except (secrets.Unreadable, UnicodeError):
        return None
    found = msgspec.convert(said, Pending)
    return found if found.until > _now() else None


def _now() -> float:
    return dt.datetime.now(dt.UTC).timestamp()
