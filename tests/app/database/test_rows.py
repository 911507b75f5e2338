"""Typed rows, from Piccolo's queries and from statements written as SQL."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec
import pytest

from app import database
from app.database import columns, names
from app.tables import Agent, Organization, new_id

NOW = dt.datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=dt.UTC)
o = names(Organization)


class Desk(msgspec.Struct):
    id: uuid.UUID
    slug: str
    proof_of_work: bool
    due_at: dt.datetime | None


DESK = (Organization.id, Organization.slug, Organization.proof_of_work, Organization.due_at)


class New(msgspec.Struct):
    id: uuid.UUID
    slug: str
    due_at: dt.datetime | None = None
    name: str = ""
    locale: str = "en"
    timezone: str = "UTC"
    proof_of_work: bool = False
    created_at: dt.datetime = NOW


NEW = (
    Organization.id,
    Organization.slug,
    Organization.due_at,
    Organization.name,
    Organization.locale,
    Organization.timezone,
    Organization.proof_of_work,
    Organization.created_at,
)


async def add(*organizations: New) -> None:
    async with database.transaction():
        await database.insert(NEW, organizations)


async def test_a_query_of_piccolo_gives_structs(db: str) -> None:
    await add(new := New(new_id(), "desk", NOW))
    query = Organization.select(*DESK).where(Organization.slug == "desk")
    assert await database.rows(Desk, query) == [Desk(new.id, "desk", False, NOW)]


async def test_a_statement_gives_structs(db: str) -> None:
    await add(new := New(new_id(), "desk", NOW), New(new_id(), "other"))
    sql = f"SELECT {columns(*DESK)} FROM {o} WHERE {o.slug} = ?"
    assert await database.rows(Desk, sql, "desk") == [Desk(new.id, "desk", False, NOW)]


async def test_what_a_change_gives_back_has_the_same_types(db: str) -> None:
    await add(new := New(new_id(), "desk", NOW))
    wanted = Desk(new.id, "desk", False, NOW)
    sql = f"UPDATE {o} SET {o.name} = ? WHERE {o.id} = ? RETURNING {columns(*DESK)}"
    assert await database.row(Desk, sql, "Desk", new.id) == wanted
    query = Organization.update({Organization.name: "Desk"}).where(Organization.id == new.id)
    assert await database.row(Desk, query.returning(*DESK)) == wanted


async def test_inside_a_transaction_the_types_are_the_same(db: str) -> None:
    await add(new := New(new_id(), "desk"))
    async with database.transaction():
        found = await database.row(Desk, Organization.select(*DESK))
        assert found == await database.row(Desk, f"SELECT {columns(*DESK)} FROM {o}")
    assert found == Desk(new.id, "desk", False, None)


async def test_no_row_is_none_or_an_empty_list(db: str) -> None:
    sql = f"SELECT {columns(*DESK)} FROM {o}"
    assert await database.row(Desk, sql) is None
    assert await database.rows(Desk, sql) == []
    assert await database.value(uuid.UUID, f"SELECT {o.id} FROM {o}") is None


async def test_a_single_column_needs_no_struct(db: str) -> None:
    await add(New(new_id(), "a", NOW), New(new_id(), "b"))
    assert await database.values(str, Organization.select(Organization.slug)) == ["a", "b"]
    assert await database.value(dt.datetime, f"SELECT min({o.due_at}) AS due FROM {o}") == NOW
    assert await database.value(int, f"SELECT count(*) AS n FROM {o}") == 2


async def test_an_expression_without_a_value_is_none(db: str) -> None:
    assert await database.value(dt.datetime, f"SELECT min({o.due_at}) AS due FROM {o}") is None


async def test_a_row_that_is_not_as_its_struct_says_is_refused(db: str) -> None:
    await add(New(new_id(), "a"))
    with pytest.raises(msgspec.ValidationError, match="required field"):
        await database.rows(Desk, Organization.select(Organization.slug))


async def test_a_row_that_is_there_already_is_kept_or_changed_where_that_is_asked_for(
    db: str,
) -> None:
    await add(first := New(new_id(), "desk", NOW, name="Desk"))
    again = New(first.id, "other", None, name="Other")
    async with database.transaction():
        await database.insert(NEW, [again], keep=True)
    assert await database.rows(Desk, Organization.select(*DESK)) == [
        Desk(first.id, "desk", False, NOW)
    ]
    async with database.transaction():
        await database.insert(NEW, [again], update=[Organization.due_at])
    assert await database.rows(Desk, Organization.select(*DESK)) == [
        Desk(first.id, "desk", False, None)
    ]


@pytest.mark.parametrize("count", [0, 1, 3])
async def test_many_rows_are_stored_and_changed_in_one_trip(db: str, count: int) -> None:
    new = [New(new_id(), f"desk-{number}", NOW if number else None) for number in range(count)]
    await add(*new, New(new_id(), "other"))
    moved = [Desk(each.id, each.slug, True, None) for each in new]
    async with database.transaction():
        await database.update(DESK, moved)

    query = Organization.select(*DESK).where(Organization.slug != "other")
    assert await database.rows(Desk, query.order_by(Organization.slug)) == moved
    left = Organization.select(Organization.proof_of_work).where(Organization.slug == "other")
    assert await database.value(bool, left) is False


@pytest.mark.parametrize("count", [1, 2])
async def test_a_text_that_its_column_has_no_room_for_is_refused_on_postgresql(
    db: str, count: int
) -> None:
    new = [New(new_id(), f"{number}" * 999) for number in range(count)]
    if db:
        with pytest.raises(Exception, match="too long"):
            await add(*new)
    else:
        # SQLite has no lengths.
        await add(*new)
        query = Organization.select(Organization.slug).order_by(Organization.slug)
        assert await database.values(str, query) == [each.slug for each in new]


def test_names_stand_for_a_table_and_its_columns() -> None:
    assert f"{o}" == "organization"
    assert f"{o.slug}" == "slug"
    a = names(Agent, "a")
    assert f"SELECT {columns(a.id, a.email)} FROM {a}" == "SELECT a.id, a.email FROM agent a"
    assert columns(Agent.id, Agent.email, of="a") == "a.id, a.email"
