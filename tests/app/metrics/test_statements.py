"""What a scrape asks reads what is not over, never all that ever was."""

from __future__ import annotations

import pytest

from app import database
from app.metrics import statements
from app.tables import Organization


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_they_walk_through_the_index_of_what_waits(org: Organization) -> None:
    """SQLite plans without statistics, so a wrong turn shows however few rows there are."""
    asked = {
        "USING INDEX delivery_due": (statements.PENDING, await database.now()),
        "USING INDEX dispatch_open": (statements.OPEN,),
    }
    for index, (sql, *values) in asked.items():
        steps = await database.rows(dict, f"EXPLAIN QUERY PLAN {sql}", *values)
        assert index in steps[0]["detail"]
