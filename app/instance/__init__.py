"""Facts about the whole installation, by name, with the time of writing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import msgspec

from app import database
from app.tables import Instance


class Fact(msgspec.Struct, frozen=True):
    value: str
    at: dt.datetime


async def read(name: str) -> Fact | None:
    query = Instance.select(Instance.value, Instance.at).where(Instance.name == name)
    return await database.row(Fact, query)


async def write(name: str, value: str, *, keep: bool = False) -> None:
    """With `keep`, an existing value stays."""
    fact = Instance(
        {
            Instance.name: name,
            Instance.value: value,
            Instance.at: await database.now(),
        }
    )
    await Instance.insert(fact).on_conflict(
        target=Instance.name,
        action="DO NOTHING" if keep else "DO UPDATE",
        values=[Instance.value, Instance.at],
    )


async def change(name: str, how: Callable[[str], str]) -> None:
    """From what is there to what `how` makes of it, one process after the other. Nothing happens
    where there is no such fact."""
    async with database.transaction():
        query = Instance.select(Instance.value, Instance.at).where(Instance.name == name)
        if not isinstance(database.engine(), database.SQLite):
            # SQLite lets only one write from the beginning of the transaction.
            query = query.lock_rows("UPDATE")
        kept = await database.row(Fact, query)
        if kept is not None and (changed := how(kept.value)) != kept.value:
            await write(name, changed)
