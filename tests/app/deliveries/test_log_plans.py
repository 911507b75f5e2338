"""The log is not slower the older it is: no filter reads deliveries that it does not show."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest

from app import database
from app.deliveries import log
from app.deliveries.log import Filter
from app.tables import Organization
from tests.app.deliveries.test_query_plans import plans_of, told

DAY = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
DAYS = {"since": DAY, "until": DAY + dt.timedelta(days=1)}
CHANNEL = {"channel": str(uuid.uuid4())}
WITHOUT_ITS_STATE = re.compile(r"delivery_(?:newest|of_channel|by_state \(organization=\?\))")
OTHER_WAY = re.compile(r"SCAN [da]\b|TEMP B-TREE")


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
@pytest.mark.parametrize("state", ["", *log.STATES])
async def test_each_filter_goes_by_an_index_that_has_what_it_shows_in_its_order(
    org: Organization, state: str
) -> None:
    engine = database.engine()
    assert isinstance(engine, database.SQLite)
    heard = await told(engine)
    for more in ({}, DAYS, CHANNEL, CHANNEL | DAYS):
        heard.clear()
        await log.listed(org.id, Filter(state=state, **more))  # type: ignore[arg-type]
        plan = [each.partition(":")[0] for each in plans_of(engine.path, heard)]
        assert [each for each in plan if OTHER_WAY.search(each)] == []
        assert not state or [each for each in plan if WITHOUT_ITS_STATE.search(each)] == []
        by_channel = "channel" in more and state in {"sent", "failed", "cancelled"}
        assert any("delivery_over (channel=? AND state=?" in each for each in plan) == by_channel


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_counts_go_by_the_channel_of_each_state(org: Organization) -> None:
    engine = database.engine()
    assert isinstance(engine, database.SQLite)
    heard = await told(engine)
    for more in ({}, DAYS):
        heard.clear()
        await log.counts(org.id, Filter(**CHANNEL, **more))  # type: ignore[arg-type]
        plan = [each.partition(":")[0] for each in plans_of(engine.path, heard)]
        assert [each for each in plan if WITHOUT_ITS_STATE.search(each)] == []
        assert sum("delivery_over (channel=? AND state=?" in each for each in plan) == 3
        assert sum("delivery_by_state (organization=? AND state=?" in each for each in plan) == 2
