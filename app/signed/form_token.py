"""The visitor's form carries its state in a signed token: no cookie is needed, none is set."""

from __future__ import annotations

import datetime as dt
import secrets

import msgspec

from app.errors import Invalid
from app.secrets import sign, signed

LIFETIME = dt.timedelta(hours=24)
PURPOSE = "form-token"


class Token(msgspec.Struct, frozen=True):
    """`nonce` becomes the submission id, so one page sent twice is one message. `version` is the
    form on the page, which applies even if another was published since."""

    nonce: str
    issued: dt.datetime
    version: int


def issue(slug: str, version: int = 0, *, now: dt.datetime | None = None) -> str:
    # To the millisecond, to recognise forms that are sent too fast.
    stamp = int((now or dt.datetime.now(dt.UTC)).timestamp() * 1000)
    body = f"{secrets.token_urlsafe(16)}.{stamp}.{version}"
    return f"{body}.{sign(PURPOSE, f'{slug}.{body}')}"


def read(slug: str, token: str, *, now: dt.datetime | None = None) -> Token:
    """Raises Invalid at /token: token_invalid when we did not sign it, token_expired when it is too
    old."""
    return in_time(opened(slug, token), now=now)


def in_time(found: Token | None, *, now: dt.datetime | None = None) -> Token:
    """As `read`, for one that was opened."""
    if found is None:
        raise Invalid.at("/token", "token_invalid", "The page was refreshed. Submit once more.")
    if (now or dt.datetime.now(dt.UTC)) - found.issued > LIFETIME:
        raise Invalid.at(
            "/token",
            "token_expired",
            "The page was open for too long and was refreshed. Submit once more.",
        )
    return found


def opened(slug: str, token: str) -> Token | None:
    """The token, however old; None when we did not sign it."""
    body, _, signature = token.rpartition(".")
    parts = body.split(".")
    if len(parts) != 3 or not signed(PURPOSE, f"{slug}.{body}", signature):
        return None
    nonce, stamp, version = parts
    return Token(nonce, dt.datetime.fromtimestamp(int(stamp) / 1000, dt.UTC), int(version))
