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
    """`nonce` becomes the submission id, so one page sent twice is one message."""

    nonce: str
    issued: dt.datetime


def issue(slug: str, *, now: dt.datetime | None = None) -> str:
    stamp = int((now or dt.datetime.now(dt.UTC)).timestamp())
    body = f"{secrets.token_urlsafe(16)}.{stamp}"
    return f"{body}.{sign(PURPOSE, f'{slug}.{body}')}"


def read(slug: str, token: str, *, now: dt.datetime | None = None) -> Token:
    """Raises Invalid at /token: token_invalid when it is not ours, token_expired when it is too
    old."""
    body, _, signature = token.rpartition(".")
    nonce, _, stamp = body.rpartition(".")
    if not nonce or not signed(PURPOSE, f"{slug}.{body}", signature):
        raise Invalid.at("/token", "token_invalid", "The page was refreshed. Submit once more.")
    issued = dt.datetime.fromtimestamp(int(stamp), dt.UTC)
    if (now or dt.datetime.now(dt.UTC)) - issued > LIFETIME:
        raise Invalid.at(
            "/token",
            "token_expired",
            "The page was open for too long and was refreshed. Submit once more.",
        )
    return Token(nonce, issued)
