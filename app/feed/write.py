"""Recording events, in the transaction that holds the organization's lock. Where nobody asks for
them it costs nothing but looking at the row that is held anyway."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from app import database
from app.contacts.mask import hidden
from app.database import columns
from app.feed import endpoints, statements
from app.feed.derive import by as by_whom
from app.feed.derive import derive
from app.feed.rows import ROW, About, Row
from app.reading.dates import seconds
from app.tables import Message, new_id

Parts = list[tuple[uuid.UUID, str, dict[str, Any]]]
"""Of each event its message, its type, and what it says beside the message."""


class Happened(Protocol):
    """One change of a message, as the story has it."""

    @property
    def message(self) -> uuid.UUID: ...
    @property
    def was(self) -> dict[str, Any]: ...
    @property
    def now(self) -> dict[str, Any]: ...


class Locked(Protocol):
    """The organization's row, held."""

    @property
    def now(self) -> dt.datetime: ...
    @property
    def wakes(self) -> int: ...
    @property
    def feed_from(self) -> int | None: ...


async def changed(
    organization: uuid.UUID, org: Locked, happened: Sequence[Happened], action: str, actor: str
) -> None:
    """After the change was written."""
    if org.feed_from is None:
        return
    parts = [
        (each.message, kind, more)
        for each in happened
        for kind, more in derive(action, each.was, each.now)
    ]
    await _of_messages(organization, org, parts, by_whom(action, actor))


async def left(organization: uuid.UUID, org: Locked, rows: Sequence[Any]) -> None:
    """Messages that were just left, as `app.messages.stored.Stored` has them."""
    if org.feed_from is None:
        return
    written = []
    for row in rows:
        about = About(**{name: getattr(row, name) for name in About.__struct_fields__})
        data = {**_said(about), "by": "visitor"}
        kind = "message.created"
        if row.spam_reason:
            kind = "message.spam"
            data |= {"previous_status": None, "reason": row.spam_reason}
        written.append(row_of(organization, org, kind, data, row.id))
    await write(organization, org, written)


async def reopened(organization: uuid.UUID, org: Locked, message: uuid.UUID) -> None:
    """By its visitor, after it was handled."""
    before = {"previous_status": "handled"}
    await _of_messages(organization, org, [(message, "message.reopened", before)], "visitor")


async def erased(organization: uuid.UUID, org: Locked, messages: Sequence[uuid.UUID]) -> None:
    """Nothing but ids is left of the events before."""
    these, ids = database.one_of(columns(statements.f.message), messages)
    await database.execute(statements.FORGET_DATA.replace("[these]", these), ids)
    if org.feed_from is not None:
        gone = [_deleted(organization, org, each, {"erased": True}) for each in messages]
        await write(organization, org, gone)


async def _of_messages(organization: uuid.UUID, org: Locked, parts: Parts, by: str) -> None:
    if not parts:
        return
    these, ids = database.one_of(
        columns(Message.id), list(dict.fromkeys(message for message, _, _ in parts))
    )
    sql = statements.ABOUT_MESSAGES.replace("[these]", these)
    about = {each.id: each for each in await database.rows(About, sql, ids)}
    rows = []
    for message, kind, more in parts:
        if kind == "message.deleted":
            rows.append(_deleted(organization, org, message, more))
        elif message in about:
            data = {**_said(about[message]), "by": by, **more}
            rows.append(row_of(organization, org, kind, data, message))
    await write(organization, org, rows)


def _said(about: About) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(about)
    uid = plain.pop("id")
    # A visitor's program may have written anything there.
    plain["category"] = hidden(about.category)
    return {"uid": uid, **plain, "created_at": seconds(about.created_at)}


def _deleted(organization: uuid.UUID, org: Locked, message: uuid.UUID, more: dict[str, Any]) -> Row:
    """Only its id is told."""
    return row_of(organization, org, "message.deleted", {"uid": str(message), **more}, message)


def row_of(
    organization: uuid.UUID,
    org: Locked,
    kind: str,
    data: dict[str, Any],
    message: uuid.UUID | None = None,
    channel: uuid.UUID | None = None,
) -> Row:
    return Row(
        id=new_id(),
        organization=organization,
        number=org.wakes,
        type=kind,
        at=org.now,
        message=message,
        channel=channel,
        data=msgspec.json.encode(data).decode(),
    )


async def write(organization: uuid.UUID, org: Locked, rows: Sequence[Row]) -> None:
    """Also owed to the endpoints that want them."""
    await database.insert(ROW, rows)
    await endpoints.owe(organization, rows, org.now)
