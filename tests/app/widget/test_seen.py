"""On which sites the widget was loaded."""

from __future__ import annotations

import datetime as dt

from app import database, limits, widget
from app.tables import Organization, WidgetHost
from app.widget.seen import SITES_MAX, WRITING_MAX, record, written


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


async def test_the_list_has_an_end_and_who_was_seen_least_goes_first(org: Organization) -> None:
    for _ in range(2):
        await record(org.id, "https://shop.example")
    for number in range(SITES_MAX + 5):
        await record(org.id, f"https://s{number}.example")

    found = {each.origin for each in await widget.seen(org.id)}
    assert await WidgetHost.count() == SITES_MAX
    assert found >= {"https://shop.example", f"https://s{SITES_MAX + 4}.example"}
    assert "https://s0.example" not in found


async def test_a_site_that_is_allowed_by_its_name_never_goes(org: Organization) -> None:
    hosts = ["https://shop.example", "https://*.wild.example"]
    await widget.restrict(org.id, hosts, by="tests")
    await record(org.id, "https://shop.example")
    await record(org.id, "https://anything.wild.example")
    for number in range(SITES_MAX):
        await record(org.id, f"https://s{number}.example")
        await record(org.id, f"https://s{number}.example")

    found = {each.origin for each in await widget.seen(org.id)}
    assert "https://shop.example" in found
    assert "https://anything.wild.example" not in found


async def test_one_address_names_few_new_sites(org: Organization) -> None:
    for number in range(9):
        widget.note(org.id, f"https://s{number}.example", "192.0.2.1")
        await written()
    widget.note(org.id, "https://other.example", "192.0.2.2")
    widget.note(org.id, "https://listed.example", "192.0.2.1", allowed=True)
    await written()

    found = {each.origin for each in await widget.seen(org.id)}
    assert len(found) == limits.SITES_NAMED.amount + 2
    assert found >= {"https://other.example", "https://listed.example"}


async def test_whoever_invents_sites_keeps_the_database_no_busier(org: Organization) -> None:
    for number in range(10 * WRITING_MAX):
        widget.note(org.id, f"https://s{number}.example")
    widget.note(org.id, "https://listed.example", allowed=True)
    await written()
    assert await WidgetHost.count() == WRITING_MAX + 1


async def test_yesterday_is_not_shown_and_last_week_is_forgotten(org: Organization) -> None:
    await record(org.id, "https://old.example")
    await record(org.id, "https://older.example")
    for origin, age in (("https://old.example", 25), ("https://older.example", 24 * 8)):
        at = dt.datetime.now(dt.UTC) - dt.timedelta(hours=age)
        await database.execute("UPDATE widget_host SET at = ? WHERE origin = ?", at, origin)
    await record(org.id, "https://new.example")

    assert [each.origin for each in await widget.seen(org.id)] == ["https://new.example"]
    assert await WidgetHost.count() == 2
