"""The providers of an organization, as they are stored and changed."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from app import secrets
from app.errors import NotFound
from app.keys.fields import PROVIDER
from app.reading import uids
from app.single_sign_on import faults
from app.single_sign_on.shape import Config, Provider
from app.tables import SignInProvider


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """Without its secret. `secret_at` is None where there is none."""

    uid: uuid.UUID
    config: Config
    enabled: bool
    secret_at: dt.datetime | None

    @property
    def is_off(self) -> bool:
        return not self.enabled


async def of(organization: uuid.UUID) -> list[Listed]:
    """In the order in which they were added."""
    query = SignInProvider.objects().where(SignInProvider.organization == organization)
    return [listed(row) for row in await query.order_by(SignInProvider.created_at)]


async def offered(organization: uuid.UUID) -> list[Listed]:
    """Those by which people can sign in now."""
    return [each for each in await of(organization) if each.enabled]


async def one(organization: uuid.UUID, uid: object) -> Listed:
    """Raises NotFound, also for another organization's."""
    return listed(await row_of(organization, uid))


async def whole(organization: uuid.UUID, uid: object) -> Provider:
    """With its secret, also if it is switched off. Raises NotFound and NotSignedIn."""
    return _provider(await row_of(organization, uid))


async def living(uid: object) -> Provider:
    """The one that somebody chose at the sign-in; none of an organization that is disabled. Raises
    NotFound and NotSignedIn."""
    query = SignInProvider.objects().where(
        SignInProvider.id == uids.uid(uid),
        SignInProvider.enabled.eq(True),
        SignInProvider.organization.disabled_at.is_null(),
    )
    row = await query.first()
    if row is None:
        raise NotFound
    return _provider(row)


async def row_of(organization: uuid.UUID, uid: object) -> SignInProvider:
    query = SignInProvider.objects().where(
        SignInProvider.organization == organization, SignInProvider.id == uids.uid(uid)
    )
    found = await query.first()
    if found is None:
        raise NotFound
    return found


def listed(row: SignInProvider) -> Listed:
    config = msgspec.json.decode(row.config, type=Config)
    return Listed(
        uid=row.id,
        config=config,
        enabled=row.enabled,
        secret_at=row.secret_at if row.secret else None,
    )


def _provider(row: SignInProvider) -> Provider:
    try:
        secret = (
            str(secrets.decrypt(PROVIDER.at(row.id, row.organization), row.secret))
            if row.secret
            else ""
        )
    except secrets.Unreadable:
        raise faults.misset("secret_unreadable") from None
    return Provider(
        uid=row.id,
        organization=row.organization,
        config=listed(row).config,
        secret=secret,
        enabled=row.enabled,
    )
