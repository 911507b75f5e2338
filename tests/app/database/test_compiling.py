"""Whatever a query says, its text and its values are those that Piccolo makes."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from piccolo.columns import JSON, Text, Varchar
from piccolo.table import Table

from app import tables
from app.database import compiling
from app.tables import Account, Agent, Delivery, Message

Queries = Callable[[], Iterator[Any]]
"""Queries of any kind."""


class Colour(enum.Enum):
    RED = "red"


class Pasted(Table):
    """Of no database: with a column of JSON, which none of ours has."""

    what = JSON()
    name = Varchar()
    long = Text(null=True)


def of_every_table() -> Iterator[Any]:
    for each in tables.ALL:
        yield each.select()
        yield each.objects().first()
        yield each.count()
        yield each.exists()
        for column in each._meta.columns:
            yield each.select(column).where(column.is_null())
            yield each.select(column.as_alias("other")).order_by(column, ascending=False)


def of_values() -> Iterator[Any]:
    day = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)
    for value in ("x", "{}", "{", "", None, 3, 2.5, True, b"x", uuid.UUID(int=7), day, day.date()):
        yield Message.select(Message.id).where(Message.content == value)
        yield Message.update({Message.content: value}).where(Message.status != value)
    yield Message.select(Message.id).where(Message.content.is_in([1, 2, 3]))
    yield Message.select(Message.id).where(Message.content.like("%50\\%{}%"))
    yield Message.select(Message.id).where(Message.content == Colour.RED)
    for json in ("{}", None, {"a": 1}, [1], 3, True):
        yield Pasted.select().where(Pasted.what == json)
        yield Pasted.insert(Pasted(what=json, name="x"), Pasted(what="{}", name="y", long="{}"))


def of_several_tables() -> Iterator[Any]:
    yield Delivery.select(Delivery.id, Delivery.message.status, Delivery.message.content)
    yield (
        Delivery.select()
        .where(Delivery.message.organization.slug == "a")
        .order_by(Delivery.message.organization.name)
    )
    yield Agent.select(Agent.account.email, Agent.organization).where(
        (Agent.account.email == "a") | (Agent.organization == uuid.UUID(int=1)) & Agent.id.is_null()
    )
    account = Account({Account.id: uuid.UUID(int=1), Account.email: "x"})
    inner = Agent.select(Agent.id).where(Agent.account == account)
    yield Message.select(Message.id).where(Message.assignee.is_in(inner))
    yield Agent.delete().where(Agent.account.email == "x")


def written(queries: Queries, kind: str) -> list[tuple[str, list[Any]]]:
    return [each.compile_string(engine_type=kind) for q in queries() for each in q.querystrings]


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("queries", [of_every_table, of_values, of_several_tables])
def test_the_text_and_the_values_are_those_of_piccolo(
    queries: Queries, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = ("sqlite", "postgres")
    ours = [written(queries, kind) for kind in kinds]
    for owner, name, _ in compiling.REPLACED:
        monkeypatch.setattr(owner, name, compiling.PICCOLOS[name])

    assert ours == [written(queries, kind) for kind in kinds]
    assert len(ours[0]) > 4


def test_a_column_of_another_table_brings_its_way_along() -> None:
    owner: Any = Delivery.message.organization
    found = owner.slug
    assert [each._meta.name for each in found._meta.call_chain] == ["message", "organization"]
    with pytest.raises(AttributeError):
        Delivery.message.nothing  # noqa: B018
