"""The form of an organization: a draft that admins change, and what they have published."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import uuid
from collections.abc import Callable
from typing import Any

import msgspec

from app import database
from app.database.remembered import Remembered
from app.errors import Conflict, Invalid, NotFound
from app.fields import rules
from app.fields.builtin import BUILT_IN
from app.fields.shape import Field, Form, Group
from app.people import audit
from app.tables import new_id

_in_force: Remembered[uuid.UUID, Form] = Remembered()
_published: Remembered[tuple[uuid.UUID, int], Form] = Remembered(math.inf)


class Version(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    form: Form
    published_at: dt.datetime
    published_by: str


async def published(organization: uuid.UUID) -> Form:
    """The form in force, two seconds old at most."""
    known = _in_force.get(organization)
    return known or _in_force.keep(organization, await published_now(organization))


async def published_now(organization: uuid.UUID) -> Form:
    rows = await database.fetch(
        "SELECT * FROM form_version WHERE organization = {} AND published_at IS NOT NULL"
        " ORDER BY number DESC LIMIT 1",
        organization,
    )
    return _form(rows[0]) if rows else BUILT_IN


async def version(organization: uuid.UUID, number: int) -> Form:
    """A form that was in force once. It never changes. Raises NotFound."""
    if number == BUILT_IN.number:
        return BUILT_IN
    if known := _published.get((organization, number)):
        return known
    rows = await database.fetch(
        "SELECT * FROM form_version WHERE organization = {} AND number = {}"
        " AND published_at IS NOT NULL",
        organization,
        number,
    )
    if not rows:
        raise NotFound
    return _published.keep((organization, number), _form(rows[0]))


async def history(organization: uuid.UUID) -> list[Version]:
    """Newest first."""
    rows = await database.fetch(
        "SELECT * FROM form_version WHERE organization = {} AND published_at IS NOT NULL"
        " ORDER BY number DESC",
        organization,
    )
    return [
        Version(
            number=row["number"],
            form=_form(row),
            published_at=row["published_at"],
            published_by=row["published_by"],
        )
        for row in rows
    ]


async def used(organization: uuid.UUID) -> dict[str, Field]:
    """Every field that visitors have ever been shown, by its key."""
    found = {field.key: field for field in BUILT_IN.fields}
    for each in reversed(await history(organization)):
        found |= {field.key: field for field in each.form.fields}
    return found


async def draft(organization: uuid.UUID) -> Form | None:
    """What is not published yet; None when there is no change."""
    row = await _draft_row(organization)
    return _form(row) if row else None


async def working(organization: uuid.UUID) -> Form:
    """What an admin sees and changes: the draft, else what is in force."""
    return await draft(organization) or await published_now(organization)


async def edit(organization: uuid.UUID, change: Callable[[Form], Form]) -> Form:
    """Changes the draft, which begins as what is in force. Raises what `change` does, and Conflict
    when somebody else changed it at the same moment."""
    async with database.transaction():
        row = await _draft_row(organization)
        before = _form(row) if row else await published_now(organization)
        after = msgspec.structs.replace(change(before), number=0)
        if row is None:
            await _insert(organization, after, await _next_number(organization))
        else:
            await _replace(row, after)
    return after


async def publish(organization: uuid.UUID, *, by: str, seen: str = "") -> int:
    """The draft's number from now on. Raises Invalid, NotFound without a draft, and Conflict when
    it is no longer the one whose mark was `seen`."""
    async with database.transaction():
        row = await _draft_row(organization)
        if row is None:
            raise NotFound
        expect(_form(row), seen)
        problems = rules.problems(_form(row))
        if problems:
            raise Invalid(problems)
        done = await database.fetch(
            "UPDATE form_version SET published_at = {}, published_by = {}"
            " WHERE id = {} AND form = {} AND published_at IS NULL RETURNING id",
            await database.now(),
            by,
            row["id"],
            row["form"],
        )
        if not done:
            raise _moved()
        await audit.record(organization, by, "form.published", organization, str(row["number"]))
    _in_force.forget(organization)
    return int(row["number"])


async def discard(organization: uuid.UUID, *, by: str, seen: str = "") -> None:
    """Raises Conflict when the draft is no longer the one whose mark was `seen`."""
    async with database.transaction():
        row = await _draft_row(organization)
        if row is not None:
            expect(_form(row), seen)
        gone = await database.fetch(
            "DELETE FROM form_version WHERE organization = {} AND published_at IS NULL"
            " RETURNING id",
            organization,
        )
        if gone:
            await audit.record(organization, by, "form.discarded", organization)


def mark(part: Form | Field | tuple[Group, ...]) -> str:
    """Another one for everything that is not the same: a page carries it until it is sent."""
    return hashlib.sha256(msgspec.json.encode(part)).hexdigest()[:16]


def expect(part: Form | Field | tuple[Group, ...], seen: str) -> None:
    """Raises Conflict for another part than the one that was seen; empty is whoever saw nothing."""
    if seen and seen != mark(part):
        raise _moved()


def encoded(form: Form) -> str:
    return msgspec.json.encode(form).decode()


def _form(row: dict[str, Any]) -> Form:
    form = msgspec.json.decode(row["form"], type=Form)
    return msgspec.structs.replace(form, number=row["number"])


async def _draft_row(organization: uuid.UUID) -> dict[str, Any] | None:
    rows = await database.fetch(
        "SELECT * FROM form_version WHERE organization = {} AND published_at IS NULL", organization
    )
    return rows[0] if rows else None


async def _next_number(organization: uuid.UUID) -> int:
    rows = await database.fetch(
        "SELECT coalesce(max(number), 0) + 1 AS n FROM form_version WHERE organization = {}",
        organization,
    )
    return int(rows[0]["n"])


async def _insert(organization: uuid.UUID, form: Form, number: int) -> None:
    made = await database.fetch(
        "INSERT INTO form_version (id, organization, number, form, published_by, created_at)"
        " VALUES ({}, {}, {}, {}, '', {}) ON CONFLICT (organization, number) DO NOTHING"
        " RETURNING id",
        new_id(),
        organization,
        number,
        encoded(form),
        await database.now(),
    )
    if not made:
        raise _moved()


async def _replace(row: dict[str, Any], form: Form) -> None:
    done = await database.fetch(
        "UPDATE form_version SET form = {} WHERE id = {} AND form = {}"
        " AND published_at IS NULL RETURNING id",
        encoded(form),
        row["id"],
        row["form"],
    )
    if not done:
        raise _moved()


def _moved() -> Conflict:
    detail = "This was changed meanwhile, by somebody else or in another tab. Look again."
    return Conflict("form_changed", detail)
