"""Owing events to the endpoints that want them, in the transaction that writes them."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from app import database
from app.channels.sender import EVENT
from app.deliveries.owed import OWED, Owed
from app.deliveries.rows import SEALED, Sealed
from app.feed.rows import ENDPOINT, Row
from app.feed.wants import wants
from app.keys.fields import CHANNEL
from app.secrets import Unreadable, decrypt
from app.tables import Brand, Channel, new_id

log = logging.getLogger(__name__)


async def owe(organization: uuid.UUID, rows: Sequence[Row], now: dt.datetime) -> None:
    endpoints = await _endpoints(organization) if rows else []
    if not endpoints:
        return
    by_brand = any(wanted and wanted["brands"] for _, wanted in endpoints)
    slugs = await _slugs(organization) if by_brand else {}
    await database.insert(
        OWED,
        [
            _owed(row, channel, now)
            for row in rows
            for channel, wanted in endpoints
            # An endpoint is not told of itself.
            if row.channel != channel and (wanted is None or _wants(wanted, row, slugs))
        ],
    )


async def _endpoints(organization: uuid.UUID) -> list[tuple[uuid.UUID, Mapping[str, Any] | None]]:
    """Those that are on, with their settings. Without the secret key nobody knows what one wants:
    it is owed all of it."""
    query = Channel.select(*SEALED).where(
        Channel.organization == organization,
        Channel.kind == ENDPOINT,
        Channel.enabled.eq(True),
        Channel.archived_at.is_null(),
    )
    return [(each.id, settings_of(each)) for each in await database.rows(Sealed, query)]


def settings_of(sealed: Sealed) -> Mapping[str, Any] | None:
    """None where they cannot be read."""
    try:
        found: Mapping[str, Any] = decrypt(
            CHANNEL.at(sealed.id, sealed.organization), sealed.config
        )
    except Unreadable:
        log.warning("endpoint cannot be read", extra={"channel": str(sealed.id)})
        return None
    return found


def _wants(settings: Mapping[str, Any], row: Row, slugs: dict[uuid.UUID, str]) -> bool:
    data = msgspec.json.decode(row.data, type=dict[str, Any])
    brand = uuid.UUID(data["brand"]) if data.get("brand") else row.organization
    return wants(settings, row.type, data, slugs.get(brand) if "brand" in data else None)


class _Slug(msgspec.Struct):
    id: uuid.UUID
    slug: str


async def _slugs(organization: uuid.UUID) -> dict[uuid.UUID, str]:
    query = Brand.select(Brand.id, Brand.slug).where(Brand.organization == organization)
    return {each.id: each.slug for each in await database.rows(_Slug, query)}


def _owed(row: Row, channel: uuid.UUID, now: dt.datetime) -> Owed:
    """About the event alone: what becomes of its message changes nothing for it."""
    return Owed(new_id(), row.organization, None, channel, EVENT, row.id, now, now, now)
