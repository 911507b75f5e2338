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
    form that was on the page: it counts also when another has been published since."""

    nonce: str
    issued: dt.datetime
    version: int


def issue(slug: str, version: int = 0, *, now: dt.datetime | None = None) -> str:
    # To the millisecond: what is sent too fast is told by it.
    stamp = int((now or dt.datetime.now(dt.UTC)).timestamp() * 1000)
    body = f"{secrets.token_urlsafe(16)}.{stamp}.{version}"
    return f"{body}.{sign(PURPOSE, f'{slug}.{body}')}"


def read(slug: str, token: str, *, now: dt.datetime | None = None) -> Token:
    """Raises Invalid at /token: token_invalid when it is not ours, token_expired when it is too
    old."""
    found = opened(slug, token)
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
    """What it says, however old it is; None when it is not ours."""
    body, _, signature = token.rpartition(".")
    parts = body.split(".")
    if len(parts) != 3 or not signed(PURPOSE, f"{slug}.{body}", signature):
        return None
    nonce, stamp, version = parts
    return Token(nonce, dt.datetime.fromtimestamp(int(stamp) / 1000, dt.UTC), int(version))
