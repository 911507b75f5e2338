"""Reports are made once for each day, whoever makes them and whatever dies."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app import channel_settings, database, presence
from app.deliveries import Courier
from app.deliveries.parcel import pack
from app.hours import WEEKDAYS
from app.people import organizations
from app.reports import change, make
from app.reports.make import Made
from app.tables import Announcement, Message, Organization, Report
from tests.app.deliveries.conftest import Add, Leave, settled
from tests.app.deliveries.planning import plan
from tests.fakes.vendors import FakeVendors

HOOK = "http://127.0.0.1:9/hook"
MONDAY_AT_NINE = dt.datetime(2026, 11, 30, 1, tzinfo=dt.UTC)
LATER = dt.timedelta(hours=1)


async def report(org: Organization, channel: str, **more: Any) -> str:
    """Set up a month before."""
    found = await change.add(org.id, {"channel": channel, **more}, by="tests")
    long_ago = MONDAY_AT_NINE - dt.timedelta(days=30)
    await Report.update({Report.since: long_ago}, force=True)
    return found.uid


async def due(now: dt.datetime = MONDAY_AT_NINE) -> None:
    query = Report.select(*make.ROW, Report.since)
    for row in await database.rows(Made, query):
        await make.make(row, now)


async def owed() -> list[dict[str, Any]]:
    return await database.rows(dict, "SELECT * FROM delivery WHERE purpose = 'report' ORDER BY id")


async def periods() -> list[tuple[str, str]]:
    rows = await database.rows(dict, "SELECT period, skipped FROM announcement ORDER BY period")
    return [(row["period"], row["skipped"]) for row in rows]


def quiet_now() -> dict[str, str]:
    """From an hour ago for two hours, over midnight if it must."""
    now = dt.datetime.now(ZoneInfo("Asia/Shanghai"))
    return {name: f"{now + n * LATER:%H:%M}" for name, n in (("from", -1), ("to", 1))}


@pytest.fixture
async def channel(add: Add) -> str:
    return await add("custom", HOOK)


async def test_it_is_owed_once_a_day_at_its_time(org: Organization, channel: str) -> None:
    await report(org, channel)
    await due(MONDAY_AT_NINE - dt.timedelta(minutes=1))
    await due(MONDAY_AT_NINE)
    await due(MONDAY_AT_NINE + LATER)
    assert [period for period, _ in await periods()] == ["2026-11-29", "2026-11-30"]
    assert len(await owed()) == 2


async def test_many_workers_owe_it_once(org: Organization, channel: str) -> None:
    await report(org, channel)
    await asyncio.gather(*(due() for _ in range(6)))
    assert len(await owed()) == len(await periods()) == 1


async def test_who_dies_before_it_is_written_leaves_it_to_the_next(
    org: Organization, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    async def dies(*_: Any) -> None:
        raise Killed

    await report(org, channel)
    with monkeypatch.context() as patched:
        # What was written of it goes with the transaction.
        patched.setattr("app.deliveries.announce.insert", dies)
        with pytest.raises(Killed):
            await due()
    assert (await owed(), await periods()) == ([], [])
    await due()
    assert len(await owed()) == len(await periods()) == 1


async def test_a_second_row_of_a_day_cannot_be(org: Organization, channel: str) -> None:
    await report(org, channel)
    await due()
    with pytest.raises(database.Taken):
        await database.execute(
            "INSERT INTO announcement (id, organization, purpose, report, period, created_at)"
            " SELECT organization, organization, purpose, report, period, created_at"
            " FROM announcement"
        )


async def test_it_arrives_with_its_numbers(
    org: Organization, courier: Courier, fakes: FakeVendors, leave: Leave
) -> None:
    url = fakes.add_hook("reports")
    channel = await channel_settings.add(
        org.id, {"type": "custom", "webhook_url": url, "name": "老板群"}, by="tests"
    )
    for number in range(3):
        await leave(f"question {number}")
    await settled(courier, org)
    # Days are counted as messages come, and these came today.
    today = dt.datetime.now(ZoneInfo("Asia/Shanghai")).replace(hour=9, minute=0)
    yesterday = today - dt.timedelta(hours=20)
    due_at = {Message.created_at: yesterday, Message.due_at: yesterday + LATER}
    await Message.update(due_at, force=True)
    await report(org, channel)
    await due(today)
    await settled(courier, org)
    bodies = [json.loads(call.raw) for call in fakes.calls()]
    (told,) = [each for each in bodies if each["type"] == "leave_message_report"]
    assert told["title"].endswith(f"：{yesterday.month}月{yesterday.day}日 日报")
    said = [line["text"] for line in told["lines"]]
    assert said[:2] == ["新留言 3", "已处理 0"]
    assert "按时处理率 0%（共 3 条），超时 3" in said
    assert "现在待处理 3，其中 3 条已超时" in said
    assert "最早的一条已等了 20 小时" in said
    day = yesterday.date()
    assert f"since={day}" in told["lines"][0]["link"]
    assert told["link"].endswith(f"/overview?since={day}&until={day}")
    (delivery,) = await owed()
    assert delivery["state"] == "sent"


async def test_an_empty_one_can_be_left_out(org: Organization, channel: str) -> None:
    await report(org, channel, skip_empty=True)
    await due()
    await due(MONDAY_AT_NINE + LATER)
    assert await owed() == []
    assert await periods() == [("2026-11-30", "empty")]


async def test_one_that_was_missed_is_sent_late_and_names_the_others(
    org: Organization, channel: str
) -> None:
    await report(org, channel)
    await due(MONDAY_AT_NINE - dt.timedelta(days=3))
    await due(MONDAY_AT_NINE + 5 * LATER)
    (first, last) = await owed()
    assert first["id"] != last["id"]
    rows = await database.values(str, "SELECT lines FROM announcement ORDER BY period")
    assert "停机期间没有发送的报告：11月28日, 11月29日" in rows[-1]
    assert len(await periods()) == 2


async def test_days_without_office_hours_are_not_missed(org: Organization, channel: str) -> None:
    week = {day: [["09:00", "18:00"]] for day in WEEKDAYS[:5]}
    await presence.set_week(org, timezone="Asia/Shanghai", weekly=week, by="tests")
    await report(org, channel, skip_closed=True)
    await due(MONDAY_AT_NINE - dt.timedelta(days=3))
    await due(MONDAY_AT_NINE - dt.timedelta(days=2))
    await due(MONDAY_AT_NINE)
    assert [period for period, _ in await periods()] == ["2026-11-27", "2026-11-30"]
    rows = await database.values(str, "SELECT lines FROM announcement ORDER BY period")
    assert "停机" not in rows[-1]


async def test_a_new_one_does_not_tell_of_times_before(org: Organization, channel: str) -> None:
    await change.add(org.id, {"channel": channel}, by="tests")
    await Report.update({Report.since: MONDAY_AT_NINE + LATER}, force=True)
    await due(MONDAY_AT_NINE + 2 * LATER)
    assert await owed() == []


@pytest.mark.parametrize("what", ["off", "removed"])
async def test_a_channel_that_is_gone_is_told_nothing_and_it_is_written_down(
    org: Organization, channel: str, what: str
) -> None:
    await report(org, channel)
    if what == "off":
        await channel_settings.switch(org.id, channel, False, by="tests")
    else:
        await channel_settings.archive(org.id, channel, by="tests")
    await due()
    assert await owed() == []
    assert await periods() == [("2026-11-30", "no_channel")]


async def test_one_that_waits_when_its_channel_goes_is_not_sent(
    org: Organization, channel: str
) -> None:
    await report(org, channel)
    await due()
    await channel_settings.archive(org.id, channel, by="tests")
    assert await plan(org.id) == []
    assert [row["state"] for row in await owed()] == ["cancelled"]


async def test_another_zone_never_sends_a_day_twice(org: Organization, channel: str) -> None:
    await report(org, channel)
    await due()
    await database.execute("UPDATE organization SET timezone = 'America/St_Johns'")
    for hours in range(1, 40):
        await due(MONDAY_AT_NINE + hours * LATER)
    assert [period for period, _ in await periods()] == ["2026-11-30", "2026-12-01"]


async def test_every_try_says_the_same(org: Organization, channel: str, leave: Leave) -> None:
    await report(org, channel)
    await due()
    (planned,) = await plan(org.id)
    before = (await pack(planned)).announcement
    await leave("another")
    assert (await pack(planned)).announcement == before
    assert before is not None
    assert before.lines[0].text.startswith(("没有新留言", "新留言"))


async def test_it_takes_a_place_of_the_limit_and_no_place_in_a_digest(
    org: Organization, add: Add, leave: Leave
) -> None:
    channel = await add(
        "wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k", rate_limit_per_minute=2
    )
    for _ in range(5):
        await leave()
    await report(org, channel)
    await due()
    planned = await plan(org.id)
    assert len(planned) == 2
    kinds = sorted(each.kind for each in planned)
    assert kinds == ["digest", "single"]
    assert [row["state"] for row in await owed()] == ["pending"]


async def test_two_that_waited_for_the_morning_both_go(org: Organization, add: Add) -> None:
    """They are no messages, so no digest takes them; the plan must not wait for one."""
    channel = await add("custom", HOOK, quiet_hours=quiet_now())
    for _ in range(2):
        await report(org, channel)
    await due()
    await plan(org.id)
    assert {row["reason"] for row in await owed()} <= {"quiet", ""}
    await database.execute("UPDATE channel SET quiet_hours = ''")
    past = dt.datetime.now(dt.UTC) - LATER
    await database.execute("UPDATE delivery SET due_at = ?, rank = ?, reason = 'quiet'", past, past)
    assert len(await plan(org.id)) == 2


async def test_sent_by_hand_it_passes_quiet_hours(org: Organization, add: Add) -> None:
    channel = await add("custom", HOOK, quiet_hours=quiet_now())
    uid = await report(org, channel)
    await due()
    await make.send_now(await change.one(org.id, uid), MONDAY_AT_NINE)
    (planned,) = await plan(org.id)
    said = (await pack(planned)).announcement
    assert said is not None
    assert "手动发送" in said.lines[-1].text


async def test_sent_by_hand_it_goes_at_once_and_leaves_the_day_to_the_clock(
    org: Organization, channel: str
) -> None:
    uid = await report(org, channel)
    row = await change.one(org.id, uid)
    twice = await asyncio.gather(
        *(make.send_now(row, MONDAY_AT_NINE - LATER / part) for part in (1, 2))
    )
    assert twice[0] == twice[1] is not None
    past = dt.datetime.now(dt.UTC) - LATER
    await database.execute("UPDATE announcement SET created_at = ?", past)
    assert await make.send_now(row, MONDAY_AT_NINE - LATER / 4) not in (None, twice[0])
    await database.execute("UPDATE announcement SET created_at = ?", past)
    await due()
    assert len(await owed()) == 3
    rows = await database.values(str, "SELECT lines FROM announcement ORDER BY period DESC")
    assert "手动发送" in rows[0]
    assert "手动发送" not in rows[-1]
    await channel_settings.switch(org.id, channel, False, by="tests")
    assert await make.send_now(row, MONDAY_AT_NINE) is None


async def test_one_that_breaks_does_not_keep_the_others_back(
    org: Organization, other_org: Organization, channel: str
) -> None:
    await report(org, channel)
    theirs = await channel_settings.add(
        other_org.id, {"type": "custom", "webhook_url": HOOK}, by="tests"
    )
    await report(other_org, theirs)
    await Organization.update({Organization.timezone: "Mars/Olympus"}).where(
        Organization.id == org.id
    )
    await make.step()
    made = await database.values(Any, "SELECT organization FROM announcement")  # type: ignore[arg-type]
    assert [str(each) for each in made] == [str(other_org.id)]


async def test_one_that_is_not_due_rests_until_it_is_set_anew(
    org: Organization, channel: str
) -> None:
    await report(org, channel)
    now = await database.now()
    await database.execute("UPDATE report SET since = ?", now + dt.timedelta(days=1))
    await make.step()
    await database.execute("UPDATE report SET since = ?", now - dt.timedelta(days=9))
    await make.step()
    assert await Announcement.count() == 1


async def test_it_speaks_the_language_of_the_organization(org: Organization, channel: str) -> None:
    await database.execute("UPDATE organization SET locale = 'en'")
    uid = await report(org, channel, every="week")
    fresh = await organizations.by_id(org.id)
    said = await make.now_said(fresh, await change.one(org.id, uid), MONDAY_AT_NINE)
    assert said.title.endswith(": week of 23 Nov – 29 Nov")
    assert said.lines[0].text == "Nothing came, nothing waits, nothing failed."


async def test_what_is_removed_is_made_no_more(org: Organization, channel: str) -> None:
    uid = await report(org, channel)
    query = Report.select(*make.ROW, Report.since)
    (row,) = await database.rows(Made, query)
    await change.remove(org.id, uid, by="tests")
    made, _ = await make.make(row, MONDAY_AT_NINE)
    assert made is None
    assert await Announcement.count() == 0
