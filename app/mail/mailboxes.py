"""The mailboxes of an organization, as they are stored."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Literal

import msgspec

from app import secrets
from app.errors import NotFound
from app.reading import uids
from app.tables import Mailbox

PURPOSE = "mailbox"
Tls = Literal["implicit", "starttls", "none"]


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """What an admin chooses, without the password. `source`: what answers nothing of ours becomes
    a message of its own, of the brand with the uid `brand`, the first where it is empty. `trusted`
    names the server whose word on senders counts, as it stands in Authentication-Results. What was
    fetched goes to the folder `move_to`; where it is empty, it stays."""

    name: str
    host: str
    port: int = 993
    tls: Tls = "implicit"
    user: str
    address: str = ""
    folder: str = "INBOX"
    source: bool = False
    brand: str = ""
    trusted: str = ""
    move_to: str = ""

    @property
    def writes_to(self) -> str:
        """The address that people write to."""
        return (self.address or self.user).lower()


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """Without its password."""

    uid: uuid.UUID
    organization: uuid.UUID
    config: Config
    enabled: bool
    secret_at: dt.datetime | None
    looked_at: dt.datetime | None
    fault: str
    fault_words: str
    fault_at: dt.datetime | None

    @property
    def is_off(self) -> bool:
        return not self.enabled


async def of(organization: uuid.UUID) -> list[Listed]:
    """In the order in which they were added."""
    query = Mailbox.objects().where(Mailbox.organization == organization)
    return [listed(row) for row in await query.order_by(Mailbox.id)]


async def one(organization: uuid.UUID, uid: object) -> Listed:
    """Raises NotFound, also for another organization's."""
    return listed(await row_of(organization, uid))


async def row_of(organization: uuid.UUID, uid: object) -> Mailbox:
    found = await (
        Mailbox.objects()
        .where(Mailbox.organization == organization, Mailbox.id == uids.uid(uid))
        .first()
    )
    if found is None:
        raise NotFound
    return found


async def addressed(organization: uuid.UUID, to: tuple[str, ...]) -> Listed | None:
    """The mailbox that one of these addresses is of; what stands behind a plus does not matter."""
    wanted = {_plain(each) for each in to}
    return next(
        (each for each in await of(organization) if _plain(each.config.writes_to) in wanted), None
    )


def _plain(address: str) -> str:
    local, at, domain = address.lower().partition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def password(row: Mailbox) -> str:
    """Raises secrets.Unreadable."""
    return str(secrets.decrypt(f"{PURPOSE} {row.id}", row.secret)) if row.secret else ""


def listed(row: Mailbox) -> Listed:
    return Listed(
        uid=row.id,
        organization=row.organization,
        config=msgspec.json.decode(row.config, type=Config),
        enabled=row.enabled,
        secret_at=row.secret_at if row.secret else None,
        looked_at=row.looked_at,
        fault=row.fault,
        fault_words=row.fault_words,
        fault_at=row.fault_at,
    )
