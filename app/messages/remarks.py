"""What is said about a message after it was left: replies, notes for colleagues, and the
visitor's own
additions. A visitor sees what is marked visible, and what he wrote himself."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import msgspec

from app import database, deliveries, queue
from app.deliveries.more import owe_more
from app.errors import Invalid, NotFound
from app.people import audit
from app.reading import uids
from app.tables import new_id
from app.text import has_controls, typed, visible

TEXT_MAX = 5000
ADDITIONS_MAX = 20
"""Additions of one visitor to one message; more is another message."""


class Remark(msgspec.Struct, kw_only=True):
    """`author` is empty when the visitor wrote it."""

    uid: str
    author: str
    text: str
    visible: bool
    created_at: dt.datetime


async def of(organization: uuid.UUID, message: str, *, for_visitor: bool = False) -> list[Remark]:
    """Oldest first. A visitor gets neither what is not visible nor who wrote it."""
    rows = await database.fetch(
        "SELECT * FROM remark WHERE organization = {} AND message = {} ORDER BY id",
        organization,
        uids.uid(message),
    )
    return [
        Remark(
            uid=str(row["id"]),
            author="" if not row["author"] else ("agent" if for_visitor else row["author"]),
            text=row["text"],
            visible=row["visible"],
            created_at=row["created_at"],
        )
        for row in rows
        if row["visible"] or not for_visitor
    ]


async def add(organization: uuid.UUID, message: str, text: str, *, visible: bool, by: str) -> None:
    """An agent's reply (visible) or note."""
    body = _checked(text)
    async with database.transaction():
        now = await _now(organization, message)
        await _insert(organization, message, by, body, visible, now)
        action = "message.replied" if visible else "message.noted"
        await audit.record(organization, by, action, message)


async def append(organization: uuid.UUID, message: str, text: str) -> None:
    """The visitor adds to his message: it is unread and pending again, and the team is told."""
    body = _checked(text)
    async with database.transaction():
        org = await deliveries.lock(organization)
        await _now(organization, message)
        counted = await database.fetch(
            "SELECT count(*) AS n FROM remark WHERE message = {} AND author = ''",
            uids.uid(message),
        )
        if counted[0]["n"] >= ADDITIONS_MAX:
            raise Invalid.at("/text", "too_many", "Please write a new message instead")
        await _insert(organization, message, "", body, True, org["now"])
        await _reopen(organization, message)
        await _owe(organization, message, org["now"])
    await queue.wake(organization, org["wakes"])


async def judge(organization: uuid.UUID, message: str, *, solved: bool) -> None:
    """The visitor says whether it is solved; "no" opens the message again."""
    async with database.transaction():
        await deliveries.lock(organization)
        now = await _now(organization, message)
        await database.fetch(
            "UPDATE message SET solved = {} WHERE organization = {} AND id = {}",
            "yes" if solved else "no",
            organization,
            uids.uid(message),
        )
        if not solved:
            await _reopen(organization, message)
        await audit.record(
            organization, "visitor", f"message.{'solved' if solved else 'unsolved'}", message
        )
    assert now


def _checked(text: str) -> str:
    if has_controls(text):
        raise Invalid.at(
            "/text",
            "control_characters",
            "Control characters cannot be stored. Send it without them",
        )
    body = typed(text)
    if not visible(body):
        raise Invalid.at("/text", "required", "Enter your message")
    if len(body) > TEXT_MAX:
        raise Invalid.at("/text", "too_long", "Use at most {limit} characters", limit=str(TEXT_MAX))
    return body


async def _now(organization: uuid.UUID, message: str) -> dt.datetime:
    """Raises NotFound unless the message is the organization's."""
    found = await database.fetch(
        "SELECT id FROM message WHERE organization = {} AND id = {}",
        organization,
        uids.uid(message),
    )
    if not found:
        raise NotFound
    return await database.now()


async def _insert(
    organization: uuid.UUID, message: str, author: str, text: str, visible: bool, now: dt.datetime
) -> None:
    columns = ("id", "organization", "message", "author", "text", "visible", "created_at")
    row: list[Any] = [new_id(), organization, uids.uid(message), author, text, visible, now]
    await database.execute_many(database.insert_sql("remark", columns), [row])


async def _reopen(organization: uuid.UUID, message: str) -> None:
    """Spam stays spam, whatever its sender says of it."""
    await database.fetch(
        "UPDATE message SET status = 'pending', outcome = '', handled_at = NULL, read_at = NULL"
        " WHERE organization = {} AND id = {} AND status <> 'spam'",
        organization,
        uids.uid(message),
    )


async def _owe(organization: uuid.UUID, message: str, now: dt.datetime) -> None:
    """One more notice to every channel; several additions in a row share it while it waits."""
    rows = await database.fetch("SELECT status FROM message WHERE id = {}", uids.uid(message))
    if rows[0]["status"] == "spam":
        return
    await owe_more(organization, uids.uid(message), now)
