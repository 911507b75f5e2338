"""What was just done in the settings is taken back beside the sentence that says so."""

from __future__ import annotations

import httpx

from app import channel_settings
from app.history import versions
from app.rules import change
from app.tables import Organization
from tests.web.reading import Page

CHANNELS = "/settings/channels"


def undo(page: Page) -> str:
    """Where the button of the toast leads; empty without one."""
    found = [form["action"] for form in page.attributes("form") if "action" in form]
    ours = [each for each in found if each.endswith(("/undo", "/bring-back"))]
    return ours[0] if ours else ""


async def saved(client: httpx.AsyncClient, most: str) -> Page:
    form = {"rate_limit_per_minute": most, "dedup_minutes": "10"}
    answer = await client.post(f"{CHANNELS}/limits", data=form, follow_redirects=True)
    return Page(answer)


async def test_a_change_is_taken_back_where_it_was_made(
    client: httpx.AsyncClient, org: Organization
) -> None:
    await versions.begin(org.id)
    address = undo(await saved(client, "7"))
    assert undo(Page(await client.get(CHANNELS))) == "", "only beside what was just done"
    back = {"back": CHANNELS}
    answer = await client.post(address, data=back)
    assert answer.headers["location"] == f"{CHANNELS}?done=undone"
    page = Page(await client.get(answer.headers["location"]))
    assert "已撤销" in page.words
    assert undo(page) == ""
    assert (await channel_settings.read(org.id))["rate_limit_per_minute"] == 10
    again = await client.post(address, data=back)
    assert again.headers["location"] == "/settings/history/limits", "it is over"


async def test_it_leads_nowhere_else(client: httpx.AsyncClient, org: Organization) -> None:
    await versions.begin(org.id)
    address = undo(await saved(client, "7"))
    answer = await client.post(address, data={"back": "//evil.example/settings/x"})
    assert answer.headers["location"] == "/settings/history/limits?done=restored"
    assert (await client.post("/settings/history/people/x/undo", data={})).status_code == 404


async def test_a_phrase_that_was_removed_comes_back(
    client: httpx.AsyncClient, org: Organization
) -> None:
    await versions.begin(org.id)
    await client.post(
        "/settings/phrases", data={"title": "价格", "text": "见官网", "shared": "yes"}
    )
    [uid] = {
        each.split("/")[3]
        for form in Page(await client.get("/settings/phrases")).attributes("form")
        if (each := form.get("action", "")).endswith("/remove")
    }
    answer = await client.post(f"/settings/phrases/{uid}/remove", follow_redirects=True)
    assert "见官网" not in answer.text
    await client.post(undo(Page(answer)), data={"back": "/settings/phrases"})
    assert "见官网" in (await client.get("/settings/phrases")).text


async def test_a_removed_channel_comes_back_with_its_secrets(
    client: httpx.AsyncClient, org: Organization
) -> None:
    raw = {"type": "wecom", "webhook_url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k"}
    uid = await channel_settings.add(org.id, raw, by="test")
    answer = await client.post(f"{CHANNELS}/{uid}/remove", follow_redirects=True)
    await client.post(undo(Page(answer)))
    [found] = (await channel_settings.read(org.id))["notifications"]
    assert found["uid"] == uid


async def test_a_rule_has_its_own_undo(client: httpx.AsyncClient, org: Organization) -> None:
    await change.replace(org.id, {"rules": [{"name": "r", "then": {"tags": ["t"]}}]}, by="x")
    [rule] = (await change.stored.read(org.id)).rules
    answer = await client.post(f"/settings/rules/{rule.uid}/remove", follow_redirects=True)
    assert f"/settings/rules/{rule.uid}/restore" in answer.text
