"""Links to what is in another organization than the open one, of their reader or of others."""

from __future__ import annotations

import re
import uuid

import httpx
import pytest

from app import channel_settings, messages
from app.fields.check import Answers
from app.messages import Visit
from app.people import agents, sessions
from app.tables import Agent, Organization
from tests.web.console.test_organizations import OURS, Web, switch
from tests.web.reading import Page

REQUEST = re.compile(r"[0-9a-f]{32}")


@pytest.fixture
async def browser(web: Web, owner: Agent) -> httpx.AsyncClient:
    raw = await sessions.start(owner, address="127.0.0.1", user_agent="t")
    return web(cookies={"sid": raw}, headers=OURS)


async def test_a_link_to_something_of_the_other_one_offers_to_switch(
    browser: httpx.AsyncClient,
    org: Organization,
    owner: Agent,
    there: Agent,
    answers: Answers,
    visit: Visit,
) -> None:
    left = await messages.leave(org, answers, visit, submission_id="one")
    hook = {"type": "custom", "name": "钩子", "webhook_url": "https://hook.example/"}
    channel = await channel_settings.add(org.id, hook, by="t")
    await switch(browser, there)
    for path, secret in (
        (f"/inbox/{left.uid}", answers.content),
        (f"/settings/channels/{channel}", "钩子"),
        (f"/settings/members/{owner.id}", "owner@shop.example · "),
        ("/inbox?status=spam&org=default", "…"),
        ("/overview?range=30&org=default", "…"),
        ("/deliveries?state=failed&org=default", "…"),
        ("/account?org=default", "…"),
    ):
        found = await browser.get(path)
        assert (found.status_code, f'value="{owner.id}"' in found.text) == (404, True), path
        assert secret not in found.text
        assert Page(found).values["next"] == path
    path = f"/inbox/{left.uid}"
    assert (await switch(browser, owner, next=path)).headers["location"] == path
    assert answers.content in (await browser.get(path)).text
    for path in ("/inbox?status=spam&org=default", "/overview?range=30&org=default"):
        assert (await browser.get(path)).status_code == 200, path


async def test_what_is_of_others_is_as_what_there_never_was(
    browser: httpx.AsyncClient,
    web: Web,
    org: Organization,
    other_org: Organization,
    answers: Answers,
    visit: Visit,
) -> None:
    left = await messages.leave(other_org, answers, visit, submission_id="one")
    theirs = await agents.create(other_org.id, email="b@b.example", password="correct horse 9")
    viewer = await agents.create(
        org.id, email="v@shop.example", password="correct horse 9", role="viewer"
    )
    raw = await sessions.start(viewer, address="127.0.0.1", user_agent="t")
    for who in (browser, web(cookies={"sid": raw}, headers=OURS)):
        for path, nothing in (
            (f"/inbox/{left.uid}", f"/inbox/{uuid.uuid4()}"),
            (f"/settings/members/{theirs.id}", f"/settings/members/{uuid.uuid4()}"),
            ("/inbox?org=other", "/inbox?org=nowhere"),
        ):
            found, none = await who.get(path), await who.get(nothing)
            assert found.status_code == none.status_code != 200, path
            said = [REQUEST.sub("", Page(each).words) for each in (found, none)]
            assert said[0] == said[1], path
            assert "/organizations/open" not in found.text
