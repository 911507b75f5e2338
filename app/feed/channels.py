"""What is recorded of channels: that one broke, and that it works again."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Protocol

import msgspec

from app import database
from app.feed.write import Locked, row_of, write
from app.tables import Channel


class Known(Protocol):
    @property
    def id(self) -> uuid.UUID: ...
    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...


class _Announced(msgspec.Struct):
    id: uuid.UUID
    kind: str
    name: str


async def broken(organization: uuid.UUID, org: Locked, channel: Known, code: str) -> None:
    if org.feed_from is None:
        return
    data = {**_said(channel), "code": code}
    await write(
        organization, org, [row_of(organization, org, "channel.broken", data, channel=channel.id)]
    )


async def mended(organization: uuid.UUID, org: Locked, channels: Sequence[uuid.UUID]) -> None:
    """Before it is written that they work: of those that were broken."""
    if org.feed_from is None or not channels:
        return
    query = Channel.select(Channel.id, Channel.kind, Channel.name).where(
        Channel.id.is_in(list(channels)), Channel.announced_at.is_not_null()
    )
    found = await database.rows(_Announced, query)
    await write(
        organization,
        org,
        [
            row_of(organization, org, "channel.mended", _said(each), channel=each.id)
            for each in found
        ],
    )


def _said(channel: Known) -> dict[str, str]:
    return {"uid": str(channel.id), "type": channel.kind, "name": channel.name}
