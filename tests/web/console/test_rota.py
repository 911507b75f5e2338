"""The page of who is on duty, and how people are called in groups."""

from __future__ import annotations

import uuid

import httpx

from app import channel_settings, messages
from app.channels.sender import Acceptance
from app.deliveries.tries import MENTIONED
from app.people import agents, handles
from app.rota import change
from app.rules import reminders
from app.tables import Agent, Organization
from tests.app.deliveries.conftest import Leave, leave
from tests.app.deliveries.planning import all_plans, later, went
from tests.web.reading import Page

__all__ = ["leave"]

HERE = "/settings/rota"


async def followed(client: httpx.AsyncClient, answer: httpx.Response) -> Page:
    assert answer.status_code == 303, answer.text
    return Page(await client.get(answer.headers["location"]))


async def test_it_is_filled_in_saved_and_shown(client: httpx.AsyncClient, owner: Agent) -> None:
    page = Page(await client.get(HERE))
    assert "还没有排班" in page.words
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
    assert "下一个值班的人" not in Page(await client.get(f"/inbox/{left.uid}")).words


async def test_the_story_names_the_step_and_whom_it_mentioned(
    client: httpx.AsyncClient, org: Organization, owner: Agent, leave: Leave
) -> None:
    raw = {"type": "custom", "webhook_url": "http://127.0.0.1:9/h", "name": "售后群"}
    channel = await channel_settings.add(org.id, raw, by="tests")
    steps = [{"after_minutes": 1, "channel": channel, "mention": "duty", "name": "叫组长"}]
    await reminders.save(org.id, {"chains": [{"steps": steps}]}, by="tests")
    left = await leave("hello")
    facts = {MENTIONED: f"{owner.id} {uuid.uuid4()}"}
    await went(await all_plans(org))
    await later(minutes=2)
    await went(await all_plans(org), Acceptance(facts=facts))
    words = Page(await client.get(f"/inbox/{left.uid}")).words
    assert "叫组长，通知「售后群」：已送达，提到了 owner" in words


async def test_rows_are_added_before_anything_is_saved(
    client: httpx.AsyncClient, owner: Agent
) -> None:
    me, page = str(owner.id), Page(await client.get(HERE))
    typed = {**page.values, "shift-0-agent-0": me, "shift-0-start": "9"}
    more = Page(await client.post(f"{HERE}?do=shifts", data=typed))
    assert (more.values["shift-0-start"], more.values["shift-1-agent-0"]) == ("9", "")
    more = Page(await client.post(f"{HERE}?do=swaps", data=more.values))
    assert (more.values["shift-0-start"], more.values["swap-2-day"]) == ("9", "")
    assert not (await change.read(owner.organization)).shifts
    # By a script only the part that grows is drawn.
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    part = await client.post(f"{HERE}?do=shifts", data=more.values, headers=headers)
    assert "<html" not in part.text
    assert 'name="shift-2-agent-0"' in part.text
    assert part.text.count("data-autofocus") == 1
    assert Page(await client.post(f"{HERE}?do=nothing", data=typed)).values["shift-0-start"] == "9"
    both = {**more.values, "shift-0-start": "", "shift-1-agent-0": me, "shift-1-mon": "yes"}
    await followed(client, await client.post(HERE, data=both))
    assert len((await change.read(owner.organization)).shifts) == 2


async def test_whatever_is_sent_is_kept_or_named(client: httpx.AsyncClient, owner: Agent) -> None:
    me = str(owner.id)
    most = {f"shift-{n}-agent-0": me for n in range(29, 60)}
    assert (await client.post(HERE, data=most)).status_code == 422
    assert (await client.post(f"{HERE}?do=shifts", data=most)).status_code == 200
    odd = {
        "shift-٣-start": "x",
        "shift-99999-start": "x",
        "shift-0-agent-0": "<b>",
        "shift-1-agent-0": me,
        "shift-1-since": "0000-00-00",
        "shift-2-agent-0": me,
        "shift-2-start": "24:00",
        "shift-2-end": "\u202e25:61",
        "swap-0-day": "9999-99-99",
        "swap-1-agent": "x" * 5000,
        "backup-agent-7": str(uuid.uuid4()),
    }
    days = {"shift-1-since": "2026-11-30", "swap-0-day": "2099-01-01", "swap-1-day": "2099-01-01"}
    for form, named in (
        (odd, ("shift-1-since", "swap-0-day")),
        ({**odd, **days}, ("shift-2-start", "shift-2-end", "swap-0-agent", "swap-1-agent")),
    ):
        answer = await client.post(HERE, data=form)
        assert answer.status_code == 422
        page = Page(answer)
        for name in (*named, *(("backup-agent-0",) if form is not odd else ())):
            assert page.attributes("a", href=f"#{name}"), name
        assert "<b>" not in answer.text
    assert (await change.read(owner.organization)).is_empty
    thirtieth = {"shift-29-agent-31": me, "swap-399-day": "2099-01-01", "swap-399-agent": me}
    await followed(client, await client.post(HERE, data=thirtieth))
    rota = await change.read(owner.organization)
    assert (len(rota.shifts), len(rota.swaps)) == (1, 1)
