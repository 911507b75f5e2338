"""Members and invitations, as a browser without scripts uses them."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx
import pytest

from app import messages, presence
from app.messages import acts, change
from app.people import account_links, agents, members, sessions, tokens
from app.people.actor import Actor
from app.tables import Agent, Organization
from tests.web.console.conftest import Leave
from tests.web.reading import Page

HERE = "/settings/members"
PASSWORD = "correct horse 9"
OURS = {"Sec-Fetch-Site": "same-origin"}
Web = Callable[..., httpx.AsyncClient]


async def new(org: Organization, role: str = "agent", name: str = "小王") -> Agent:
    email = f"{role}@{org.slug}.example"
    return await agents.create(org.id, email=email, password=PASSWORD, role=role, name=name)


async def signed_in(web: Web, agent: Agent) -> httpx.AsyncClient:
    raw = await sessions.start(agent, address="127.0.0.1", user_agent="t")
    return web(cookies={"sid": raw}, headers={**OURS, "X-CSRF-Token": sessions.csrf(raw)})


async def invited(client: httpx.AsyncClient, **form: str) -> str:
    """The path of the link."""
    answer = await client.post(f"{HERE}/invite", data={"role": "agent", **form})
    assert answer.status_code == 200
    return urlsplit(Page(answer).attributes("input", id="link")[0]["value"]).path


async def test_who_is_alone_is_told_how_to_invite(client: httpx.AsyncClient) -> None:
    page = Page(await client.get(HERE))
    assert "目前只有您一人" in page.words
    assert page.values["role"] == "agent"
    for told in ("查看、处理和回复留言，不能改设置。", "处理留言，修改所有设置，管理成员。"):
        assert told in page.words


async def test_an_invitation_is_used_once_and_its_user_is_in(
    client: httpx.AsyncClient, visitor: httpx.AsyncClient, org: Organization
) -> None:
    link = await invited(client)
    assert link not in (await client.get(HERE)).text
    page = Page(await visitor.get(f"{link}?lang=en"))
    assert page.language == "en"
    assert page.attributes("input", name="password")[0]["autocomplete"] == "new-password"
    form = {**page.values, "name": "小王", "email": "wang@shop.example", "password": "short"}
    answer = await visitor.post(link, data=form, headers=OURS)
    assert answer.status_code == 422
    assert "short" not in Page(answer).values["password"]
    answer = await visitor.post(link, data={**form, "password": PASSWORD}, headers=OURS)
    assert answer.headers["location"] == "/inbox"
    assert (await visitor.get("/inbox")).status_code == 200
    found = {each.email: each for each in await members.of(org.id)}
    assert (found["wang@shop.example"].role, found["wang@shop.example"].name) == ("agent", "小王")

    for answer in (
        await visitor.get(link),
        await visitor.post(link, data={**form, "password": PASSWORD}, headers=OURS),
        await visitor.get("/join/made-up"),
    ):
        assert answer.status_code == 404
        assert "链接已失效" in Page(answer).words
        assert "/login" in Page(answer).links()


async def test_an_invitation_for_an_address_is_for_no_other(
    client: httpx.AsyncClient, visitor: httpx.AsyncClient, org: Organization
) -> None:
    link = await invited(client, email="li@shop.example", role="viewer")
    page = Page(await visitor.get(link))
    assert page.values["email"] == "li@shop.example"
    form = {**page.values, "email": "other@shop.example", "password": PASSWORD}
    assert (await visitor.post(link, data=form, headers=OURS)).status_code == 303
    assert "li@shop.example" in [each.email for each in await members.of(org.id)]
    answer = await client.post(f"{HERE}/invite", data={"role": "agent", "email": "li@shop.example"})
    assert answer.status_code == 422
    assert "#email" in Page(answer).links()


async def test_an_invitation_is_withdrawn(
    client: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    link = await invited(client)
    [action] = re.findall(rf"{HERE}/invitations/[\w-]+/withdraw", (await client.get(HERE)).text)
    assert (await client.post(action)).headers["location"] == f"{HERE}?done=withdrawn"
    assert (await visitor.get(link)).status_code == 404
    assert (await client.post(action)).status_code == 303


async def test_another_site_can_use_no_link(
    client: httpx.AsyncClient, visitor: httpx.AsyncClient, owner: Agent
) -> None:
    link = await invited(client)
    form = {"email": "a@shop.example", "password": PASSWORD}
    for path in (link, "/password/x"):
        answer = await visitor.post(path, data=form, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
    assert await Agent.count() == 1


async def test_a_long_list_is_narrowed(client: httpx.AsyncClient, org: Organization) -> None:
    for n in range(11):
        email = f"a{n}@shop.example"
        await agents.create(org.id, email=email, password=PASSWORD, name=f"员工{n}")
    assert "员工3" in Page(await client.get(HERE)).words
    page = Page(await client.get(f"{HERE}?q=A7@"))
    assert "员工7" in page.words
    assert "员工3" not in page.words
    assert "没有找到" in Page(await client.get(f"{HERE}?q=nobody")).words


async def test_a_role_is_changed(client: httpx.AsyncClient, org: Organization, web: Web) -> None:
    agent = await new(org)
    theirs = await signed_in(web, agent)
    here = f"{HERE}/{agent.id}"
    assert Page(await client.get(here)).values["role"] == "agent"
    answer = await client.post(f"{here}/role", data={"role": "viewer"})
    assert answer.headers["location"] == f"{here}?done=role"
    assert (await theirs.get("/inbox")).status_code == 200
    assert (await theirs.get("/settings/phrases")).status_code == 403
    answer = await client.post(f"{here}/role", data={"role": "owner"})
    assert answer.status_code == 422


async def test_who_is_disabled_is_out_and_their_messages_are_given_away(
    client: httpx.AsyncClient, org: Organization, owner: Agent, web: Web, leave: Leave
) -> None:
    agent = await new(org)
    theirs, here = await signed_in(web, agent), f"{HERE}/{agent.id}"
    await presence.switch(agent, True)
    uids = [(await leave(f"第{n}个问题")).uid for n in ("一", "二", "三")]
    for uid in uids:
        await change.to_one(org.id, str(uid), acts.assigned(agent.id), by="x")
    await messages.handle(org.id, str(uids[2]), outcome="phone", by="x")

    answer = await client.post(f"{here}/disable")
    page = Page(await client.get(answer.headers["location"]))
    assert (await theirs.get("/inbox")).status_code == 303
    assert not await presence.is_on(agent)
    assert "小王 名下有 2 条未处理留言" in page.words
    await client.post(f"{here}/give", data={"to": ""})
    assert (await messages.one(org.id, str(uids[0]))).assignee == str(agent.id)
    answer = await client.post(f"{here}/give", data={"to": str(agent.id)})
    assert answer.status_code == 422
    await client.post(f"{here}/give", data={"to": str(owner.id)})
    kept = [(await messages.one(org.id, str(uid))).assignee for uid in uids]
    assert kept == [str(owner.id), str(owner.id), str(agent.id)]

    await client.post(f"{here}/enable")
    form = {"email": agent.email, "password": PASSWORD}
    answer = await web().post("/login", data=form, headers=OURS)
    assert answer.status_code == 303


async def test_rules_that_assign_to_somebody_are_named(
    client: httpx.AsyncClient, api: httpx.AsyncClient, org: Organization, owner: Agent
) -> None:
    agent = await new(org)
    theirs, mine = str(agent.id), str(owner.id)
    rules = [
        {"name": "报价", "when": {"words": ["报价"]}, "then": {"assignee": theirs}},
        {"name": "轮流", "then": {"assign_next": {"agents": [mine, theirs]}}},
        {"name": "发货", "then": {"assignee": mine}},
    ]
    answer = await api.put("/api/v1/leavemsg/rules", json={"rules": rules})
    assert answer.status_code == 200, answer.text
    page = Page(await client.get(f"{HERE}/{agent.id}"))
    assert "会分配给该成员的规则 报价 轮流" in page.words
    assert "发货" not in page.words
    named = [each["uid"] for each in answer.json()["rules"]][:2]
    assert [f"/settings/rules/{uid}" for uid in named] == [
        each for each in page.links() if each.startswith("/settings/rules/")
    ]


async def test_a_lost_password_is_renewed_by_link(
    client: httpx.AsyncClient, visitor: httpx.AsyncClient, org: Organization, web: Web
) -> None:
    agent = await new(org)
    theirs = await signed_in(web, agent)
    page = Page(await client.post(f"{HERE}/{agent.id}/password"))
    link = urlsplit(page.attributes("input", id="link")[0]["value"]).path
    page = Page(await visitor.get(link))
    assert page.values["email"] == agent.email
    answer = await visitor.post(link, data={"password": "short"}, headers=OURS)
    assert answer.status_code == 422
    answer = await visitor.post(link, data={"password": "another good one 1"}, headers=OURS)
    assert answer.headers["location"] == "/inbox"
    assert (await visitor.get("/account")).status_code == 200
    assert (await theirs.get("/inbox")).status_code == 303
    answer = await visitor.post(link, data={"password": "another good one 2"}, headers=OURS)
    assert answer.status_code == 404


async def test_somebody_is_signed_out_everywhere(
    client: httpx.AsyncClient, org: Organization, web: Web
) -> None:
    agent = await new(org)
    theirs = await signed_in(web, agent)
    await client.post(f"{HERE}/{agent.id}/sign-out")
    assert (await theirs.get("/inbox")).status_code == 303


async def test_ownership_is_handed_over_with_one_s_own_password(
    client: httpx.AsyncClient, org: Organization, owner: Agent
) -> None:
    agent = await new(org, "admin")
    here = f"{HERE}/{agent.id}"
    answer = await client.post(f"{here}/owner", data={"current": "wrong", "stays": "no"})
    page = Page(answer)
    assert answer.status_code == 422
    assert "#current" in page.links()
    answer = await client.post(f"{here}/owner", data={"current": PASSWORD, "stays": "no"})
    assert answer.headers["location"] == f"{here}?done=owner"
    found = {each.id: each.role for each in await members.of(org.id)}
    assert found == {owner.id: "admin", agent.id: "owner"}
    page = Page(await client.get(here))
    assert "所有者的账号只有所有者能改。" in page.words
    assert [each["action"] for each in page.attributes("form", method="post")] == ["/logout"] or (
        f"{here}/role" not in page.html
    )


async def test_who_goes_takes_their_tokens_along_unless_it_is_unticked(
    client: httpx.AsyncClient, web: Web, org: Organization, owner: Agent, there: Agent
) -> None:
    agent = await new(org, "admin")
    here = f"{HERE}/{agent.id}"
    for name in ("报表", "备份"):
        await (await signed_in(web, agent)).post(
            "/settings/tokens/new", data={"name": name, "scopes": "submit", "days": "9"}
        )
    page = Page(await client.get(f"{here}?lang=en"))
    assert "报表" in page.words
    assert "checked" in page.attributes("input", name="withdraw")[0]

    answer = await client.post(f"{here}/disable", data={"tokens": "shown"})
    assert answer.headers["location"] == f"{here}?done=off"
    assert len(await tokens.known_to(org.id, agent.id)) == 2
    page = Page(await client.get("/settings/tokens?lang=en"))
    assert page.words.count("Whoever made it is disabled") == 2
    assert f"{here}/tokens" in (await client.get(here)).text
    await client.post(f"{here}/tokens")
    assert await tokens.known_to(org.id, agent.id) == []

    await client.post(f"{here}/enable")
    await tokens.create(org.id, "x", ["submit"], by="x", maker=agent.id)
    answer = await client.post(f"{here}/disable", data={"tokens": "shown", "withdraw": "yes"})
    assert answer.headers["location"] == f"{here}?done=off-tokens"
    assert await tokens.known_to(org.id, agent.id) == []


async def test_who_leaves_by_themselves_sees_their_tokens(
    client: httpx.AsyncClient, owner: Agent, there: Agent
) -> None:
    await tokens.create(there.organization, "theirs", ["submit"], by="x", maker=there.id)
    page = Page(await client.get("/organizations"))
    assert "theirs" in page.words
    assert len(page.attributes("input", name="withdraw")) == 1
    await client.post("/organizations/leave", data={"agent": str(there.id), "tokens": "shown"})
    assert len(await tokens.working(there.organization)) == 1


async def test_the_last_owner_stays_one(
    web: Web, org: Organization, owner: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = await new(org, "owner")
    browser = await signed_in(web, second)
    # The other owner leaves between the page and the button.
    await members.set_role(
        org.id, owner.id, "admin", by=Actor(by="x", role="owner", agent=second.id)
    )
    await members.make_owner(
        org.id,
        owner.id,
        by=second,
        password=PASSWORD,
        place=agents.Place(address="192.0.2.1"),
        stays=True,
    )
    await members.disable(org.id, second.id, by=Actor(by="x", role="owner", agent=owner.id))
    assert (await browser.post(f"{HERE}/{owner.id}/disable")).status_code == 303
    assert (await members.one(org.id, owner.id)).disabled_at is None


@pytest.mark.parametrize("role", ["agent", "viewer"])
async def test_agents_and_viewers_see_nothing_of_it(
    web: Web, org: Organization, owner: Agent, role: str
) -> None:
    browser = await signed_in(web, await new(org, role))
    for path in (HERE, f"{HERE}/{owner.id}"):
        assert (await browser.get(path)).status_code == 403
    answer = await browser.post(f"{HERE}/invite", data={"role": "admin"})
    assert answer.status_code == 403
    assert await account_links.invitations(org.id) == []


async def test_an_admin_can_do_nothing_to_an_owner(
    web: Web, org: Organization, owner: Agent
) -> None:
    browser = await signed_in(web, await new(org, "admin"))
    page = await browser.get(f"{HERE}/{owner.id}")
    assert f"{HERE}/{owner.id}/" not in page.text
    for act in ("role", "disable", "enable", "sign-out", "password", "owner"):
        answer = await browser.post(
            f"{HERE}/{owner.id}/{act}", data={"role": "viewer", "current": PASSWORD}
        )
        assert answer.status_code == 404, act
    assert (await members.one(org.id, owner.id)).role == "owner"


async def test_another_organization_is_never_seen_or_changed(
    client: httpx.AsyncClient, other_org: Organization
) -> None:
    theirs = await new(other_org, "admin", "陌生人")
    link = await account_links.invite(
        other_org.id, role="agent", email="x@other.example", by=Actor(by="陌生人", role="owner")
    )
    [invitation] = await account_links.invitations(other_org.id)
    assert "陌生人" not in (await client.get(HERE)).text
    assert (await client.get(f"{HERE}/{theirs.id}")).status_code == 404
    for act in ("role", "disable", "enable", "sign-out", "password", "give", "owner"):
        form = {"role": "viewer", "to": "nobody", "current": PASSWORD}
        answer = await client.post(f"{HERE}/{theirs.id}/{act}", data=form)
        assert answer.status_code == 404, act
    await client.post(f"{HERE}/invitations/{invitation.id}/withdraw")
    assert await account_links.invited(link.split("/")[-1]) is not None
    found = await members.one(other_org.id, theirs.id)
    assert (found.role, found.disabled_at) == ("admin", None)
