"""Everything that is stored, as it was at one moment."""

from __future__ import annotations

from app import database
from app.database.snapshot import ROWS, snapshot
from app.people import organizations
from app.tables import Organization


async def test_what_is_written_later_is_not_in_it_and_need_not_wait(org: Organization) -> None:
    async with snapshot() as taken:
        found = [row async for rows in taken.rows("organization", ["slug"]) for row in rows]
        await organizations.create("later", "Later")
        again = [row async for rows in taken.rows("organization", ["slug"]) for row in rows]
    assert found == again == [("default",)]
    assert await database.value(int, "SELECT COUNT(*) FROM organization") == 2


async def test_many_rows_come_some_at_a_time(org: Organization) -> None:
    async with database.transaction():
        await database.execute_many(
            "INSERT INTO instance (name, value, at) VALUES (?, ?, ?)",
            [(f"n{n}", str(n), await database.now()) for n in range(ROWS + 2)],
        )
    async with snapshot() as taken:
        sizes = [len(rows) async for rows in taken.rows("instance", ["name", "value"])]
    assert sizes == [ROWS, 2]
