"""Notes that mention somebody, and who looks at a message, as pages show them."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from app import messages
from app.messages import acts, lookers, mentions, remarks
from app.people import agents, organizations
from app.tables import Account, Agent, Organization
from tests.web.console.conftest import Leave
from tests.web.reading import Page

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
Web = Callable[..., httpx.AsyncClient]


@pytest.fixture
async def li(org: Organization) -> Agent:
    return await agents.create(
        org.id, email="li@shop.example", password="correct horse 9", name="李雷"
    )


async def rows(client: httpx.AsyncClient) -> list[str]:
    page = Page(await client.get("/inbox?status=mentioned"))
    return [each["data-row"] for each in page.attributes("li") if "data-row" in each]


async def test_whoever_is_mentioned_finds_it_and_looks_at_it(
    client: httpx.AsyncClient, org: Organization, owner: Agent, leave: Leave
) -> None:
    left, _ = await leave("一"), await leave("二")
    await client.post(f"/inbox/{left.uid}/read")
    await remarks.add(org.id, left.uid, "@owner 请看", visible=False, by="李雷")
    assert await rows(client) == [left.uid]
    page = Page(await client.get("/inbox"))
    assert "提到我的 1" in page.words
    assert "@ 提到您" in page.words
    news = Page(await client.get("/inbox/news?after=0&listed=0", headers=HTMX))
    assert news.attributes("span", id="heard")

    page = Page(await client.get(f"/inbox/{left.uid}"))
    assert "李雷 添加了备注，提到 owner" in page.words
    assert page.attributes("form", action=f"/inbox/{left.uid}/read")
    assert await mentions.unseen(org.id, owner.id) == [left.uid]
    await client.post(f"/inbox/{left.uid}/read")
    assert await mentions.unseen(org.id, owner.id) == []
    assert await rows(client) == [left.uid]


async def test_what_is_meant_for_one_of_them_rings_on_their_desktop(
    client: httpx.AsyncClient, org: Organization, owner: Agent, leave: Leave
) -> None:
    left, other = await leave("一"), await leave("二")
    page = Page(await client.get("/inbox"))
    told = page.attributes("span", id="heard")[0]["data-told"]

    async def heard() -> tuple[str, str]:
        nonlocal told
        news = Page(await client.get(f"/inbox/news?after={told}&listed={told}", headers=HTMX))
        found = news.attributes("span", id="heard")[0]
        told = found["data-told"]
        return found.get("data-arrived", ""), found.get("data-title", "")

    await remarks.add(org.id, left.uid, "@owner", visible=False, by="李雷")
    assert await heard() == (f"/inbox/{left.uid}", "有备注提到了您")
    await messages.to_one(org.id, other.uid, acts.assigned(owner.id), by="李雷")
    assert await heard() == (f"/inbox/{other.uid}", "有留言分配给您")
    await messages.to_one(org.id, other.uid, acts.prioritized("high"), by="李雷")
    assert await heard() == ("", "")
    await messages.to_one(org.id, left.uid, acts.claimed(owner.id), by="owner")
    assert await heard() == ("", "")

    [account] = await Account.objects().where(Account.id == owner.account)
    other_org = await organizations.create("other", "Other")
    await agents.add(other_org.id, account, role="viewer", name="")
    new = await leave("三")
    assert await heard() == (f"/inbox/{new.uid}", "1 条新留言 · Leavemsg")
    await remarks.add(org.id, new.uid, "@owner", visible=False, by="李雷")
    assert await heard() == (f"/inbox/{new.uid}", "有备注提到了您 · Leavemsg")


async def test_a_shown_note_marks_the_names_of_colleagues_and_nothing_else(
    client: httpx.AsyncClient, org: Organization, li: Agent, leave: Leave
) -> None:
    left = await leave("@李雷 在吗")
    note = "＠李雷 <b>@韩梅梅</b> @owner"
    await remarks.add(org.id, left.uid, note, visible=False, by="owner")
    await remarks.add(org.id, left.uid, "问@李雷", visible=True, by="owner")
    here = f"/inbox/{left.uid}"
    shown = (await client.get(here)).text
    marked = "<mark>＠李雷</mark> &lt;b&gt;@韩梅梅&lt;/b&gt; <mark>@owner</mark>"
    assert shown.count(marked) == 1
    assert shown.count("<mark>") == 2

    await messages.handle(org.id, left.uid, outcome="phone", note=note, by="owner")
    assert (await client.get(here)).text.count(marked) == 2


async def test_colleagues_are_offered_by_name_and_pinyin(
    client: httpx.AsyncClient, li: Agent, owner: Agent, leave: Leave
) -> None:
    left = await leave("一")
    page = Page(await client.get(f"/inbox/{left.uid}"))
    (offered,) = page.attributes("li", role="option")
    assert offered["data-text"] == "@李雷"
    assert {"李雷", "lilei", "ll"} <= set(offered["data-ways"].split())


async def test_who_else_looks_at_it_is_said(
    client: httpx.AsyncClient, org: Organization, li: Agent, owner: Agent, leave: Leave
) -> None:
    left = await leave("一")
    address = f"/inbox/{left.uid}"
    assert "正在查看" not in Page(await client.get(address)).words
    assert (await client.post(f"{address}/look", headers=HTMX)).text.strip() == ""
    await lookers.look(org.id, left.uid, li.id)
    assert "李雷 正在查看" in Page(await client.get(address)).words
    assert "李雷 正在查看" in (await client.post(f"{address}/look", headers=HTMX)).text
    news = await client.get(f"/inbox/news?after=0&open={left.uid}", headers=HTMX)
    assert "李雷 正在查看" in Page(news).words
    assert await lookers.others(org.id, left.uid, li.id) == [str(owner.id)]
