"""The mailboxes of an organization, as they are stored: fetched from, or posted to."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Literal

import msgspec

from app import secrets
from app.errors import NotFound
from app.keys.fields import MAILBOX
from app.mail.posted.providers import PATH, Provider, is_fetched
from app.reading import uids
from app.tables import Mailbox

Tls = Literal["implicit", "starttls", "none"]


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """What an admin chooses, without the password. `provider` says who brings the mail: we fetch it
    ("imap"), or a provider posts it; then host, user and folder are empty. `source`: what answers
    nothing of ours becomes a message of its own, of the brand with the uid `brand`, the first where
    it is empty. `trusted` names the server whose word on senders counts, as it stands in
    Authentication-Results. What was fetched goes to the folder `move_to`; where it is empty, it
    stays. SendGrid may sign: then `public_key` is its key."""

    name: str
    provider: Provider = "imap"
    host: str = ""
    port: int = 993
    tls: Tls = "implicit"
    user: str = ""
    address: str = ""
    folder: str = "INBOX"
    source: bool = False
    brand: str = ""
    trusted: str = ""
    move_to: str = ""
    public_key: str = ""

    @property
    def is_fetched(self) -> bool:
        return is_fetched(self.provider)

    @property
    def writes_to(self) -> str:
        """The address that people write to."""
        return (self.address or self.user).lower()


class Secret(msgspec.Struct, frozen=True, omit_defaults=True):
    """A password, or what a provider proves itself by. After a rotation the one `before` works
    until then."""

    now: str = ""
    before: str = ""
    until: dt.datetime | None = None


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

    @property
    def path(self) -> str:
        """Where its provider posts to; empty where we fetch."""
        return "" if self.config.is_fetched else f"{PATH}/{self.uid}"


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
    return _secret(row).now


def passwords(row: Mailbox, now: dt.datetime) -> list[str]:
    """Those that work now: after a change, also the one before. Raises secrets.Unreadable."""
    found = _secret(row)
    old = [found.before] if found.until is not None and found.until > now else []
    return [each for each in (found.now, *old) if each]


def sealed(organization: uuid.UUID, uid: uuid.UUID, secret: Secret) -> str:
    """As its row holds it."""
    kept = msgspec.to_builtins(secret) if secret.before else secret.now
    return secrets.encrypt(MAILBOX.at(uid, organization), kept)


def _secret(row: Mailbox) -> Secret:
    if not row.secret:
        return Secret()
    found = secrets.decrypt(MAILBOX.at(row.id, row.organization), row.secret)
    return Secret(found) if isinstance(found, str) else msgspec.convert(found, Secret)


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
