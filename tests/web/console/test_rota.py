"""The page of who is on duty, and how people are called in groups."""

from __future__ import annotations

import httpx

from app import channel_settings, messages
from app.people import agents, handles
from app.rota import change
from app.rules import reminders
from app.tables import Agent, Organization
from tests.app.deliveries.conftest import Leave, leave
from tests.web.reading import Page

__all__ = ["leave"]

HERE = "/settings/rota"


async def followed(client: httpx.AsyncClient, answer: httpx.Response) -> Page:
    assert answer.status_code == 303, answer.text
    return Page(await client.get(answer.headers["location"]))


async def test_it_is_filled_in_saved_and_shown(client: httpx.AsyncClient, owner: Agent) -> None:
    page = Page(await client.get(HERE))
    assert "没有人" in page.words
    me = str(owner.id)
    typed = {**page.values, "shift-0-agent-0": me, "shift-0-mon": "yes", "shift-0-start": "9"}
    wrong = Page(await client.post(HERE, data=typed))
    assert wrong.attributes("a", href="#shift-0-start")
    assert wrong.values["shift-0-agent-0"] == me
    days = {f"shift-0-{day}": "yes" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    good = {**typed, **days, "shift-0-start": "", "swap-0-day": "2099-01-01", "swap-0-agent": me}
    page = await followed(client, await client.post(HERE, data=good))
    assert page.values["shift-0-agent-0"] == me
    assert page.values["swap-0-day"] == "2099-01-01"
    assert page.attributes("a", href="/account#handles")
    rota = await change.read(owner.organization)
    assert (rota.shifts[0].agents, len(rota.shifts[0].weekdays)) == ([me], 7)
    emptied = {**page.values, "shift-0-agent-0": "", "swap-0-day": "", "swap-0-agent": ""}
    await client.post(HERE, data=emptied)
    assert (await change.read(owner.organization)).is_empty


async def test_what_is_over_is_kept_and_not_shown(client: httpx.AsyncClient, owner: Agent) -> None:
    past = {"day": "2020-01-01", "agent": str(owner.id)}
    await change.save(owner.organization, {"swaps": [past]}, by="x")
    page = Page(await client.get(HERE))
    assert "2020-01-01" not in page.values.values()
    await client.post(HERE, data={**page.values, "mention_new": ""})
    rota = await change.read(owner.organization)
    assert ([each.day.year for each in rota.swaps], rota.mention_new) == ([2020], False)


async def test_people_and_admins_say_how_they_are_called(
    client: httpx.AsyncClient, owner: Agent
) -> None:
    page = Page(await client.get("/account"))
    wrong = await client.post("/account/handles", data={"feishu": "我"})
    assert wrong.status_code == 422
    assert "我" in Page(wrong).values["feishu"]
    page = await followed(client, await client.post("/account/handles", data={"wecom": "li"}))
    assert page.values["wecom"] == "li"
    email = "wang@shop.example"
    await agents.create(owner.organization, email=email, password="correct horse 9", role="agent")
    (wang,) = await Agent.objects().where(Agent.email == email)
    theirs = f"/settings/members/{wang.id}"
    page = await followed(
        client, await client.post(f"{theirs}/handles", data={"mobile": "1380013"})
    )
    assert (await handles.of(owner.organization, wang.id)).mobile == "1380013"
    assert (await client.post(f"/settings/members/{owner.id}/handles")).status_code == 404
    assert page.values["mobile"] == "1380013"


async def test_the_message_says_what_comes_next(
    client: httpx.AsyncClient, org: Organization, leave: Leave
) -> None:
    raw = {"type": "custom", "webhook_url": "http://127.0.0.1:9/h", "name": "售后群"}
    channel = await channel_settings.add(org.id, raw, by="tests")
    step = {"after_minutes": 600, "channel": channel, "mention": "next", "name": "叫组长"}
    await reminders.save(org.id, {"chains": [{"steps": [step]}]}, by="tests")
    left = await leave("hello")
    words = Page(await client.get(f"/inbox/{left.uid}")).words
    assert "叫组长" in words
    assert "售后群" in words
    assert "下一个值班的人" in words
    await messages.handle(org.id, left.uid, outcome="phone", by="Li")
    assert "叫组长" not in Page(await client.get(f"/inbox/{left.uid}")).words
