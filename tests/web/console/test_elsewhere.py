"""Links to messages of another organization that their reader belongs to."""

from __future__ import annotations

import httpx
import pytest

from app import messages
from app.fields.check import Answers
from app.messages import Visit
from app.people import sessions
from app.tables import Agent, Organization
from tests.web.console.test_organizations import OURS, Web, switch


@pytest.fixture
async def browser(web: Web, owner: Agent) -> httpx.AsyncClient:
    raw = await sessions.start(owner, address="127.0.0.1", user_agent="t")
    return web(cookies={"sid": raw}, headers=OURS)


async def test_a_link_to_a_message_of_the_other_one_offers_to_switch(
    browser: httpx.AsyncClient,
    org: Organization,
    owner: Agent,
    there: Agent,
    answers: Answers,
    visit: Visit,
) -> None:
    left = await messages.leave(org, answers, visit, submission_id="one")
    await switch(browser, there)
    found = await browser.get(f"/inbox/{left.uid}")
    assert found.status_code == 404
    assert answers.content not in found.text
    assert f'value="{owner.id}"' in found.text
    entered = await switch(browser, owner, next=f"/inbox/{left.uid}")
    assert entered.headers["location"] == f"/inbox/{left.uid}"
    assert answers.content in (await browser.get(f"/inbox/{left.uid}")).text


async def test_a_message_of_an_organization_of_others_is_nowhere(
    browser: httpx.AsyncClient, other_org: Organization, answers: Answers, visit: Visit
) -> None:
    left = await messages.leave(other_org, answers, visit, submission_id="one")
    found = await browser.get(f"/inbox/{left.uid}")
    assert found.status_code == 404
    assert "Other" not in found.text
    assert "/organizations/open" not in found.text
