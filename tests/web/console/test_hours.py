"""The settings page for office hours and presence."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from app import database, hours, presence
from app.people import agents, audit, sessions
from app.tables import Organization, new_id
from tests.web.reading import Page

WHERE = "/settings/hours"
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}
CHINESE = {"Accept-Language": "zh-CN"}


def week(**fields: str) -> dict[str, str]:
    """The form as a browser sends it: every field of every row, most of them empty."""
    names = [f"{day}_{row}_{end}" for day in ("mon", "tue") for row in (0, 1) for end in ENDS]
    return {**dict.fromkeys(names, ""), "timezone": "Asia/Shanghai", "rule": "hours", **fields}


ENDS = ("start", "end")
MONDAY = {
    "mon_0_start": "09:00",
    "mon_0_end": "12:00",
    "mon_1_start": "13:30",
    "mon_1_end": "18:00",
}


@pytest.fixture
def client(client: httpx.AsyncClient) -> httpx.AsyncClient:
    client.headers["Accept-Language"] = "en"
    return client


async def page(client: httpx.AsyncClient) -> Page:
    answer = await client.get(WHERE)
    assert answer.status_code == 200
    return Page(answer)


async def agent(web: Callable[..., httpx.AsyncClient], org: Organization) -> httpx.AsyncClient:
    """Signed in, and no admin."""
    person = await agents.create(
        org.id, email="a@shop.example", password="correct horse 9", role="agent"
    )
    raw = await sessions.start(person, address="", user_agent="")
    headers = {"Sec-Fetch-Site": "same-origin", "X-CSRF-Token": sessions.csrf(raw)}
    return web(cookies={"sid": raw}, headers={"Accept-Language": "en", **headers})


async def local(org: Organization, after: dt.timedelta) -> str:
    moment = await database.now() + after
    return moment.astimezone(ZoneInfo(org.timezone)).strftime("%Y-%m-%dT%H:%M")


async def test_at_first_it_says_that_nobody_is_there_and_why(client: httpx.AsyncClient) -> None:
    found = await page(client)

    assert "Visitors see now: Offline (no agent is online)" in found.words
    assert "The rule: online while an agent is online." in found.words
    assert found.values["timezone"] == "Asia/Shanghai"


async def test_the_page_speaks_chinese(client: httpx.AsyncClient) -> None:
    answer = await client.get(WHERE, headers=CHINESE)
    found = Page(answer)

    assert "现在访客看到： 离线 （没有客服在线）" in found.words
    assert {"周一", "星期一"} & set(found.words.replace("，", " ").split())


async def test_the_week_is_saved_and_comes_back(
    client: httpx.AsyncClient, org: Organization
) -> None:
    answer = await client.post(
        f"{WHERE}/week", data=week(**MONDAY, tue_1_start="9:00", tue_1_end="00:00")
    )
    found = await presence.schedule_of(org)

    assert (answer.status_code, answer.headers["location"]) == (303, f"{WHERE}?done=week")
    assert found is not None
    assert found.weekly == {
        "mon": (("09:00", "12:00"), ("13:30", "18:00")),
        "tue": (("09:00", "00:00"),),
    }
    assert (await page(client)).values["mon_1_end"] == "18:00"
    assert (await presence.state(org)).rule == "hours"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"mon_1_start": "10:00", "mon_1_end": "11:00"}, "mon_1_start"),
        ({"mon_1_start": "18:00", "mon_1_end": "18:00"}, "mon_1_end"),
        ({"mon_1_start": "18:00"}, "mon_1_end"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"rule": "always"}, "rule"),
    ],
)
async def test_a_fault_stands_at_its_field_and_nothing_typed_is_lost(
    client: httpx.AsyncClient, fields: dict[str, str], field: str
) -> None:
    typed = week(**{"mon_0_start": "09:00", "mon_0_end": "12:00", **fields})
    answer = await client.post(f"{WHERE}/week", data=typed)
    found = Page(answer)

    assert answer.status_code == 422
    assert f"#{field}" in found.links()
    assert found.values["mon_0_start"] == "09:00"
    assert not field.startswith("mon") or "Monday: " in found.words
    assert found.attributes("input", id=field) or found.attributes("select", id=field)


async def test_slots_are_copied_and_added_without_being_saved(
    client: httpx.AsyncClient, org: Organization
) -> None:
    copied = Page(await client.post(f"{WHERE}/week?do=workdays", data=week(**MONDAY)))
    assert copied.values["fri_1_end"] == "18:00"
    assert copied.values["sat_0_start"] == ""
    like = Page(await client.post(f"{WHERE}/week?do=like-tue", data=week(**MONDAY)))
    assert (like.values["tue_0_start"], like.values["wed_0_start"]) == ("09:00", "")
    more = await client.post(f"{WHERE}/week?do=more-wed", data=week(**MONDAY), headers=FRAGMENT)
    assert "wed_2_start" in Page(more).values
    # Of that day alone, and there one goes on.
    assert "thu_2_start" not in Page(more).values
    assert [each["id"] for each in Page(more).attributes("input") if "data-autofocus" in each] == [
        "wed_2_start"
    ]
    assert "<html" not in more.text
    assert await presence.schedule_of(org) is None


async def test_days_are_added_and_removed(client: httpx.AsyncClient, org: Organization) -> None:
    await client.post(f"{WHERE}/week", data=week(**MONDAY))
    for form in (
        {"day": "2099-01-01", "kind": "holiday", "name": "元旦"},
        {"day": "2099-02-06", "kind": "makeup", "hours": "９:00－12:00"},
        {"day": "2099-02-07", "kind": "makeup"},
    ):
        assert (await client.post(f"{WHERE}/day", data=form)).status_code == 303
    found = await presence.schedule_of(org)
    assert found is not None
    assert found.holidays == {dt.date(2099, 1, 1): "元旦"}
    assert [len(slots) for slots in found.makeup_days.values()] == [1, 2]

    await client.post(f"{WHERE}/day/remove", data={"day": "2099-01-01"})
    assert "元旦" not in (await page(client)).words


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"day": ""}, "day"),
        ({"day": "1999-01-01"}, "day"),
        ({"day": "2099-01-01", "name": "x" * 65}, "name"),
        ({"day": "2099-01-01", "kind": "makeup", "hours": "9-18"}, "hours"),
        ({"day": "2099-01-01", "kind": "makeup", "hours": "09:00-09:00"}, "hours"),
        ({"day": "2099-01-01", "kind": "makeup"}, "hours"),
    ],
)
async def test_a_day_that_cannot_be_is_refused_at_its_field(
    client: httpx.AsyncClient, form: dict[str, str], field: str
) -> None:
    answer = await client.post(f"{WHERE}/day", data=form)
    found = Page(answer)

    assert answer.status_code == 422
    assert f"#{field}" in found.links()
    assert found.values["day"] == form["day"]


async def test_a_list_is_looked_over_before_it_counts(client: httpx.AsyncClient) -> None:
    text = "2099-01-01,元旦\r\nsoon\r\n2099-01-03,国庆调休"
    first = await client.post(f"{WHERE}/import", data={"text": text}, headers=CHINESE)
    seen = Page(first)

    assert first.status_code == 200
    assert "第 2 行：「soon」不是" in first.text
    assert "「国庆调休」：是休息还是上班？" in seen.words
    assert "2099" not in (await page(client)).words

    said = {"text": text, "sure": "yes", "day-2099-01-03": "off"}
    assert (await client.post(f"{WHERE}/import", data=said)).status_code == 303
    shown = Page(await client.get(WHERE, headers=CHINESE)).words
    assert "2099年1月1日" in shown
    assert "2099年1月3日" in shown


async def test_a_file_is_read_whatever_saved_it(client: httpx.AsyncClient) -> None:
    file = base64.b64encode("日期,名称\r\n2099/1/1,元旦".encode("gb18030")).decode()
    answer = await client.post(f"{WHERE}/import", data={"file": file, "text": ""})

    assert answer.status_code == 200
    assert "元旦" in Page(answer).words
    assert Page(answer).values["sure"] == "yes"


async def test_a_list_without_any_day_comes_back_with_every_bad_line(
    client: httpx.AsyncClient,
) -> None:
    bad = await client.post(
        f"{WHERE}/import", data={"text": "2099-13-01,x\r\nsoon"}, headers=CHINESE
    )

    assert bad.status_code == 422
    assert "第 1 行：「2099-13-01」不是" in bad.text
    assert "第 2 行：「soon」不是" in bad.text
    assert Page(bad).values["text"].startswith("2099-13-01,x")


async def test_chinas_holidays_are_imported_after_a_look(
    client: httpx.AsyncClient, org: Organization
) -> None:
    await client.post(f"{WHERE}/week", data=week(**MONDAY))
    seen = Page(await client.post(f"{WHERE}/china", data={}, headers=CHINESE))
    now = await database.now()
    wanted = hours.china(now.astimezone(ZoneInfo("Asia/Shanghai")).date())

    assert "还没有导入" in seen.words
    for year in wanted.without_notice:
        assert f"{year} 年目前只有法定放假当天" in seen.words
    assert seen.values["calendar_until"] == wanted.until.isoformat()
    before = await presence.schedule_of(org)
    assert before is not None
    assert before.holidays == {}

    fields = {name: seen.values[name] for name in ("text", "calendar_until", "sure")}
    assert (await client.post(f"{WHERE}/import", data=fields)).status_code == 303
    found = await presence.schedule_of(org)
    assert found is not None
    assert found.holidays == wanted.days.holidays
    assert found.makeup_days.keys() == wanted.days.makeup_days.keys()
    assert found.calendar_until == wanted.until


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (100, "Holidays are listed until"),
        (10, "The holiday calendar ends on"),
        (-10, "The holiday calendar ended on"),
    ],
)
async def test_a_calendar_that_ends_is_told_to_admins_on_every_page(
    web: Callable[..., httpx.AsyncClient],
    client: httpx.AsyncClient,
    org: Organization,
    days: int,
    sentence: str,
) -> None:
    await client.post(f"{WHERE}/week", data=week(**MONDAY))
    until = (await local(org, dt.timedelta(days=days)))[:10]
    said = {"text": "2099-01-01,元旦", "sure": "yes", "calendar_until": until}
    assert (await client.post(f"{WHERE}/import", data=said)).status_code == 303

    assert sentence in (await page(client)).words
    inbox = Page(await client.get("/inbox"))
    assert (sentence in inbox.words) is (days < 60)
    assert sentence not in Page(await (await agent(web, org)).get("/inbox")).words


async def test_who_wants_no_reminder_gets_none(
    client: httpx.AsyncClient, org: Organization
) -> None:
    await client.post(f"{WHERE}/week", data=week(**MONDAY))
    for until, stored in (("2001-12-31", dt.date(2001, 12, 31)), ("", None)):
        said = {"text": "2099-01-01,元旦", "sure": "yes", "calendar_until": until}
        await client.post(f"{WHERE}/import", data=said)
        found = await presence.schedule_of(org)
        assert found is not None
        assert found.calendar_until == stored


@pytest.mark.parametrize("until", ["soon", "1999-12-31"])
async def test_a_bad_end_of_a_calendar_is_named_and_the_answers_stay(
    client: httpx.AsyncClient, until: str
) -> None:
    said = {"text": "2099-01-03,调休\n2099-01-04,休", "sure": "yes", "day-2099-01-03": "off"}
    answer = await client.post(f"{WHERE}/import", data={**said, "calendar_until": until})
    found = Page(answer)

    assert answer.status_code == 422
    assert "#calendar_until" in found.links()
    assert found.values["calendar_until"] == until
    (off,) = found.attributes("input", name="day-2099-01-03", value="off")
    assert "checked" in off


async def test_a_state_set_by_hand_is_shown_with_its_end_and_taken_back(
    client: httpx.AsyncClient, org: Organization
) -> None:
    until = await local(org, dt.timedelta(hours=3))
    answer = await client.post(f"{WHERE}/override", data={"state": "online", "until": until})
    assert answer.status_code == 303
    assert (await presence.state(org)).state == "online"
    assert f"Online (set by hand until {until[-5:]})" in (await page(client)).words.replace(
        "until Mon ", "until "
    ).replace("until Tue ", "until ").replace("until Sun ", "until ")

    await client.post(f"{WHERE}/release", data={})
    assert (await presence.state(org)).state == "offline"


@pytest.mark.parametrize("until", ["", "soon", "2001-01-01T10:00", "9999-12-31T23:59"])
async def test_an_end_that_is_over_or_none_is_refused(
    client: httpx.AsyncClient, org: Organization, until: str
) -> None:
    answer = await client.post(f"{WHERE}/override", data={"state": "online", "until": until})

    assert answer.status_code == 422
    assert "#until" in Page(answer).links()
    assert (await presence.state(org)).state == "offline"


async def test_the_line_is_asked_alone_and_is_304_while_nothing_changes(
    client: httpx.AsyncClient, org: Organization
) -> None:
    first = await client.get(f"{WHERE}/now", headers=FRAGMENT)
    known = {**FRAGMENT, "HX-PTag": first.headers["hx-ptag"]}
    assert "<html" not in first.text
    assert (await client.get(f"{WHERE}/now", headers=known)).status_code == 304

    await presence.report(org.id, new_id(), "客服系统", agents_online=2)
    changed = await client.get(f"{WHERE}/now", headers=known)
    assert "Online (2 online)" in Page(changed).words
    assert (await client.get(f"{WHERE}/now")).headers["location"] == WHERE


async def test_the_last_report_is_shown_also_when_it_has_run_out(
    client: httpx.AsyncClient, org: Organization
) -> None:
    await presence.report(org.id, new_id(), "客服系统", agents_online=2, ttl=1)
    long_ago = await database.now() - dt.timedelta(hours=1)
    await database.execute("UPDATE presence_report SET until = ?", long_ago)
    found = (await page(client)).words

    assert "客服系统 · 2 online run out" in found
    assert "The last report of 客服系统 ran out" in found


async def test_the_preview_shows_two_weeks_with_their_days_off(
    client: httpx.AsyncClient, org: Organization
) -> None:
    await client.post(f"{WHERE}/week", data=week(**MONDAY))
    now = (await database.now()).astimezone(ZoneInfo(org.timezone))
    tomorrow = (now + dt.timedelta(days=1)).date().isoformat()
    await client.post(f"{WHERE}/day", data={"day": tomorrow, "kind": "holiday", "name": "店庆"})
    found = await page(client)

    assert len(found.attributes("svg", viewbox="0 0 1440 60")) == 14
    assert "店庆" in found.words


async def test_every_change_names_who_made_it(client: httpx.AsyncClient, org: Organization) -> None:
    await client.post(f"{WHERE}/week", data=week(**MONDAY))
    done = {(entry.actor, entry.action) for entry in await audit.of(org.id, org.id)}

    assert {actor for actor, _ in done} == {"owner"}
    assert {action for _, action in done} == {"hours.week", "presence.rule"}


async def test_only_admins_may_see_and_change_it(
    web: Callable[..., httpx.AsyncClient], org: Organization, client: httpx.AsyncClient
) -> None:
    other = await agent(web, org)

    assert (await other.get(WHERE)).status_code == 403
    assert (await other.post(f"{WHERE}/week", data=week(**MONDAY))).status_code == 403
    assert (await other.post(f"{WHERE}/china", data={})).status_code == 403
    assert (await other.post("/presence/switch", data={"to": "on"})).status_code == 303


async def test_the_own_switch_is_in_the_header_of_every_page(
    client: httpx.AsyncClient, org: Organization
) -> None:
    before = Page(await client.get("/inbox"))
    assert "You are: Offline" in before.words
    switched = await client.post(
        "/presence/switch",
        data={"to": "on"},
        headers={"Referer": "http://localhost:8080/inbox?status=all"},
    )

    assert switched.headers["location"] == "/inbox?status=all"
    assert (await presence.state(org)).state == "online"
    after = Page(await client.get("/inbox"))
    assert "You are: Online" in after.words
    assert any("data-heart" in found for found in after.attributes("span"))


async def test_a_heartbeat_says_nothing_until_the_switch_has_changed(
    client: httpx.AsyncClient, org: Organization
) -> None:
    on = await client.post("/presence/switch", data={"to": "on"}, headers=FRAGMENT)
    assert "You are: Online" in Page(on).words
    assert (await client.post("/presence/beat", headers=FRAGMENT)).status_code == 204
    await client.post("/presence/switch", data={"to": "off"})
    off = await client.post("/presence/beat", headers=FRAGMENT)

    assert (off.status_code, "You are: Offline" in Page(off).words) == (200, True)


async def test_who_signs_out_is_offline(client: httpx.AsyncClient, org: Organization) -> None:
    await client.post("/presence/switch", data={"to": "on"})
    await client.post("/logout", data={})

    assert (await presence.state(org)).state == "offline"


async def test_a_strange_wish_for_the_week_does_nothing(client: httpx.AsyncClient) -> None:
    for wish in ("more-xxx", "like-mon", "like-", "drop", "workdays-1"):
        answer: Any = await client.post(f"{WHERE}/week?do={wish}", data=week(**MONDAY))
        assert answer.status_code == 200


async def test_what_the_rule_does_not_look_at_says_so(client: httpx.AsyncClient) -> None:
    page = Page(await client.get(WHERE))
    assert "not at these hours" in page.words
    await client.post(f"{WHERE}/week", data=week(**MONDAY, rule="hours"))
    page = Page(await client.get(WHERE))
    assert "not at these hours" not in page.words
    assert "this switch does not count" in page.words
