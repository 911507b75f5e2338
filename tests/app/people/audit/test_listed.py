"""The audit is read page by page, each filter by an index of its own."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from app import database
from app.errors import Invalid
from app.people import audit
from app.people.audit import statements
from app.people.audit.listed import Wanted, _conditions, listed, pages, these
from app.tables import Organization

SOME = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
FILTERS = {
    "all": Wanted(),
    "who": Wanted(who="cli"),
    "area": Wanted(area="channels"),
    "thing": Wanted(target="x"),
    "days": Wanted(since=SOME, until=SOME + dt.timedelta(days=1)),
}


@pytest.mark.parametrize("name", FILTERS)
async def test_no_filter_reads_or_sorts_what_it_does_not_show(org: Organization, name: str) -> None:
    if not isinstance(database.engine(), database.SQLite):
        return  # Of an empty table PostgreSQL plans to read all.
    parts = list(_conditions(org.id, FILTERS[name], uuid.uuid4()))
    sql = statements.PAGE.replace("[these]", " AND ".join(part for part, _ in parts))
    values = [value for _, each in parts for value in each]
    plan = str(await database.rows(dict, f"EXPLAIN QUERY PLAN {sql}", *values, 51))
    assert "USING INDEX audit_" in plan
    assert "TEMP B-TREE" not in plan


async def test_pages_follow_each_other_without_gap_or_repeat(org: Organization) -> None:
    for number in range(12):
        await audit.record(org.id, "test", "channel.on", number)
    seen: list[str] = []
    cursor, turns = "", 0
    while cursor or not turns:
        page = await listed(org.id, Wanted(), limit=5, cursor=cursor)
        seen += [each.target for each in page.items]
        cursor, turns = page.next_cursor, turns + 1
    assert (turns, seen) == (3, [str(number) for number in reversed(range(12))])
    assert [each.target async for some in pages(org.id, Wanted()) for each in some] == seen
    with pytest.raises(Invalid):
        await listed(org.id, Wanted(), cursor="x")


async def test_entries_are_found_by_their_ids_in_their_organization_alone(
    org: Organization, other_org: Organization
) -> None:
    await audit.record(org.id, "test", "channel.on", "mine")
    [mine] = (await listed(org.id, Wanted())).items
    assert [each.target for each in await these(org.id, [mine.id])] == ["mine"]
    assert await these(other_org.id, [mine.id]) == []
    assert await these(org.id, []) == []
