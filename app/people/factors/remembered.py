"""Browsers in which somebody is not asked for their second factor for some days: those that have
the mark of app.people.devices and are listed here."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from app import database
from app.secrets import plain_hash
from app.tables import RememberedDevice

DEVICES_MAX = 20


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """One, as its owner sees it."""

    id: uuid.UUID
    mark_hash: str
    address: str
    user_agent: str
    created_at: dt.datetime
    used_at: dt.datetime
    expires_at: dt.datetime

    def is_at(self, number: str) -> bool:
        return self.mark_hash == plain_hash(number)


ROW = (
    RememberedDevice.id,
    RememberedDevice.mark_hash,
    RememberedDevice.address,
    RememberedDevice.user_agent,
    RememberedDevice.created_at,
    RememberedDevice.used_at,
    RememberedDevice.expires_at,
)


async def keep(
    account: uuid.UUID, number: str, *, days: int, address: str, user_agent: str
) -> None:
    """`number`: of the browser's mark."""
    await _forget(account, number)
    now = dt.datetime.now(dt.UTC)
    row = RememberedDevice(
        {
            RememberedDevice.account: account,
            RememberedDevice.mark_hash: plain_hash(number),
            RememberedDevice.address: address[:64],
            RememberedDevice.user_agent: user_agent[:512],
            RememberedDevice.created_at: now,
            RememberedDevice.used_at: now,
            RememberedDevice.expires_at: now + dt.timedelta(days=days),
        }
    )
    await RememberedDevice.insert(row)
    for each in (await of(account))[DEVICES_MAX:]:
        await end(account, each.id)


async def knows(account: uuid.UUID, number: str, *, days: int) -> bool:
    """`days`: how long an organization lets them be remembered, which may have become less."""
    if not number or not days:
        return False
    now = dt.datetime.now(dt.UTC)
    used = RememberedDevice.update({RememberedDevice.used_at: now}).where(
        RememberedDevice.account == account,
        RememberedDevice.mark_hash == plain_hash(number),
        RememberedDevice.expires_at > now,
        RememberedDevice.created_at > now - dt.timedelta(days=days),
    )
    return bool(await used.returning(RememberedDevice.id))


async def of(account: uuid.UUID) -> list[Device]:
    """Those that still count, the last used first."""
    query = RememberedDevice.select(*ROW).where(
        RememberedDevice.account == account,
        RememberedDevice.expires_at > dt.datetime.now(dt.UTC),
    )
    return await database.rows(Device, query.order_by(RememberedDevice.used_at, ascending=False))


async def end(account: uuid.UUID, device: uuid.UUID) -> None:
    """Of their own; another's stays."""
    await RememberedDevice.delete().where(
        RememberedDevice.account == account, RememberedDevice.id == device
    )


async def end_all(account: uuid.UUID) -> None:
    await RememberedDevice.delete().where(RememberedDevice.account == account)


async def _forget(account: uuid.UUID, number: str) -> None:
    """The same browser, and those whose time is over."""
    mine = RememberedDevice.account == account
    over = RememberedDevice.expires_at <= dt.datetime.now(dt.UTC)
    await RememberedDevice.delete().where(
        mine & ((RememberedDevice.mark_hash == plain_hash(number)) | over)
    )
