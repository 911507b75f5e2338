"""Credentials of programs: `lm_<public id>_<secret>`, shown once, kept as a hash."""

from __future__ import annotations

import datetime as dt
import hmac
import re
import secrets
import uuid

import msgspec

from app.errors import Invalid
from app.people import organizations
from app.secrets import plain_hash
from app.tables import Organization, Token
from app.text import clean_line

SCOPES = (
    "messages:read",
    "messages:write",
    "config:read",
    "config:write",
    "channels:test",
    "deliveries:replay",
    "presence:write",
    "submit",
)
SHAPE = re.compile(r"lm_([a-z0-9]{12})_([A-Za-z0-9]{43})")
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
DAYS_MAX = 365
USED_EVERY = dt.timedelta(minutes=1)
"""The time of last use is written at most this often."""


class Bearer(msgspec.Struct, frozen=True):
    id: uuid.UUID
    organization: uuid.UUID
    name: str
    scopes: frozenset[str]


async def create(organization: uuid.UUID, name: str, scopes: list[str], *, days: int = 90) -> str:
    """The token, shown only here. `scopes` may be ["all"]. Raises Invalid."""
    chosen = list(SCOPES) if scopes == ["all"] else list(dict.fromkeys(scopes))
    for scope in chosen:
        if scope not in SCOPES:
            raise Invalid.at("/scopes", "unknown_scope", "There is no scope {scope}", scope=scope)
    if not 1 <= days <= DAYS_MAX:
        raise Invalid.at("/days", "out_of_range", "Use 1 to {limit} days", limit=str(DAYS_MAX))
    public = "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(12))
    secret = "".join(secrets.choice(ALPHABET) for _ in range(43))
    await Token.insert(
        Token(
            {
                Token.organization: organization,
                Token.public_id: public,
                Token.secret_hash: plain_hash(secret),
                Token.name: clean_line(name)[:64],
                Token.scopes: " ".join(chosen),
                Token.expires_at: dt.datetime.now(dt.UTC) + dt.timedelta(days=days),
            }
        )
    )
    return f"lm_{public}_{secret}"


async def find(bearer: str) -> Bearer | None:
    """None for anything but a valid token."""
    match = SHAPE.fullmatch(bearer)
    if match is None:
        return None
    row = await Token.objects().where(Token.public_id == match.group(1)).first()
    now = dt.datetime.now(dt.UTC)
    if (
        row is None
        or not hmac.compare_digest(row.secret_hash, plain_hash(match.group(2)))
        or row.revoked_at is not None
        or (row.expires_at is not None and row.expires_at <= now)
    ):
        return None
    if row.used_at is None or now - row.used_at > USED_EVERY:
        await Token.update({Token.used_at: now}).where(Token.id == row.id)
    return Bearer(row.id, row.organization, row.name, frozenset(row.scopes.split()))


async def org_of(bearer: Bearer) -> Organization:
    return await organizations.by_id(bearer.organization)


async def listed(organization: uuid.UUID) -> list[Token]:
    return (
        await Token.objects()
        .where(Token.organization == organization)
        .order_by(Token.created_at, ascending=False)
    )


async def revoke(organization: uuid.UUID, public_id: str) -> bool:
    """False when there is no such token, or it is revoked already."""
    rows = (
        await Token.update({Token.revoked_at: dt.datetime.now(dt.UTC)})
        .where(
            (Token.organization == organization)
            & (Token.public_id == public_id)
            & Token.revoked_at.is_null()
        )
        .returning(Token.id)
    )
    return bool(rows)
