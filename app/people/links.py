"""Links that work once, as they are kept: only the hash of a link's code, so it is shown once, and
what it is for, so that none does what another does."""

from __future__ import annotations

import datetime as dt
import uuid

from piccolo.custom_types import Combinable

from app import secrets
from app.people.actor import Actor
from app.tables import AccountLink

CODE_MAX = 100
OVER = "This link was used, was withdrawn or is too old. Ask for a new one"


async def made(
    organization: uuid.UUID,
    by: Actor,
    valid: dt.timedelta,
    *,
    purpose: str = "",
    agent: uuid.UUID | None = None,
    email: str = "",
    role: str = "",
) -> tuple[str, uuid.UUID]:
    """The code and the row, within the caller's transaction."""
    code, now = secrets.random_text(), dt.datetime.now(dt.UTC)
    row = AccountLink(
        {
            AccountLink.organization: organization,
            AccountLink.agent: agent,
            AccountLink.purpose: purpose,
            AccountLink.code_hash: secrets.plain_hash(code),
            AccountLink.email: email,
            AccountLink.role: role,
            AccountLink.created_by: by.by,
            AccountLink.maker: by.agent,
            AccountLink.created_at: now,
            AccountLink.expires_at: now + valid,
        }
    )
    await AccountLink.insert(row)
    return code, row.id


def living(code: str, purpose: str = "") -> Combinable:
    """The one with this code, for this purpose alone."""
    known = AccountLink.code_hash == secrets.plain_hash(code[:CODE_MAX])
    return known & (AccountLink.purpose == purpose) & unexpired()


def unexpired() -> Combinable:
    return AccountLink.expires_at > dt.datetime.now(dt.UTC)


async def spent(link: uuid.UUID) -> bool:
    """False when another request was quicker."""
    gone = await AccountLink.delete().where(AccountLink.id == link).returning(AccountLink.id)
    return bool(gone)
