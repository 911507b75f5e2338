"""One's own account, as a browser without scripts uses it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from app import database, messages
from app.people import agents, sessions
from app.settings import Settings
from app.tables import Agent, Organization
from tests import regions
from tests.web.console.conftest import Leave
from tests.web.reading import Page
from web.http import words

HERE = "/account"
OLD, NEW = "correct horse 9", "another good one 1"
PHONE = "Mozilla/5.0 (iPhone) Version/20.0 Mobile/15E148 Safari/604.1"
OURS = {"Sec-Fetch-Site": "same-origin"}
Web = Callable[..., httpx.AsyncClient]


async def test_name_and_language_are_changed_and_kept(client: httpx.AsyncClient) -> None:
    page = Page(await client.get(HERE))
    assert page.language == "zh-CN"
    data = {**page.values, "name": "李雷", "locale": "en", "timezone": "Europe/Berlin"}
    answer = await client.post(HERE, data=data)
    assert answer.headers["location"] == "/account?done=saved"

    page = Page(await client.get(HERE))
    assert (page.language, page.values["name"]) == ("en", "李雷")
    assert page.values["timezone"] == "Europe/Berlin"


def winter_day() -> dt.date:
    """The next of two, within a year: in Berlin it is seven hours earlier than in Shanghai."""
    today = dt.datetime.now(dt.UTC).date()
    days = [dt.date(today.year + n, month, 15) for n in (0, 1) for month in (1, 2)]
    return next(day for day in days if day > today)


async def test_times_are_shown_and_read_in_one_s_own_zone(
    client: httpx.AsyncClient, org: Organization, leave: Leave
) -> None:
    left, day = await leave(), winter_day()
    data = {"snooze": "time", "until": f"{day}T10:00"}
    for zone, shown in (("", f"{day} 10:00"), ("Europe/Berlin", f"{day} 17:00")):
        await client.post(HERE, data={"name": "李雷", "locale": "", "timezone": zone})
        answer = await client.post(f"/inbox/{left.uid}/snooze", data=data)
        assert answer.status_code == 303
        await client.post(HERE, data={"name": "李雷", "locale": "", "timezone": ""})
        row = await messages.one(org.id, str(left.uid))
        assert row.snoozed_until is not None
        assert words.full("zh-CN", org.timezone, row.snoozed_until).startswith(shown)
        await client.post(f"/inbox/{left.uid}/wake")

    moment = dt.datetime(2027, 3, 1, 2, tzinfo=dt.UTC)
    await database.execute("UPDATE message SET created_at = ?", moment)
    await client.post(HERE, data={"name": "李雷", "locale": "", "timezone": "America/New_York"})
    assert "2027-02-28 21:00" in (await client.get(f"/inbox/{left.uid}")).text


async def test_a_name_that_is_none_is_told_and_the_rest_of_the_form_stays(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.post(HERE, data={"name": "", "locale": "en", "timezone": ""})
    page = Page(answer)
    assert answer.status_code == 422
    assert "#name" in page.links()
    assert page.values["locale"] == "en"


async def test_a_new_password_keeps_this_browser_and_ends_the_others(
    client: httpx.AsyncClient, web: Web, owner: Agent
) -> None:
    phone = await sessions.start(owner, address="192.0.2.7", user_agent=PHONE)
    before = client.cookies["sid"]
    form = {"current": OLD, "password": NEW}
    answer = await client.post(f"{HERE}/password", data=form)
    assert answer.headers["location"] == "/account?done=password"
    after = answer.cookies["sid"]
    assert (await web(cookies={"sid": after}).get(HERE)).status_code == 200
    assert await sessions.find(before) is await sessions.find(phone) is None
    answer = await web().post("/login", data={"email": owner.email, "password": NEW}, headers=OURS)
    assert answer.status_code == 303


async def test_a_wrong_password_is_told_and_in_the_end_to_wait(client: httpx.AsyncClient) -> None:
    form = {"current": "not the password", "password": "canary-short"}
    for status in (422, 422, 422, 422, 422, 429):
        answer = await client.post(f"{HERE}/password", data=form)
        assert answer.status_code == status
        assert "#current" in Page(answer).links()
        assert "canary-short" not in answer.text
    assert (await client.get(HERE)).status_code == 200


async def test_sign_ins_are_listed_with_device_and_ended(
    client: httpx.AsyncClient, owner: Agent
) -> None:
    for n in range(3):
        await sessions.start(owner, address=f"192.0.2.{n}", user_agent=PHONE)
    page = Page(await client.get(HERE))
    assert page.words.count("Safari 20 · iPhone") == 6
    assert page.words.count("当前浏览器") == 1
    ends = [
        each["action"]
        for each in page.attributes("form", method="post")
        if "/sessions/" in each["action"]
    ]
    assert len(ends) == 4

    await client.post(ends[0])
    assert len(await sessions.of(owner.account)) == 3
    answer = await client.post(f"{HERE}/sessions/others/end")
    assert answer.headers["location"] == "/account?done=others#sessions"
    assert len(await sessions.of(owner.account)) == 1
    assert (await client.get(HERE)).status_code == 200
    assert (await client.post(f"{HERE}/sessions/x/end")).status_code == 404


async def test_the_place_of_a_sign_in_is_said_where_the_operators_file_knows_it(
    tmp_path: Path, client: httpx.AsyncClient, owner: Agent, configure: Callable[..., Settings]
) -> None:
    await sessions.start(owner, address="1.2.3.4", user_agent=PHONE)
    assert "深圳市" not in Page(await client.get(HERE)).words
    path = regions.write(tmp_path / "4.xdb", {"1.2.3.0/24": "中国|广东省|深圳市|电信|CN"})
    configure(LEAVEMSG_IP2REGION=path)
    assert "广东省 深圳市 电信 · 1.2.3.4" in Page(await client.get(HERE)).words


@pytest.mark.parametrize("role", agents.ROLES)
async def test_everybody_has_one_and_nobody_another_s(
    web: Web, org: Organization, owner: Agent, configure: Callable[..., Settings], role: str
) -> None:
    theirs = await sessions.start(owner, address="192.0.2.1", user_agent="t")
    [victim] = await sessions.of(owner.account)
    agent = await agents.create(
        org.id, email="me@shop.example", password="correct horse 8", role=role
    )
    raw = await sessions.start(agent, address="127.0.0.1", user_agent="t")
    browser = web(cookies={"sid": raw}, headers={**OURS, "X-CSRF-Token": sessions.csrf(raw)})

    assert "192.0.2.1" not in (await browser.get(HERE)).text
    assert (await browser.post(HERE, data={"name": "我"})).status_code == 303
    await browser.post(f"{HERE}/sessions/{victim.id}/end")
    await browser.post(f"{HERE}/sessions/others/end")
    assert await sessions.find(theirs) is not None
