"""Canned replies, as a browser without scripts uses them, and the menu that scripts ask for."""

from __future__ import annotations

import httpx

from app.messages import phrases, remarks
from app.people import agents, sessions
from app.tables import Agent, Organization
from tests.web.console.conftest import Leave
from tests.web.reading import Page

HERE = "/settings/phrases"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


async def added(client: httpx.AsyncClient, title: str, text: str, **more: str) -> httpx.Response:
    return await client.post(HERE, data={"title": title, "text": text, **more})


async def test_one_is_written_used_in_a_reply_changed_and_deleted(
    client: httpx.AsyncClient, org: Organization, owner: Agent, leave: Leave
) -> None:
    left = await leave(name="张三")
    assert (
        await added(client, "发货", "{name}您好，两天内发货。", shared="yes")
    ).status_code == 303
    (phrase,) = await phrases.of(org.id, owner.id)
    here = f"/inbox/{left.uid}"
    assert phrase.uid not in (await client.get(here)).text, "a page with all of them is heavy"
    for field, side in (("text", "remark"), ("note", "note")):
        typed = {field: "已写的"}
        page = Page(await client.post(f"{here}/phrase", data=typed))
        assert page.values[field] == "已写的"
        assert len(page.attributes("option", value=phrase.uid)) == 1
        assert page.attributes("select", id=f"phrase-{side}")
        typed["phrase"] = phrase.uid
        answer = await client.post(f"{here}/phrase", data=typed)
        assert answer.status_code == 200
        assert Page(answer).values[field] == "已写的\n张三您好，两天内发货。"
    answer = await client.post(f"/inbox/{left.uid}/phrase", data={"text": "已写的", "phrase": ""})
    assert Page(answer).values["text"] == "已写的"
    assert await remarks.of(org.id, left.uid) == []

    answer = await client.post(f"{HERE}/{phrase.uid}", data={"title": "发货", "text": "{nmae}"})
    page = Page(answer)
    assert answer.status_code == 422
    assert "没有变量 {nmae}，是不是 {name}？" in page.words
    assert page.attributes("textarea", id=f"text-{phrase.uid}")[0]["aria-invalid"] == "true"
    await client.post(f"{HERE}/{phrase.uid}", data={"title": "快递", "text": "好"})
    assert "快递" in Page(await client.get(HERE)).words
    await client.post(f"{HERE}/{phrase.uid}/remove")
    await client.post(f"{HERE}/{phrase.uid}/remove")
    assert "还没有" in Page(await client.post(f"{here}/phrase", data={"note": ""})).words
    assert await phrases.of(org.id, owner.id) == []


async def test_the_menu_finds_by_words_and_pinyin_and_fills(
    client: httpx.AsyncClient, leave: Leave
) -> None:
    left = await leave(name="张三")
    await added(client, "发货", "{name}您好")
    await added(client, "Refund", "Soon.")
    address = f"/inbox/{left.uid}/phrases"

    async def found(query: str) -> list[str]:
        answer = await client.get(f"{address}?into=note{query}", headers=HTMX)
        assert "<html" not in answer.text
        return [each["data-insert"] for each in Page(answer).attributes("button")]

    assert await found("") == ["Soon.", "张三您好"]
    assert await found("&q=fh") == ["张三您好"]
    assert await found("&q=soon") == ["Soon."]
    assert await found("&q=nothing") == []
    assert (await client.get(address)).headers["location"] == f"/inbox/{left.uid}"


async def test_agents_keep_their_own_and_viewers_none(
    client: httpx.AsyncClient, org: Organization, leave: Leave
) -> None:
    left = await leave()
    for role, status in (("agent", 200), ("viewer", 403)):
        agent = await agents.create(
            org.id, email=f"{role}@shop.example", password="correct horse 9", role=role
        )
        client.cookies.set("sid", await sessions.start(agent, address="", user_agent=""))
        assert (await client.get(HERE)).status_code == status
        answer = await client.get(f"/inbox/{left.uid}/phrases", headers=HTMX)
        assert answer.status_code == status
