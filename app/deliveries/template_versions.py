"""Templates of an organization and of its channels, with their history."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import msgspec

from app import database
from app.channels import kinds
from app.channels.kinds import KINDS
from app.errors import Invalid, NotFound, Problem
from app.people import audit
from app.reading import uids
from app.tables import new_id

KEPT = 20
"""Versions of one place; older ones are forgotten."""


class Version(msgspec.Struct, kw_only=True):
    uid: str
    kind: str
    channel_uid: str | None
    text: str
    saved_by: str
    created_at: dt.datetime


async def of_kinds(organization: uuid.UUID) -> dict[str, str]:
    """The organization's own template of each kind that has one."""
    found = await in_force(organization)
    return {kind: newest.text for kind, newest in found.items() if newest.text}


async def history(
    organization: uuid.UUID, kind: str, channel: uuid.UUID | None = None
) -> list[Version]:
    """Newest first; the first is in force."""
    where, values = _place(channel)
    rows = await database.fetch(
        "SELECT * FROM template_version WHERE organization = {} AND kind = {}"
        f" AND {where} ORDER BY created_at DESC, id DESC",
        organization,
        kind,
        *values,
    )
    return [_version(row) for row in rows]


def _version(row: dict[str, Any]) -> Version:
    return Version(
        uid=str(row["id"]),
        kind=row["kind"],
        channel_uid=str(row["channel"]) if row["channel"] else None,
        text=row["text"],
        saved_by=row["saved_by"],
        created_at=row["created_at"],
    )


async def in_force(organization: uuid.UUID) -> dict[str, Version]:
    """The newest version of each kind that ever had one."""
    rows = await database.fetch(
        "SELECT * FROM template_version WHERE organization = {} AND channel IS NULL"
        " ORDER BY created_at, id",
        organization,
    )
    return {row["kind"]: _version(row) for row in rows}


async def save(organization: uuid.UUID, kind: str, text: str, *, by: str) -> None:
    """The organization's template of a kind; empty goes back to the built-in text."""
    text = text.strip()
    check(kind, text)
    async with database.transaction():
        await keep(organization, kind, None, text, by=by)
        await audit.record(organization, by, "template.saved", kind)


def check(kind: str, text: str) -> None:
    """Raises Invalid at /text with position and suggestion, NotFound for an unknown kind."""
    if kind not in KINDS:
        raise NotFound
    try:
        kinds.check_template(kind, text)
    except Invalid as error:
        raise Invalid(
            [Problem("/text", each.code, each.detail, each.facts) for each in error.problems]
        ) from None


async def keep(
    organization: uuid.UUID, kind: str, channel: uuid.UUID | None, text: str, *, by: str
) -> None:
    """One more version, unless it says what the newest already does. Inside a transaction."""
    versions = await history(organization, kind, channel)
    if (versions[0].text if versions else "") == text:
        return
    row = (new_id(), organization, channel, kind, text, by, await database.now())
    columns = ("id", "organization", "channel", "kind", "text", "saved_by", "created_at")
    await database.execute_many(database.insert_sql("template_version", columns), [row])
    for old in versions[KEPT - 1 :]:
        await database.fetch("DELETE FROM template_version WHERE id = {}", uuid.UUID(old.uid))


async def version(organization: uuid.UUID, uid: str) -> Version:
    """One saved version, to be looked at or restored by saving its text again."""
    wanted = uids.uid(uid)
    rows = await database.fetch(
        "SELECT kind, channel FROM template_version WHERE organization = {} AND id = {}",
        organization,
        wanted,
    )
    if not rows:
        raise NotFound
    found = await history(organization, rows[0]["kind"], rows[0]["channel"])
    return next(each for each in found if each.uid == str(wanted))


def _place(channel: uuid.UUID | None) -> tuple[str, list[uuid.UUID]]:
    return ("channel IS NULL", []) if channel is None else ("channel = {}", [channel])
