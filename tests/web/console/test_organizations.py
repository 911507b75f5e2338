"""Several organizations of one account: which is open, and what a page of another one may do."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import httpx
import pytest

from app import database, messages, outside
from app.fields.check import Answers
from app.messages import Visit
from app.people import account_links, agents, sessions
from app.people.actor import OPERATOR
from app.single_sign_on import change
from app.single_sign_on.shape import Config
from app.tables import Agent, Audit, Message, Organization, Session
from tests.conftest import BASE_URL

Web = Callable[..., httpx.AsyncClient]
OURS = {"Sec-Fetch-Site": "same-origin"}
OFFERED = re.compile(
    r'action="/organizations/open">(?:(?!</form>).)*?name="agent" value="([^"]+)"', re.DOTALL
)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture
async def browser(web: Web, owner: Agent) -> httpx.AsyncClient:
    raw = await sessions.start(owner, address="127.0.0.1", user_agent="t")
    return web(cookies={"sid": raw}, headers=OURS)


async def token_of(browser: httpx.AsyncClient, page: str = "/account") -> str:
    return TOKEN.findall((await browser.get(page)).text)[0]


async def switch(browser: httpx.AsyncClient, to: Agent, **more: str) -> httpx.Response:
    form = {"csrf_token": await token_of(browser), "agent": str(to.id), **more}
    return await browser.post("/organizations/open", data=form)


async def test_the_menu_and_the_page_lead_to_the_other_one(
    browser: httpx.AsyncClient, owner: Agent, there: Agent
) -> None:
    for page in ("/inbox", "/organizations"):
        offered = OFFERED.findall((await browser.get(page)).text)
        assert set(offered) == {str(there.id)}
    answer = await switch(browser, there)
    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox")
    assert OFFERED.findall((await browser.get("/inbox")).text) == [str(owner.id)]
    assert (await browser.get("/settings/members")).status_code == 403
    done = await Audit.select(Audit.action).where(Audit.organization == there.organization)
    assert done == [{"action": "sign_in.switched"}]


async def test_who_has_one_is_offered_none(browser: httpx.AsyncClient, other_org: str) -> None:
    page = (await browser.get("/inbox")).text
    assert "/organizations/open" not in page
    assert "Other" not in (await browser.get("/organizations")).text


async def test_the_next_sign_in_leads_to_the_one_used_last(
    browser: httpx.AsyncClient, owner: Agent, there: Agent, web: Web
) -> None:
    await switch(browser, there)
    form = {"email": owner.email, "password": "correct horse 9"}
    entered = await web(headers=OURS).post("/login", data=form)
    found = await sessions.find(entered.cookies["sid"])
    assert found is not None
    assert found.agent.id == there.id


async def test_nobody_opens_what_is_not_theirs(
    browser: httpx.AsyncClient, owner: Agent, there: Agent, other_org: Organization
) -> None:
    stranger = await agents.create(other_org.id, email="b@b.example", password="correct horse 9")
    for agent in (str(stranger.id), str(uuid.uuid4()), "", "x"):
        form = {"csrf_token": await token_of(browser), "agent": agent}
        assert (await browser.post("/organizations/open", data=form)).status_code in {404, 422}
    await Agent.update({Agent.disabled_at: await database.now()}).where(Agent.id == there.id)
    assert (await switch(browser, there)).status_code == 404
    assert "Other" not in (await browser.get("/organizations")).text
    assert await database.values(uuid.UUID, Session.select(Session.agent)) == [owner.id]


async def test_looking_changes_nothing(
    browser: httpx.AsyncClient, owner: Agent, there: Agent
) -> None:
    for path in ("/organizations", "/organizations/open", f"/organizations/open?agent={there.id}"):
        await browser.get(path)
    assert await database.values(uuid.UUID, Session.select(Session.agent)) == [owner.id]
    without = await browser.post("/organizations/open", data={"agent": str(there.id)})
    assert without.status_code == 403
    assert await database.values(uuid.UUID, Session.select(Session.agent)) == [owner.id]


async def test_a_form_of_one_never_acts_in_the_other_and_comes_along(
    browser: httpx.AsyncClient, owner: Agent, there: Agent, org: Organization
) -> None:
    await Agent.update({Agent.role: "owner"}).where(Agent.id == there.id)
    before = await token_of(browser)
    await switch(browser, there)
    form = {"csrf_token": before, "name": "老王", "locale": "en", "timezone": ""}
    refused = await browser.post("/account", data=form)
    assert refused.status_code == 409
    assert (await Agent.objects().get(Agent.id == there.id)).name == "外人"  # type: ignore[union-attr]

    way = dict(re.findall(r'name="(kept|agent|csrf_token)" value="([^"]*)"', refused.text))
    way["kept"] = way["kept"].replace("&#34;", '"').replace("&amp;", "&")
    assert way["agent"] == str(owner.id)
    resumed = await browser.post("/organizations/open", data=way)
    assert resumed.status_code == 200
    again = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', resumed.text))
    assert again["name"] == "老王"
    assert (await browser.post("/account", data=again)).status_code == 303
    assert (await Agent.objects().get(Agent.id == owner.id)).name == "老王"  # type: ignore[union-attr]
    assert (await Agent.objects().get(Agent.id == there.id)).name == "外人"  # type: ignore[union-attr]


async def test_a_form_with_secrets_is_refused_and_nothing_of_it_shown(
    browser: httpx.AsyncClient, there: Agent
) -> None:
    before = await token_of(browser)
    await switch(browser, there)
    form = {"csrf_token": before, "current": "correct horse 9", "password": "another good 1"}
    refused = await browser.post("/account/password", data=form)
    assert refused.status_code == 409
    assert "another good 1" not in refused.text
    assert "correct horse 9" not in refused.text


async def test_what_a_page_of_one_asks_is_not_answered_with_the_other(
    browser: httpx.AsyncClient, there: Agent, answers: Answers, visit: Visit
) -> None:
    """A page that is still open asks for news, lists and messages by itself."""
    home = await Organization.objects().get(Organization.id == there.organization)
    assert home
    await messages.leave(home, answers, visit, submission_id="one")
    before = await token_of(browser)
    await switch(browser, there)
    asks = {"X-CSRF-Token": before, "HX-Request": "true"}
    for path in ("/inbox/news?after=0", "/inbox", "/commands?q=1"):
        answer = await browser.get(path, headers=asks)
        assert answer.status_code == 409, path
        assert answers.content not in answer.text
    assert (await browser.get(f"/inbox/stream?of={uuid.uuid4().hex}")).status_code == 204
    await switch(browser, there)
    beat = await browser.post("/presence/beat", headers=asks)
    assert beat.status_code == 409


async def test_a_page_of_an_organization_that_one_has_left_is_too_old(
    browser: httpx.AsyncClient, owner: Agent, there: Agent
) -> None:
    before = await token_of(browser)
    await switch(browser, there)
    await Agent.update({Agent.disabled_at: await database.now()}).where(Agent.id == owner.id)
    refused = await browser.post("/account", data={"csrf_token": before, "name": "老王"})
    assert refused.status_code == 403
    assert "/organizations/open" not in refused.text


async def test_signing_out_works_from_every_page(browser: httpx.AsyncClient, there: Agent) -> None:
    before = await token_of(browser)
    await switch(browser, there)
    assert (await browser.post("/logout", data={"csrf_token": before})).status_code == 303
    assert await Session.count() == 0


async def test_a_form_kept_past_the_sign_in_is_still_of_its_organization(
    browser: httpx.AsyncClient, owner: Agent, there: Agent, web: Web
) -> None:
    """The sign-in leads to the organization used last, which may be the other one by then."""
    before = await token_of(browser)
    await Session.delete(force=True)
    form = {"csrf_token": before, "name": "老王", "locale": "", "timezone": ""}
    asked = await browser.post("/account", data=form)
    assert asked.status_code == 401
    carried = re.findall(r'name="kept" value="([^"]*)"', asked.text)[0].replace("&#34;", '"')
    await Agent.update({Agent.seen_at: await database.now()}).where(Agent.id == there.id)
    new = web(headers=OURS)
    form = {"email": owner.email, "password": "correct horse 9", "kept": carried}
    resumed = await new.post("/login", data=form)
    again = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', resumed.text))
    assert again["csrf_token"].endswith(owner.id.hex)
    assert (await new.post("/account", data=again)).status_code == 409
    assert (await Agent.objects().get(Agent.id == there.id)).name == "外人"  # type: ignore[union-attr]


async def test_what_is_unread_elsewhere_is_counted(
    browser: httpx.AsyncClient, org: Organization, there: Agent, answers: Answers, visit: Visit
) -> None:
    await messages.leave(org, answers, visit, submission_id="one")
    await messages.leave(org, answers, visit, submission_id="two")
    await Message.update({Message.status: "pending"}).where(Message.organization == org.id)
    await switch(browser, there)
    page = (await browser.get("/organizations")).text
    shown = re.findall(r'title="(?:unread|未读)">\s*(\d+)', page.partition("<main")[2])
    assert shown == ["2"]


async def test_leaving_the_one_that_is_open_opens_another(
    browser: httpx.AsyncClient, owner: Agent, there: Agent
) -> None:
    async def leave(agent: Agent) -> httpx.Response:
        form = {"csrf_token": await token_of(browser), "agent": str(agent.id)}
        return await browser.post("/organizations/leave", data=form)

    last = await leave(owner)
    assert last.status_code == 422
    assert await database.values(uuid.UUID, Session.select(Session.agent)) == [owner.id]
    await switch(browser, there)
    assert (await leave(there)).headers["location"] == "/organizations?done=left"
    assert await database.values(uuid.UUID, Session.select(Session.agent)) == [owner.id]
    assert (await browser.get("/inbox")).status_code == 200
    assert (await leave(there)).status_code == 404


async def test_a_sign_in_by_a_service_of_one_opens_that_one_alone(
    browser: httpx.AsyncClient, owner: Agent, there: Agent
) -> None:
    await Session.update({Session.provider: uuid.uuid4()}, force=True)
    refused = await switch(browser, there)
    assert refused.status_code == 403
    assert await database.values(uuid.UUID, Session.select(Session.agent)) == [owner.id]
    assert (await switch(browser, owner)).status_code == 303


async def test_a_member_elsewhere_joins_by_an_invitation_without_another_password(
    browser: httpx.AsyncClient, owner: Agent, other_org: Organization, web: Web
) -> None:
    link = await account_links.invite(other_org.id, role="agent", by=OPERATOR)
    path = link.removeprefix(BASE_URL)
    stranger = (await web().get(path)).text
    assert f'href="/login?next={path}"' in stranger
    form = {"email": owner.email, "password": "correct horse 9"}
    entered = await web(headers=OURS).post(f"/login?next={path}", data=form)
    assert entered.headers["location"] == path

    page = (await browser.get(path)).text
    assert owner.email in page
    assert 'name="password"' not in page
    form = {"code": path.removeprefix("/join/")}
    assert (await browser.post("/organizations/join", data=form)).status_code == 403
    form["csrf_token"] = TOKEN.findall(page)[0]
    joined = await browser.post("/organizations/join", data=form)
    assert joined.headers["location"] == "/inbox"
    signed = await sessions.find(browser.cookies["sid"])
    assert signed
    agent = signed.agent
    assert (agent.organization, agent.role, agent.account) == (
        other_org.id,
        "agent",
        owner.account,
    )
    assert (await browser.get(path)).status_code == 404


async def test_an_invitation_for_somebody_else_says_so(
    browser: httpx.AsyncClient, other_org: Organization
) -> None:
    link = await account_links.invite(other_org.id, role="agent", email="b@b.example", by=OPERATOR)
    path = link.removeprefix(BASE_URL)
    page = (await browser.get(path)).text
    assert "b@b.example" in page
    assert "/organizations/join" not in page
    form = {"csrf_token": TOKEN.findall(page)[0], "code": path.removeprefix("/join/")}
    assert (await browser.post("/organizations/join", data=form)).status_code == 422
    form["code"] = "made up"
    assert (await browser.post("/organizations/join", data=form)).status_code == 404


async def test_a_password_leads_to_where_it_is_enough(
    owner: Agent, there: Agent, other_org: Organization, web: Web
) -> None:
    """The organization used last wants its members, all but owners, to sign in by its provider."""
    config = Config(kind="feishu", name="Feishu", client_id="x", required=True)
    await change.save(outside.egress(), other_org.id, None, config, "x", by="x")
    await Agent.update({Agent.seen_at: await database.now()}).where(Agent.id == there.id)
    form = {"email": owner.email, "password": "correct horse 9"}
    entered = await web(headers=OURS).post("/login", data=form)
    assert entered.status_code == 303
    signed = await sessions.find(entered.cookies["sid"])
    assert signed
    assert signed.agent.id == owner.id
    browser = web(cookies={"sid": entered.cookies["sid"]}, headers=OURS)
    assert (await switch(browser, there)).status_code == 403
    assert (await browser.get("/inbox")).status_code == 200
