"""Counts of the form: added up in the process, written a little later, lost by none but a kill."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from app import database
from app.errors import Unavailable
from app.overview import figures, funnel, statements
from app.overview.funnel import Funnel
from app.overview.spans import Span
from app.people import organizations
from app.tables import FormDay, Organization


async def today(org: Organization) -> Funnel:
    day = await figures.today(org)
    return await funnel.read(org.id, Span(day, day))


async def test_what_is_counted_is_written_and_added_up(
    org: Organization, other_org: Organization
) -> None:
    for _ in range(3):
        funnel.count(org, "opened")
    funnel.count(org, "sent", "begun")
    funnel.count(other_org, "shown")
    assert await today(org) == Funnel()
    await funnel.write()
    funnel.count(org, "refused")
    await funnel.write()
    await funnel.write()
    assert await today(org) == Funnel(opened=3, begun=1, sent=1, refused=1)
    assert await today(other_org) == Funnel(shown=1)
    assert await FormDay.count() == 2


async def test_many_processes_add_to_one_row(org: Organization) -> None:
    day = await figures.today(org)
    rows = [(funnel.new_id(), org.id, day.isoformat(), 1, 0, 0, 0, 0)]

    async def one() -> None:
        async with database.transaction():
            await statements.add_form_counts([(funnel.new_id(), *rows[0][1:])])

    await asyncio.gather(*(one() for _ in range(8)))
    assert await today(org) == Funnel(shown=8)


async def test_it_is_written_by_itself(org: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(funnel, "SECONDS", 0.0)
    funnel.count(org, "opened")
    while funnel._writing:
        await asyncio.gather(*funnel._writing)
        await asyncio.sleep(0)
    assert await today(org) == Funnel(opened=1)


async def test_what_waits_is_written_before_the_end(org: Organization) -> None:
    funnel.count(org, "opened")
    await funnel.close()
    assert await today(org) == Funnel(opened=1)
    assert not funnel._writing


async def test_while_the_database_is_away_it_waits(
    org: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise Unavailable

    funnel.count(org, "opened")
    with monkeypatch.context() as patched:
        patched.setattr(statements, "add_form_counts", away)
        with pytest.raises(Unavailable):
            await funnel.write()
    funnel.count(org, "opened")
    await funnel.write()
    assert await today(org) == Funnel(opened=2)


async def test_a_zone_that_this_machine_does_not_know_counts_nothing(org: Organization) -> None:
    org.timezone = "Mars/Olympus"
    funnel.count(org, "opened")
    await funnel.write()
    assert await FormDay.count() == 0


async def test_days_are_those_of_the_organization(org: Organization) -> None:
    await database.execute("UPDATE organization SET timezone = 'Pacific/Kiritimati'")
    ahead = await organizations.by_id(org.id)
    funnel.count(ahead, "opened")
    await funnel.write()
    (row,) = await FormDay.select(FormDay.day)
    east = dt.timezone(dt.timedelta(hours=14))
    assert row["day"] == dt.datetime.now(east).date().isoformat()
