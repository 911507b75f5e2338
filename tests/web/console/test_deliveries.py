"""The log of deliveries as a person without scripts uses it, and with htmx."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from app import channel_settings, database, messages, outside
from app.deliveries import Courier
from app.messages import Left
from app.people import agents, sessions
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave, add, courier, fakes, leave, settled
from tests.conftest import BASE_URL
from tests.fakes.vendors import FakeVendors
from tests.web.reading import Page

__all__ = ["add", "courier", "fakes", "leave"]

LOG = "/deliveries"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
REFUSED = [{"status": 400}, {"status": 200}]


@pytest.fixture
async def failed(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> Left:
    """A message that one channel refused; the next try would be taken."""
    await add("custom", fakes.add_hook("crm", answers=REFUSED), name="CRM")
    left = await leave("hello")
    await settled(courier, org)
    return left


async def opened(client: httpx.AsyncClient, address: str = LOG, **query: str) -> Page:
    return Page(await client.get(address, params=query))


async def detail_of(client: httpx.AsyncClient) -> str:
    links = (await opened(client)).links()
    return next(link for link in links if link.startswith(f"{LOG}/0"))


async def test_a_channel_whose_kind_is_not_here_is_shown_as_that(
    client: httpx.AsyncClient, failed: Left
) -> None:
    """As of a preset whose file is gone, or of a newer version beside this one."""
    await database.rows(dict, "UPDATE channel SET kind = 'no_more', name = '' RETURNING id")
    pages = LOG, f"/inbox/{failed.uid}", await detail_of(client)
    for page in pages:
        assert "预设已丢失的渠道" in (await opened(client, page)).words, page


async def test_the_log_says_who_was_told_and_what_came_back(
    client: httpx.AsyncClient, failed: Left
) -> None:
    page = await opened(client)
    for words in ("CRM", failed.reference, "张三", "http_400", "未送达 1"):
        assert words in page.words
    assert page.title.startswith("投递记录")
    assert f"/inbox/{failed.uid}" in page.links()
    assert page.attributes("a", **{"aria-current": "page"})[0]["href"] == LOG


async def test_tabs_and_filters_are_addresses(client: httpx.AsyncClient, failed: Left) -> None:
    page = await opened(client, state="sent", reference=failed.reference)
    assert "CRM" not in [row for row in page.words.split() if row == "http_400"]
    assert "没有符合条件的记录" in page.words
    assert page.values["reference"] == failed.reference
    assert f"{LOG}?state=failed&reference={failed.reference}" in page.links()
    assert "http_400" in (await opened(client, state="failed", since="2020-01-01")).words
    assert "http_400" not in (await opened(client, until="2020-01-01")).words
    for nonsense in ({"state": "x"}, {"channel": "x"}, {"since": "9999-12-31x"}):
        assert "http_400" in (await opened(client, **nonsense)).words
    assert (await client.get(LOG, params={"until": "9999-12-31"})).status_code == 200


async def test_a_failed_one_is_sent_again_from_the_list(
    org: Organization, client: httpx.AsyncClient, failed: Left, courier: Courier
) -> None:
    page = await opened(client, state="failed")
    (form,) = [
        f for f in page.attributes("form") if f.get("action", "").endswith("/replay?state=failed")
    ]
    answer = await client.post(form["action"], data={"from": "list"})
    assert answer.headers["location"] == f"{LOG}?state=failed&done=replayed"
    assert "还有 1 条在排队" in (await opened(client)).words
    await settled(courier, org)
    assert "已送达" in (await opened(client, state="sent")).words


async def test_everything_about_one(client: httpx.AsyncClient, failed: Left) -> None:
    page = await opened(client, await detail_of(client))
    for words in (
        failed.reference,
        "http_400",
        "400",
        "自动",
        "按原内容重发",
        "hello",
        "对方不接受",
    ):
        assert words in page.words
    assert "<pre" in page.html


async def test_as_it_was_and_as_it_would_be_now(
    org: Organization, client: httpx.AsyncClient, courier: Courier, fakes: FakeVendors, failed: Left
) -> None:
    where = await detail_of(client)
    answer = await client.post(f"{where}/replay", data={"as_sent": "1"})
    assert answer.headers["location"] == f"{where}?done=replayed"
    await settled(courier, org)
    page = await opened(client, where)
    assert "手动" in page.words
    assert "owner 重发" in page.words
    assert len(fakes.calls("hook", "crm")) == 2


async def test_a_sent_one_goes_again_only_after_a_question(
    org: Organization, client: httpx.AsyncClient, courier: Courier, failed: Left
) -> None:
    where = await detail_of(client)
    await client.post(f"{where}/replay")
    await settled(courier, org)

    answer = await client.post(f"{where}/replay", data={"as_sent": "0"})
    assert answer.headers["location"] == f"{where}/again"
    page = await opened(client, f"{where}/again")
    assert "重复提醒" in page.words
    answer = await client.post(f"{where}/replay", data={"sure": page.values["sure"]})
    assert answer.headers["location"] == f"{where}?done=replayed"


async def test_what_waits_already_is_not_sent_twice(
    client: httpx.AsyncClient, failed: Left
) -> None:
    where = await detail_of(client)
    await client.post(f"{where}/replay")
    answer = await client.post(f"{where}/replay")
    assert (answer.status_code, "已在等待发送" in answer.text) == (409, True)


async def test_all_failed_ones_after_a_page_that_says_how_many_and_how_long(
    client: httpx.AsyncClient, failed: Left
) -> None:
    page = await opened(client, f"{LOG}/replay")
    for words in ("CRM", "每分钟 10 条", "1 分钟", "将重发 1 条"):
        assert words in page.words
    answer = await client.post(f"{LOG}/replay", data={"since": "", "channel": "", "as_sent": "0"})
    assert answer.headers["location"] == f"{LOG}?state=pending&done=replaying"
    answer = await client.post(f"{LOG}/replay/stop", data={"channel": ""})
    assert answer.headers["location"] == f"{LOG}?state=failed&done=stopped"
    assert "停止" in (await opened(client, state="failed")).words


async def test_what_cannot_be_read_is_no_wish_for_everything(
    client: httpx.AsyncClient, failed: Left
) -> None:
    for form in ({"channel": "x"}, {"since": "soon"}):
        assert (await client.post(f"{LOG}/replay", data=form)).status_code == 404
    assert (await client.post(f"{LOG}/replay/stop", data={"channel": "x"})).status_code == 404
    assert "未送达 1" in (await opened(client)).words


async def test_only_since_a_time_of_the_organizations_clock(
    client: httpx.AsyncClient, failed: Left
) -> None:
    page = await opened(client, f"{LOG}/replay", since="2099-01-01T00:00")
    assert (page.values["since"], "将重发" in page.words) == ("2099-01-01T00:00", False)
    page = await opened(client, f"{LOG}/replay", since="2020-01-01T00:00")
    assert "将重发 1 条" in page.words


async def test_it_looks_again_only_while_something_waits(
    org: Organization, client: httpx.AsyncClient, failed: Left
) -> None:
    assert 'id="live"' not in (await client.get(LOG)).text
    await client.post(f"{await detail_of(client)}/replay")
    first = await client.get(LOG, headers=HTMX)
    assert 'id="live"' in first.text
    assert "<html" not in first.text
    # What is wrong with the installation is looked up beside it, and may come in between.
    async with asyncio.timeout(10):
        while (again := await looked_again(client, first)).status_code == 200:
            first = again
    assert (again.status_code, again.content) == (304, b"")


async def looked_again(client: httpx.AsyncClient, seen: httpx.Response) -> httpx.Response:
    return await client.get(LOG, headers={**HTMX, "HX-PTag": seen.headers["hx-ptag"]})


async def test_more_is_loaded_by_a_link_and_by_htmx(
    client: httpx.AsyncClient, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm"))
    for _ in range(51):
        await leave()
    page = await opened(client)
    (more,) = [link for link in page.links() if "cursor=" in link]
    assert (await client.get(more)).text.count('class="sent-line"') == 1
    part = (await client.get(more, headers=HTMX)).text
    assert part.count('class="sent-line"') == 1
    assert 'hx-target="#live"' in part


async def test_tests_are_called_tests(
    org: Organization, client: httpx.AsyncClient, fakes: FakeVendors, add: Add
) -> None:
    uid = await add("custom", fakes.add_hook("crm", answers=[{"status": 400}]))
    await channel_settings.test(org.id, outside.egress(), uid=uid)
    assert "测试 1" in (await opened(client)).words
    page = await opened(client, await detail_of(client))
    assert "测试" in page.words
    assert not [
        form for form in page.attributes("form") if form.get("action", "").endswith("/replay")
    ]


async def test_a_message_leads_to_its_deliveries(client: httpx.AsyncClient, failed: Left) -> None:
    links = (await opened(client, f"/inbox/{failed.uid}")).links()
    assert await detail_of(client) in links


async def test_a_viewer_looks_and_changes_nothing(
    org: Organization, client: httpx.AsyncClient, web: Any, failed: Left
) -> None:
    viewer = await agents.create(
        org.id, email="v@shop.example", password="correct horse 9", role="viewer"
    )
    raw = await sessions.start(viewer, address="127.0.0.1", user_agent="tests")
    headers = {"Sec-Fetch-Site": "same-origin", "X-CSRF-Token": sessions.csrf(raw)}
    theirs = web(cookies={"sid": raw}, headers={"Origin": BASE_URL, **headers})
    page = await opened(theirs)
    assert "http_400" in page.words
    assert "重发" not in page.words
    assert (await theirs.post(f"{await detail_of(client)}/replay")).status_code == 403


async def test_what_visitors_write_stays_text(
    client: httpx.AsyncClient, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm"), name="<b>n</b>")
    await leave("<script>alert(1)</script>", name="<img src=x>")
    for address in (LOG, await detail_of(client)):
        html = (await client.get(address)).text
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "<b>n" not in html


async def test_another_organization_sees_none_of_it(
    client: httpx.AsyncClient, web: Any, other_org: Organization, failed: Left
) -> None:
    other = await agents.create(other_org.id, email="o@x.example", password="correct horse 9")
    raw = await sessions.start(other, address="127.0.0.1", user_agent="tests")
    headers = {"Sec-Fetch-Site": "same-origin", "X-CSRF-Token": sessions.csrf(raw)}
    theirs = web(cookies={"sid": raw}, headers={"Origin": BASE_URL, **headers})
    where = await detail_of(client)
    assert "CRM" not in (await theirs.get(LOG)).text
    assert (await theirs.get(where)).status_code == 404
    assert (await theirs.post(f"{where}/replay")).status_code == 404
    await theirs.post(f"{LOG}/replay", data={})
    assert "未送达 1" in (await opened(client)).words


async def test_a_broken_channel_is_named_on_every_page_until_it_works(
    org: Organization, client: httpx.AsyncClient, fakes: FakeVendors, add: Add
) -> None:
    uid = await add("custom", fakes.add_hook("crm"), name="CRM")
    assert "连续失败" not in (await opened(client, "/inbox")).words
    await database.execute(
        "UPDATE channel SET failures = 3, failing_since = ?", await database.now()
    )
    page = await opened(client, "/inbox")
    assert "渠道「CRM」自" in page.words
    assert f"/settings/channels/{uid}" in page.links()
    await channel_settings.test(org.id, outside.egress(), uid=uid)
    assert "连续失败" not in (await opened(client, "/inbox")).words


async def test_each_recipient_of_an_app_is_listed_with_what_became_of_it(
    org: Organization,
    client: httpx.AsyncClient,
    courier: Courier,
    fakes: FakeVendors,
    leave: Leave,
) -> None:
    known = {"users": ["li"], "parties": ["2"], "tags": []}
    server = fakes.add_bot("wecom_app", "ww01", secret="app-s3cret", **known)
    raw = {"type": "wecom_app", "corpid": "ww01", "agentid": 1000002, "secret": "app-s3cret"}
    told = {"to_users": ["li", "zhao"], "to_parties": ["2"], "to_tags": ["5"], "server": server}
    await channel_settings.add(org.id, {**raw, **told, "withdraw": True}, by="tests")
    left = await leave("hello")
    await settled(courier, org)

    page = await opened(client, await detail_of(client))
    for said in ("li 已接受", "部门 2 已接受", "zhao 未送达：不存在", "标签 5 未送达：不存在"):
        assert said in page.words
    assert "企业微信没有发给 zhao, 5" in page.words
    await messages.handle(org.id, left.uid, outcome="phone", by="tests")
    assert "通知将在一分钟内撤回" in (await opened(client, await detail_of(client))).words
