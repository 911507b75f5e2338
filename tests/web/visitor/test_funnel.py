"""Visits of the form are counted by what happened, with nothing about who it was."""

from __future__ import annotations

import datetime as dt

import httpx

from app import widget
from app.blocks import change
from app.blocks.shape import Block
from app.overview import figures, funnel
from app.overview.funnel import Funnel
from app.overview.spans import Span
from app.tables import Message, Organization
from app.widget.seen import written
from tests.web.reading import Page

HERE = "/w/default"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
GOOD = {"content": "你好，有货吗？", "phone": "13800138000"}


async def counted(org: Organization) -> Funnel:
    await funnel.write()
    day = await figures.today(org)
    return await funnel.read(org.id, Span(day, day))


async def opened(visitor: httpx.AsyncClient) -> dict[str, str]:
    return Page(await visitor.get(HERE)).values


async def test_without_a_script_it_has_begun_when_it_is_sent(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    values = await opened(visitor)
    await visitor.post(HERE, data={**values, **GOOD})
    assert await counted(org) == Funnel(opened=1, begun=1, sent=1)


async def test_the_script_tells_that_it_has_begun(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    page = Page(await visitor.get(HERE))
    (field,) = page.attributes("input", name="begun")
    assert (await visitor.post(field["data-begun"])).status_code == 204
    await visitor.post(HERE, data={**page.values, **GOOD, "begun": "1"}, headers=HTMX)
    assert await counted(org) == Funnel(opened=1, begun=1, sent=1)
    assert (await visitor.post("/w/nobody/begun")).status_code == 404


async def test_who_is_refused_and_gets_through_began_once(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    values = await opened(visitor)
    faulty = await visitor.post(HERE, data={**values, "content": ""})
    assert faulty.status_code == 422
    again = Page(faulty).values
    assert again["begun"] == "1"
    await visitor.post(HERE, data={**again, **GOOD})
    assert await counted(org) == Funnel(opened=1, begun=1, sent=1, refused=1)


async def test_what_is_sent_twice_counts_once(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    values = {**await opened(visitor), **GOOD, "begun": "1"}
    await visitor.post(HERE, data=values)
    long_ago = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    await Message.update({Message.created_at: long_ago}, force=True)
    await visitor.post(HERE, data=values)
    assert (await counted(org)).sent == 1


async def test_spam_is_not_sent(visitor: httpx.AsyncClient, org: Organization) -> None:
    words = [Block(kind="words", text="有货")]
    await change.add(org.id, words, by="tests")
    await visitor.post(HERE, data={**await opened(visitor), **GOOD})
    assert await Message.count().where(Message.status == "spam") == 1
    assert await counted(org) == Funnel(opened=1)


async def test_a_page_that_loads_the_button_counts(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    await widget.restrict(org.id, ["https://www.shop.example"], by="tests")
    for origin in ("", "https://evil.example", "https://www.shop.example"):
        headers = {"Origin": origin} if origin else {}
        await visitor.get(f"{HERE}/boot.json", headers=headers)
    await written()
    assert await counted(org) == Funnel(shown=1)


async def test_a_preview_counts_nothing(client: httpx.AsyncClient, org: Organization) -> None:
    page = Page(await client.get("/settings/form/preview"))
    assert page.attributes("input", name="begun") == []
    assert await counted(org) == Funnel()


async def test_the_overview_shows_it(client: httpx.AsyncClient, org: Organization) -> None:
    page = Page(await client.get("/overview"))
    assert "打开表单" not in page.words.replace("打开表单：", "")
    funnel.count(org, "opened")
    funnel.count(org, "opened", "begun")
    await funnel.write()
    page = Page(await client.get("/overview?range=today"))
    assert "打开表单 2" in page.words
    assert "开始填写 1" in page.words
