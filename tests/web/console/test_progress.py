"""Telling many again, and acts that take long, as a browser without scripts uses them."""

from __future__ import annotations

import uuid

import httpx

from app import channel_settings, messages
from app.messages import acts, long_acts
from app.messages.wanted import Wanted
from app.tables import Delivery, Organization
from tests.web.console.conftest import Leave
from tests.web.reading import Page

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
HOOK = {"type": "custom", "webhook_url": "http://127.0.0.1:9/hook", "name": "crm"}


async def test_many_are_told_again_after_a_yes_and_taken_back(
    client: httpx.AsyncClient, org: Organization, leave: Leave
) -> None:
    await channel_settings.add(org.id, HOOK, by="tests")
    for number in range(3):
        await leave(f"question {number}")
    await Delivery.update({Delivery.state: "failed"}).where(Delivery.organization == org.id)
    page = Page(await client.get("/inbox?notice=failed"))
    ticked = [each["value"] for each in page.attributes("input", name="m")]
    data = {"csrf_token": page.csrf, "act": "notify", "m": ticked}
    asked = Page(await client.post("/inbox/bulk?notice=failed", data=data))
    assert "将再次通知 3 条留言。 大约需要 1 分钟，可以撤销。" in asked.words
    assert "crm : 3 条通知 · 每分钟 10 条" in asked.words
    assert await messages.count(org.id, Wanted(notice="pending")) == 0

    sent = {"csrf_token": page.csrf, "m": [x["value"] for x in asked.attributes("input", name="m")]}
    answer = await client.post("/inbox/notify?notice=failed", data=sent)
    page = Page(await client.get(answer.headers["location"]))
    assert "将再次通知 3 条留言" in page.words
    assert await messages.count(org.id, Wanted(notice="pending")) == 3
    uid = ticked[0]
    assert "owner再次通知了crm" in Page(await client.get(f"/inbox/{uid}")).words
    [undo] = [to for each in page.attributes("form") if "/undo/" in (to := each.get("action", ""))]
    await client.post(undo, data={"csrf_token": page.csrf})
    assert await messages.count(org.id, Wanted(notice="pending")) == 0

    whole = {"csrf_token": page.csrf, "all": "yes", "matching": "2"}
    refused = await client.post("/inbox/notify?status=all", data=whole)
    assert refused.status_code == 409
    whole["matching"] = "3"
    assert (await client.post("/inbox/notify", data=whole, headers=HTMX)).status_code == 200
    assert await messages.count(org.id, Wanted(notice="pending")) == 3
    page = Page(await client.post("/inbox/bulk", data={**whole, "act": "notify"}))
    assert "这些留言都无法再次通知。 3 条留言已在等待通知" in page.words


async def test_how_far_an_act_is_can_be_seen_and_it_can_be_stopped(
    client: httpx.AsyncClient, org: Organization, other_org: Organization, leave: Leave
) -> None:
    ids = [uuid.UUID((await leave(f"question {number}")).uid) for number in range(2)]
    act = await long_acts.begin(org.id, ids, "trashed", said=acts.trashed().said, by="owner")
    here = f"/inbox/acts/{act}"
    assert here in Page(await client.get("/inbox")).links()
    page = Page(await client.get(f"{here}?tag=a"))
    assert "移到回收站 已处理 0 / 2 条留言" in page.words
    assert f"{here}?tag=a" in page.links()
    polled = await client.get(here, headers=HTMX)
    assert "data-progress" in polled.text

    await long_acts.step()
    page = Page(await client.get(here))
    assert "已处理 2 / 2 条留言" in page.words
    assert "已更新 2 条留言" in page.words
    assert "data-progress" not in (await client.get(here, headers=HTMX)).text
    answer = await client.post(f"/inbox/undo/{act}", data={"csrf_token": page.csrf})
    assert "what=undone" in answer.headers["location"]
    assert await messages.count(org.id, Wanted(status="trash")) == 0

    act = await long_acts.begin(org.id, ids, "trashed", said=acts.trashed().said, by="owner")
    stopped = await client.post(f"/inbox/acts/{act}/stop", data={"csrf_token": page.csrf})
    page = Page(await client.get(stopped.headers["location"]))
    assert "已停止。" in page.words
    assert not await long_acts.step()
    theirs = await long_acts.begin(other_org.id, ids, "trashed", by="other")
    assert (await client.get(f"/inbox/acts/{theirs}")).status_code == 404
