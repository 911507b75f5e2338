"""Templates of an organization and of its channels, with their history."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec
from piccolo.custom_types import Combinable

from app import database
from app.channels import kinds
from app.channels.kinds import KINDS
from app.deliveries import statements
from app.deliveries.rows import TEMPLATE, TemplateRow
from app.errors import Invalid, NotFound, Problem
from app.people import audit
from app.reading import uids
from app.tables import TemplateVersion, new_id

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
    query = TemplateVersion.select(*TEMPLATE).where(
        TemplateVersion.organization == organization,
        TemplateVersion.kind == kind,
        _of(channel),
    )
    query = query.order_by(TemplateVersion.created_at, TemplateVersion.id, ascending=False)
    return [_version(each) for each in await database.rows(TemplateRow, query)]


def _version(row: TemplateRow) -> Version:
    return Version(
        uid=str(row.id),
        kind=row.kind,
        channel_uid=str(row.channel) if row.channel else None,
        text=row.text,
        saved_by=row.saved_by,
        created_at=row.created_at,
    )


async def in_force(organization: uuid.UUID) -> dict[str, Version]:
    """The newest version of each kind that ever had one."""
    found = await database.rows(TemplateRow, statements.TEMPLATES, organization)
    return {each.kind: _version(each) for each in found}


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
    row = TemplateRow(new_id(), organization, channel, kind, text, by, await database.now())
    await database.insert(TEMPLATE, [row])
    if gone := [uuid.UUID(old.uid) for old in versions[KEPT - 1 :]]:
        await TemplateVersion.delete().where(TemplateVersion.id.is_in(gone))


async def version(organization: uuid.UUID, uid: str) -> Version:
    """One saved version, to be looked at or restored by saving its text again."""
    wanted = uids.uid(uid)
    query = TemplateVersion.select(*TEMPLATE).where(
        TemplateVersion.organization == organization, TemplateVersion.id == wanted
    )
    found = await database.row(TemplateRow, query)
    if found is None:
        raise NotFound
    return _version(found)


def _of(channel: uuid.UUID | None) -> Combinable:
    if channel is None:
        return TemplateVersion.channel.is_null()
    return TemplateVersion.channel == channel
