"""Who did what to which thing. Append-only, without secrets or a visitor's words.

An entry is written with what it tells of, in the same transaction. A worker gives it its place in
the organization's chain soon after (`chain`), and `verify` finds what was changed since.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Awaitable, Callable

import msgspec

from app.people.audit.acts import area_of
from app.people.audit.origin import Origin, acting, known, origin, tell, through, told
from app.secrets import keyed_hash, keyed_hashes
from app.tables import Audit
from app.tables.base import new_id, now

__all__ = [
    "ENTRY",
    "VISITOR",
    "Entry",
    "Origin",
    "acting",
    "followed_by",
    "known",
    "mark",
    "of",
    "origin",
    "record",
    "tell",
    "through",
    "told",
]

VISITOR = "visitor"
"""The actor of what a visitor does with their own message."""
Follow = Callable[["Entry"], Awaitable[str]]
_follow: list[Follow] = []
"""At most one: what says what stood before and after an act, and keeps it, see app.history."""


def followed_by(follow: Follow) -> None:
    _follow[:] = [follow]


class Entry(msgspec.Struct, kw_only=True):
    """`number` is None until it has its place in the chain."""

    id: uuid.UUID
    organization: uuid.UUID
    at: dt.datetime
    kind: str
    who: str
    actor: str
    action: str
    area: str
    target: str
    detail: str
    address: str
    change: str
    mark: str = ""
    number: int | None = None
    hash: str = ""


ENTRY = (
    Audit.id,
    Audit.organization,
    Audit.at,
    Audit.kind,
    Audit.who,
    Audit.actor,
    Audit.action,
    Audit.area,
    Audit.target,
    Audit.detail,
    Audit.address,
    Audit.change,
    Audit.mark,
    Audit.number,
    Audit.hash,
)


def mark(entry: Entry) -> str:
    """A keyed hash of all that the entry says: whoever can write the database alone cannot make
    it."""
    return keyed_hash("audit entry", _said(entry))


def is_marked(entry: Entry) -> bool:
    """Whether the entry is as it was written, with any secret key that still counts."""
    return entry.mark in keyed_hashes("audit entry", _said(entry))


def _said(entry: Entry) -> str:
    said = [
        str(entry.id),
        str(entry.organization),
        entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        entry.kind,
        entry.who,
        entry.actor,
        entry.action,
        entry.area,
        entry.target,
        entry.detail,
        entry.address,
        entry.change,
    ]
    return msgspec.json.encode(said).decode()


async def record(
    organization: uuid.UUID,
    actor: str,
    action: str,
    target: object = "",
    detail: str = "",
) -> None:
    """`action` is one that `acts` has words for. It is recorded when it is done, in the same
    transaction. Bad tries to sign in are recorded by `tries`."""
    here = origin()
    entry = Entry(
        id=new_id(),
        organization=organization,
        at=now(),
        kind=here.kind,
        who=here.who,
        actor=actor,
        action=action,
        area=area_of(action),
        target=str(target),
        detail=" · ".join(filter(None, (detail, here.tool and f"MCP {here.tool}"))),
        address=here.address,
        change="",
    )
    for follow in _follow:
        entry.change = await follow(entry)
    row = Audit(
        {
            Audit.id: entry.id,
            Audit.organization: entry.organization,
            Audit.at: entry.at,
            Audit.kind: entry.kind,
            Audit.who: entry.who,
            Audit.actor: entry.actor,
            Audit.action: entry.action,
            Audit.area: entry.area,
            Audit.target: entry.target,
            Audit.detail: entry.detail,
            Audit.address: entry.address,
            Audit.change: entry.change,
            Audit.mark: mark(entry),
        }
    )
    await Audit.insert(row)
    await told()


async def of(organization: uuid.UUID, target: object) -> list[Audit]:
    """What was done to one thing, oldest first."""
    return (
        await Audit.objects()
        .where((Audit.organization == organization) & (Audit.target == str(target)))
        .order_by(Audit.at)
    )
