"""A brand's form: a draft that admins change, and the published versions. The first brand has the
organization's id."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import uuid
from collections.abc import Callable
from typing import Any

import msgspec
from piccolo.columns import Column
from piccolo.custom_types import Combinable
from piccolo.query import Select
from piccolo.query.functions import Max

from app import database
from app.brands.owner import organization_of
from app.database.remembered import Remembered
from app.errors import Conflict, Invalid, NotFound
from app.fields import rules
from app.fields.builtin import built_in
from app.fields.shape import Field, Form, Group
from app.people import audit
from app.tables import FormVersion

_in_force: Remembered[uuid.UUID, Form] = Remembered()
_published: Remembered[tuple[uuid.UUID, int], Form] = Remembered(math.inf)


class Version(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    form: Form
    published_at: dt.datetime
    published_by: str


class _Stored(msgspec.Struct):
    id: uuid.UUID
    number: int
    form: str


class _Published(_Stored):
    published_at: dt.datetime
    published_by: str


STORED = (FormVersion.id, FormVersion.number, FormVersion.form)


def _all_published(whose: Combinable) -> Select[FormVersion]:
    """Newest first."""
    query = FormVersion.select(*STORED, FormVersion.published_at, FormVersion.published_by)
    query = query.where(whose, FormVersion.published_at.is_not_null())
    return query.order_by(FormVersion.number, ascending=False)


def _of(brand: uuid.UUID) -> Combinable:
    old = FormVersion.brand.is_null() & (FormVersion.organization == brand)
    return (FormVersion.brand == brand) | old


async def published(brand: uuid.UUID) -> Form:
    """The form in force, two seconds old at most."""
    return await _in_force.of(brand, lambda: published_now(brand))


async def published_now(brand: uuid.UUID) -> Form:
    newest = await database.row(_Stored, _all_published(_of(brand)).limit(1))
    return _form(newest) if newest else built_in()


async def version(organization: uuid.UUID, number: int) -> Form:
    """A published form of any brand, which never changes. Raises NotFound."""
    if number == built_in().number:
        return built_in()
    if known := _published.get((organization, number)):
        return known
    found = await database.row(
        _Stored,
        _all_published(FormVersion.organization == organization).where(
            FormVersion.number == number
        ),
    )
    if found is None:
        raise NotFound
    return _published.keep((organization, number), _form(found))


async def history(brand: uuid.UUID) -> list[Version]:
    """Newest first."""
    return await _history(_of(brand))


async def _history(whose: Combinable) -> list[Version]:
    return [
        Version(
            number=each.number,
            form=_form(each),
            published_at=each.published_at,
            published_by=each.published_by,
        )
        for each in await database.rows(_Published, _all_published(whose))
    ]


async def used(organization: uuid.UUID) -> dict[str, Field]:
    """Every field that visitors of any brand have ever been shown, by its key."""
    found = {field.key: field for field in built_in().fields}
    for each in reversed(await _history(FormVersion.organization == organization)):
        found |= {field.key: field for field in each.form.fields}
    return found


async def draft(brand: uuid.UUID) -> Form | None:
    """The unpublished form; None when there are no changes."""
    row = await _draft_row(brand)
    return _form(row) if row else None


async def working(brand: uuid.UUID) -> Form:
    """What an admin edits: the draft, else the form in force."""
    return await draft(brand) or await published_now(brand)


async def edit(brand: uuid.UUID, change: Callable[[Form], Form]) -> Form:
    """Changes the draft, which starts as the form in force. Raises what `change` raises, and
    Conflict when somebody else changed it at the same moment."""
    async with database.transaction():
        row = await _draft_row(brand)
        before = _form(row) if row else await published_now(brand)
        after = msgspec.structs.replace(change(before), number=0)
        if row is None:
            await _insert(brand, after)
        else:
            await _change(row, {FormVersion.form: encoded(after)})
    return after


async def publish(brand: uuid.UUID, *, by: str, seen: str = "") -> int:
    """Publishes the draft and returns its number. Raises Invalid, NotFound without a draft, and
    Conflict when its mark is no longer `seen`."""
    async with database.transaction():
        row = await _draft_row(brand)
        if row is None:
            raise NotFound
        expect(_form(row), seen)
        problems = rules.problems(_form(row))
        if problems:
            raise Invalid(problems)
        await _change(
            row,
            {FormVersion.published_at: await database.now(), FormVersion.published_by: by},
        )
        organization = await organization_of(brand)
        await audit.record(organization, by, "form.published", brand, str(row.number))
    _in_force.forget(brand)
    return row.number


async def discard(brand: uuid.UUID, *, by: str, seen: str = "") -> None:
    """Deletes the draft. Raises Conflict when its mark is no longer `seen`."""
    async with database.transaction():
        row = await _draft_row(brand)
        if row is not None:
            expect(_form(row), seen)
        drafts = _of(brand) & FormVersion.published_at.is_null()
        if await FormVersion.delete().where(drafts).returning(FormVersion.id):
            await audit.record(await organization_of(brand), by, "form.discarded", brand)


def mark(part: Form | Field | tuple[Group, ...]) -> str:
    """A hash of the contents. A page carries it, to notice changes in between."""
    return hashlib.sha256(msgspec.json.encode(part)).hexdigest()[:16]


def expect(part: Form | Field | tuple[Group, ...], seen: str) -> None:
    """Raises Conflict unless the part has the mark `seen`; an empty one is not checked."""
    if seen and seen != mark(part):
        raise _moved()


def encoded(form: Form) -> str:
    return msgspec.json.encode(form).decode()


def _form(row: _Stored) -> Form:
    stored = msgspec.json.decode(row.form)
    for choice in (each for field in stored["fields"] for each in field.get("choices", ())):
        # Before the list of languages, the English text stood beside the value.
        if english := choice.pop("en", ""):
            choice.setdefault("texts", {"en": english})
    return msgspec.structs.replace(msgspec.convert(stored, Form), number=row.number)


async def _draft_row(brand: uuid.UUID) -> _Stored | None:
    query = FormVersion.select(*STORED).where(_of(brand), FormVersion.published_at.is_null())
    return await database.row(_Stored, query)


async def _next_number(organization: uuid.UUID) -> int:
    query = FormVersion.select(Max(FormVersion.number))
    query = query.where(FormVersion.organization == organization)
    return (await database.value(int, query) or 0) + 1


async def _insert(brand: uuid.UUID, form: Form) -> None:
    organization = await organization_of(brand)
    draft = FormVersion(
        {
            FormVersion.organization: organization,
            FormVersion.brand: brand,
            FormVersion.number: await _next_number(organization),
            FormVersion.form: encoded(form),
            FormVersion.created_at: await database.now(),
        }
    )
    made = await FormVersion.insert(draft).on_conflict(
        target=(FormVersion.organization, FormVersion.number), action="DO NOTHING"
    )
    if not made:
        raise _moved()


async def _change(row: _Stored, values: dict[Column | str, Any]) -> None:
    """Raises Conflict when it is no longer the draft that was read."""
    same = (FormVersion.id == row.id) & (FormVersion.form == row.form)
    query = FormVersion.update(values).where(same & FormVersion.published_at.is_null())
    if not await query.returning(FormVersion.id):
        raise _moved()


def _moved() -> Conflict:
    detail = "This was changed meanwhile, by somebody else or in another tab. Look again."
    return Conflict("form_changed", detail)
