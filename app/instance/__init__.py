"""Facts about the whole installation, by name, with the time of writing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import msgspec

from app import database
from app.instance import statements


class Fact(msgspec.Struct, frozen=True):
    value: str
    at: dt.datetime


async def read(name: str) -> Fact | None:
    return await database.row(Fact, statements.READ, name)


async def write(name: str, value: str, *, keep: bool = False) -> None:
    """With `keep`, an existing value stays."""
    sql = statements.KEEP if keep else statements.WRITE
    await database.execute(sql, name, value, await database.now())


async def change(name: str, how: Callable[[str], str]) -> None:
    """From what is there to what `how` makes of it, one process after the other. Nothing happens
    where there is no such fact."""
    async with database.transaction():
        # SQLite lets only one write from the beginning of the transaction.
        alone = isinstance(database.engine(), database.SQLite)
        sql = statements.READ if alone else f"{statements.READ} FOR UPDATE"
        kept = await database.row(Fact, sql, name)
        if kept is not None and (changed := how(kept.value)) != kept.value:
            await write(name, changed)
