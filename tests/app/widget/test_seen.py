"""On which sites the widget was loaded."""

from __future__ import annotations

import datetime as dt

from app import database, widget
from app.tables import Organization, WidgetHost
from app.widget.seen import SITES_MAX, record, written


async def test_a_site_is_noted_at_most_once_a_minute(org: Organization) -> None:
    for _ in range(5):
        widget.note(org.id, "https://a.example")
    widget.note(org.id, "https://b.example")
    await written()

    found = {each.origin: each.minutes for each in await widget.seen(org.id)}
    assert found == {"https://a.example": 1, "https://b.example": 1}


async def test_those_come_first_that_load_it_most(org: Organization) -> None:
    for origin in ("https://a.example", "https://b.example", "https://b.example"):
        await record(org.id, origin)

    assert [each.origin for each in await widget.seen(org.id)] == [
        "https://b.example",
        "https://a.example",
    ]


async def test_the_list_has_an_end_whoever_names_sites(org: Organization) -> None:
    for number in range(SITES_MAX + 5):
        await record(org.id, f"https://s{number}.example")
    await record(org.id, "https://s0.example")

    assert await WidgetHost.count() == SITES_MAX
    assert (await widget.seen(org.id))[0].minutes == 2


async def test_yesterday_is_not_shown_and_last_week_is_forgotten(org: Organization) -> None:
    await record(org.id, "https://old.example")
    await record(org.id, "https://older.example")
    for origin, age in (("https://old.example", 25), ("https://older.example", 24 * 8)):
        at = dt.datetime.now(dt.UTC) - dt.timedelta(hours=age)
        await database.fetch("UPDATE widget_host SET at = {} WHERE origin = {}", at, origin)
    await record(org.id, "https://new.example")

    assert [each.origin for each in await widget.seen(org.id)] == ["https://new.example"]
    assert await WidgetHost.count() == 2
