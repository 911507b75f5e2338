"""How busy the connections are."""

from __future__ import annotations

from app import database
from app.database import connections
from app.tables import Organization


async def test_a_transaction_holds_one(org: Organization) -> None:
    before, most = connections.in_use()
    async with database.transaction():
        await database.execute("UPDATE organization SET wakes = wakes")
        assert connections.in_use() == (before + 1, most)
    assert connections.in_use() == (before, most)


async def test_only_sqlite_has_a_log(org: Organization, db: str) -> None:
    assert (connections.log_bytes() == 0) == bool(db)
