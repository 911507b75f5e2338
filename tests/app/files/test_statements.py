"""What files weigh."""

from __future__ import annotations

import datetime as dt

from app.files import statements
from app.tables import Organization, VisitorFile, new_id


async def test_they_are_summed(org: Organization, other_org: Organization) -> None:
    f = VisitorFile
    now = dt.datetime.now(dt.UTC)
    assert await statements.weighs() == 0
    for owner, size, age in ((org, 2_000_000_000, 0), (org, 2_000_000_000, 2), (other_org, 5, 0)):
        row = {
            f.id: new_id(),
            f.organization: owner.id,
            f.name: "a",
            f.kind: "b",
            f.sender: "x",
            f.size: size,
            f.small: 1,
            f.created_at: now - dt.timedelta(days=age),
        }
        await f.insert(f(row))
    assert await statements.weighs() == 4_000_000_008
    assert await statements.of_sender("x", now - dt.timedelta(days=1)) == 2_000_000_005
    assert await statements.of_sender("y", now - dt.timedelta(days=1)) == 0
    assert await statements.loose(org.id) == 4_000_000_000
