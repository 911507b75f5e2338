"""What an endpoint is sent of an event: made when it is sent, so that nothing of anybody is kept
that was erased since."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import msgspec

from app import database
from app.deliveries.rows import SEALED, Sealed
from app.feed.endpoints import settings_of
from app.feed.event import shown
from app.feed.rows import ROW, Row
from app.tables import Channel, Delivery, FeedEvent, Message, Remark


class _Owed(msgspec.Struct):
    about: uuid.UUID | None
    channel: uuid.UUID


async def happened(dispatch: uuid.UUID, delivery: uuid.UUID | None) -> Mapping[str, Any] | None:
    """Of the dispatch or, before there is one, of the delivery. None when the event is not kept any
    more."""
    mine = Delivery.id == delivery if delivery else Delivery.dispatch == dispatch
    query = Delivery.select(Delivery.about, Delivery.channel).where(mine)
    owed = await database.row(_Owed, query)
    if owed is None or owed.about is None:
        return None
    row = await database.row(Row, FeedEvent.select(*ROW).where(FeedEvent.id == owed.about))
    if row is None:
        return None
    more = await _personal(row) if row.message and await _is_personal(owed.channel) else {}
    found: dict[str, Any] = msgspec.to_builtins(shown(row, more))
    return found


async def _is_personal(channel: uuid.UUID) -> bool:
    query = Channel.select(*SEALED).where(Channel.id == channel)
    sealed = await database.row(Sealed, query)
    settings = settings_of(sealed) if sealed else None
    return settings is not None and settings["personal"] is True


class _Left(msgspec.Struct):
    name: str
    phone: str
    email: str
    wechat: str
    content: str
    fields: str
    page_url: str
    note: str


_LEFT = (
    Message.name,
    Message.phone,
    Message.email,
    Message.wechat,
    Message.content,
    Message.fields,
    Message.page_url,
    Message.note,
)


async def _personal(row: Row) -> dict[str, Any]:
    """Of a message as it is now; nothing of one that was erased or deleted."""
    query = Message.select(*_LEFT).where(Message.id == row.message, Message.erased_at.is_null())
    left = await database.row(_Left, query)
    if left is None or row.type == "message.deleted":
        return {}
    visitor = {"name": left.name, "phone": left.phone, "email": left.email, "wechat": left.wechat}
    said: dict[str, Any] = {
        "visitor": visitor,
        "content": left.content,
        "fields": msgspec.json.decode(left.fields),
        "page_url": left.page_url,
    }
    if row.type == "message.handled":
        said["note"] = left.note
    if remark := msgspec.json.decode(row.data, type=dict[str, Any]).get("remark"):
        text = Remark.select(Remark.text).where(Remark.id == uuid.UUID(remark))
        said["text"] = await database.value(str, text) or ""
    return said
