"""How the last round is told."""

from __future__ import annotations

import msgspec

from app import instance
from app.backup import told
from app.tables import Organization


async def test_what_was_written_is_read_again_and_nothing_before(org: Organization) -> None:
    assert await told.last() is None
    bad = told.Round(name="x", places=["/srv"], faults={"s3": "away"})
    await instance.write(told.ROUND, msgspec.json.encode(bad).decode())

    fact = await told.last()
    assert fact is not None
    assert told.read(fact) == bad
