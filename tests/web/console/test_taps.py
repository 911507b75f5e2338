"""From a notice to a handled message in two taps, without signing in; and nothing without a tap."""

from __future__ import annotations

import gzip
import re
import uuid
from collections.abc import Callable

import httpx
import pytest

from app import channel_settings, messages
from app.messages import remarks
from app.people import agents, sessions
from app.signed import tap
from app.tables import Agent, Event, Organization
from tests.app.messages.conftest import Leave, leave
from tests.web.reading import Page

Web = Callable[..., httpx.AsyncClient]
__all__ = ["leave"]
OURS = {"Sec-Fetch-Site": "same-origin"}
HOOK = {"type": "custom", "webhook_url": "https://93.184.216.34/x", "name": "a"}
PREVIEWS = (
    "Mozilla/5.0 (compatible; WeComBot)",
    "DingTalkBot-LinkService/1.0",
    "Mozilla/5.0 Lark-LinkPreview",
    "Mozilla/5.0 (Windows NT 6.1) Microsoft Outlook SafeLinks",
    "Slackbot-LinkExpanding 1.0",
    "facebookexternalhit/1.1",
)


@pytest.fixture
async def link(org: Organization, leave: Leave) -> Callable[[str], str]:
    channel = uuid.UUID(await channel_settings.add(org.id, HOOK, by="tests"))
    left = await leave("我想退款", name="张三", phone="13800138000")
    message = uuid.UUID(left.uid)
    return lambda act: f"/t/{tap.code(act, channel, message, 1)}"


async def state(org: Organization) -> tuple[str, str | None]:
    [row] = (await messages.inbox(org.id)).items
    return row.status, row.assignee


async def test_two_taps_and_a_name_that_is_asked_for_once(
    visitor: httpx.AsyncClient, org: Organization, owner: Agent, link: Callable[[str], str]
) -> None:
    page = Page(await visitor.get(link("claim")))
    assert "name" in page.values
    who = {"name": owner.email}
    done = await visitor.post(link("claim"), data=who, headers=OURS)
    assert done.status_code == 200
    assert await state(org) == ("pending", str(owner.id))
    cookie = done.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "Path=/t" in cookie
    next_page = Page(await visitor.get(link("handle")))
    assert "name" not in next_page.values
    assert owner.email in next_page.words
    handled = await visitor.post(link("handle"), data={"outcome": "phone"}, headers=OURS)
    assert handled.status_code == 200
    assert (await state(org))[0] == "handled"
    twice = await visitor.post(link("handle"), data={"outcome": "phone"}, headers=OURS)
    assert twice.status_code == 409
    assert owner.email in Page(twice).words


async def test_the_page_says_nothing_that_the_visitor_wrote_and_is_small(
    visitor: httpx.AsyncClient, link: Callable[[str], str]
) -> None:
    for act in tap.NAMES:
        answer = await visitor.get(link(act))
        assert len(gzip.compress(answer.content)) < 2048
        for said in ("退款", "张三", "13800138000"):
            assert said not in answer.text
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "private, no-store"
        assert re.search(r"noindex", answer.text)


async def test_nothing_happens_without_a_press(
    visitor: httpx.AsyncClient, org: Organization, link: Callable[[str], str]
) -> None:
    before = await Event.count(), await state(org)
    for agent in PREVIEWS:
        for headers in ({}, {"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "preview"}):
            for act in tap.NAMES:
                said = {"User-Agent": agent, **headers}
                await visitor.get(link(act), headers=said)
                await visitor.head(link(act), headers=said)
                await visitor.options(link(act), headers=said)
    assert (await Event.count(), await state(org)) == before


async def test_a_form_of_another_site_does_nothing(
    visitor: httpx.AsyncClient, org: Organization, link: Callable[[str], str]
) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}):
        answer = await visitor.post(link("spam"), data={"name": "x"}, headers=headers)
        assert answer.status_code == 403
    assert (await state(org))[0] == "pending"


async def test_who_is_signed_in_acts_as_themselves(
    web: Web, org: Organization, owner: Agent, there: Agent, link: Callable[[str], str]
) -> None:
    raw = await sessions.start(owner, address="127.0.0.1", user_agent="t")
    browser = web(cookies={"sid": raw}, headers=OURS)
    assert "name" not in Page(await browser.get(link("claim"))).values
    done = await browser.post(link("claim"), data={"name": "Somebody else"})
    assert "set-cookie" not in done.headers
    assert await state(org) == ("pending", str(owner.id))


async def test_who_types_a_name_is_told_apart_in_the_story_and_by_the_loser(
    web: Web,
    client: httpx.AsyncClient,
    org: Organization,
    owner: Agent,
    other_org: Organization,
    link: Callable[[str], str],
) -> None:
    # Signed in, but a member of another organization alone.
    theirs = await agents.create(other_org.id, email="b@b.example", password="correct horse 9")
    raw = await sessions.start(theirs, address="127.0.0.1", user_agent="t")
    elsewhere = web(cookies={"sid": raw}, headers=OURS)
    assert "name" in Page(await elsewhere.get(link("reply"))).values
    told = {"name": owner.email, "text": "马上联系您"}
    assert (await elsewhere.post(link("reply"), data=told)).status_code == 200
    assert (await elsewhere.post(link("claim"), data={"name": owner.email})).status_code == 200
    other = await elsewhere.post(link("claim"), data={"name": "Nobody"})
    assert other.status_code == 422
    [row] = (await messages.inbox(org.id)).items
    page = Page(await client.get(f"/inbox/{row.uid}"))
    assert page.words.count("未登录") == 3
    listed = Page(await client.get("/settings/audit?who=link")).words
    assert "通过通知里的链接" in listed


async def test_a_member_who_has_another_organization_open_acts_as_themselves(
    web: Web, org: Organization, owner: Agent, there: Agent, link: Callable[[str], str]
) -> None:
    raw = await sessions.start(there, address="127.0.0.1", user_agent="t")
    browser = web(cookies={"sid": raw}, headers=OURS)
    page = Page(await browser.get(link("claim")))
    assert "name" not in page.values
    assert (await browser.post(link("claim"))).status_code == 200
    assert await state(org) == ("pending", str(owner.id))
    await Agent.update({Agent.role: "viewer"}).where(Agent.id == owner.id)
    assert "name" in Page(await browser.get(link("handle"))).values


async def test_a_reply_is_shown_to_the_visitor(
    visitor: httpx.AsyncClient, org: Organization, link: Callable[[str], str]
) -> None:
    before = Page(await visitor.get(link("reply")))
    assert "只显示在查询页，对方不会收到邮件" in before.words
    lacking = await visitor.post(link("reply"), data={"name": "小李", "text": " "}, headers=OURS)
    assert lacking.status_code == 422
    await visitor.post(link("reply"), data={"name": "小李", "text": "马上联系您"}, headers=OURS)
    [row] = (await messages.inbox(org.id)).items
    shown = await remarks.of(org.id, row.uid, for_visitor=True)
    assert [(each.text, each.visible) for each in shown] == [("马上联系您", True)]


async def test_guesses_change_nothing_and_are_slowed_down(
    visitor: httpx.AsyncClient, org: Organization, link: Callable[[str], str]
) -> None:
    good = link("spam")
    found = set()
    for number in range(30):
        guess = f"{good[:-6]}{number:06d}"
        found.add((await visitor.post(guess, data={"name": "x"}, headers=OURS)).status_code)
    assert found == {404, 429}
    assert (await state(org))[0] == "pending"
