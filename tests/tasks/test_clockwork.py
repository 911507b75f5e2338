"""What a worker does by itself finds its work without reading the organizations that have none."""

from __future__ import annotations

import re

import pytest

from app import database, deliveries
from app.erasure import due
from app.feed import tend
from app.history import versions
from app.overview import behind
from app.people import organizations
from app.people.audit import chain
from app.tables import Organization
from app.targets import watch
from tests.app.deliveries.test_query_plans import plans_of, told

WALK = re.compile(r"SCAN (?:organization|channel|o|c)\b(?! USING (?:COVERING )?INDEX)")
WORKS = (
    deliveries.due,
    deliveries.rescue,
    versions.begin_all,
    chain.step,
    watch.step,
    due.step,
    tend.step,
    behind.step,
)


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("spoiled")
async def test_nothing_walks_through_all_organizations(org: Organization) -> None:
    """SQLite plans without statistics, so a wrong turn shows however few there are."""
    await versions.begin_all()
    await organizations.large(behind.FEW)  # Every ten minutes.
    engine = database.engine()
    assert isinstance(engine, database.SQLite)
    heard = await told(engine)

    for work in WORKS:
        await work()

    plans = plans_of(engine.path, heard)
    for index in ("targets", "retention", "feed"):
        assert any(f"organization_{index}" in each for each in plans)
    assert [each for each in plans if WALK.search(each)] == []
