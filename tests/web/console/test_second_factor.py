"""Signing in with a second factor, or with a passkey alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import pytest
import time_machine

from app import messages
from app.fields.check import Answers
from app.messages import Visit
from app.people import account, account_links, agents, audit, sessions, sign_in_policy
from app.people.actor import OPERATOR
from app.people.agents import Place
from app.people.factors import remembered
from app.tables import Agent, Organization, Remark, Session
from tests.web.console import factored
from tests.web.console.factored import OURS, options, password, second
from tests.web.reading import Page

Web = Callable[..., httpx.AsyncClient]
POLICY = {"passkeys": "yes", "mail_reset": "yes"}


async def details(agent: Agent, action: str) -> list[str]:
    found = await audit.of(agent.organization, agent.id)
    return [each.detail for each in found if each.action == action]


async def test_after_the_password_comes_the_code_and_then_the_page(
    visitor: httpx.AsyncClient, owner: Agent
) -> None:
    app = await factored.with_app(owner)
    asked = await password(visitor, query="?next=/inbox%3Fstatus%3Dall")
    assert asked.status_code == 200
    assert "set-cookie" not in asked.headers
    assert (await visitor.get("/inbox")).status_code == 303
    [field] = Page(asked).attributes("input", name="code")
    assert field["autocomplete"] == "one-time-code"

    wrong = await second(visitor, asked, code="000000")
    assert wrong.status_code == 422
    assert "验证码不正确" in Page(wrong).words
    done = await second(visitor, wrong, code=await app.code())
    assert done.headers["location"] == "/inbox?status=all"
    assert (await visitor.get("/inbox")).status_code == 200
    assert await details(owner, "sign_in.good") == ["127.0.0.0/24 (code)"]
    assert await details(owner, "second_factor.bad") == ["127.0.0.0/24 (code)"]


async def test_a_recovery_code_does_as_well_once(web: Web, owner: Agent) -> None:
    await factored.with_app(owner)
    code, *_ = await factored.with_codes(owner)
    for status in (303, 422):
        visitor = web()
        asked = await password(visitor)
        assert (await second(visitor, asked, recovery=code)).status_code == status
    assert await details(owner, "recovery_code.used") == ["9 left"]


async def test_a_passkey_is_a_second_factor(visitor: httpx.AsyncClient, owner: Agent) -> None:
    device = await factored.with_key(owner)
    asked = await password(visitor)
    answer = device.sign(options(asked), verified=False)
    assert (await second(visitor, asked, response=answer)).status_code == 303
    assert await details(owner, "sign_in.good") == ["127.0.0.0/24 (passkey)"]
    again = await second(web_of(visitor), asked, response=answer)
    assert again.status_code == 422


def web_of(visitor: httpx.AsyncClient) -> httpx.AsyncClient:
    visitor.cookies.delete("sid")
    return visitor


async def test_a_passkey_alone_signs_in_and_is_asked_for_nothing_more(
    visitor: httpx.AsyncClient, owner: Agent
) -> None:
    await factored.with_app(owner)
    device = await factored.with_key(owner)
    page = await visitor.get("/login?next=/overview")
    form = Page(page).attributes("form")[1]
    answer = device.sign(options(page))
    done = await visitor.post(form["action"], data={"response": answer}, headers=OURS)
    assert done.headers["location"] == "/overview"
    assert await details(owner, "sign_in.good") == ["127.0.0.0/24 (passkey alone)"]
    replayed = await visitor.post(form["action"], data={"response": answer}, headers=OURS)
    assert replayed.status_code == 422
    assert "通行密钥未通过验证" in Page(replayed).words


async def test_where_the_organization_wants_a_password_it_is_not_enough_alone(
    visitor: httpx.AsyncClient, owner: Agent
) -> None:
    device = await factored.with_key(owner)
    await sign_in_policy.save(owner.organization, {}, by="t")
    answer = device.sign(options(await visitor.get("/login")))
    refused = await visitor.post("/login/passkey", data={"response": answer}, headers=OURS)
    assert refused.status_code == 422
    assert "先输入密码" in Page(refused).words
    assert Page(refused).values["email"] == owner.email
    asked = await password(visitor)
    assert (await second(visitor, asked, response=device.sign(options(asked)))).status_code == 303


async def test_who_is_disabled_has_no_way_in(
    visitor: httpx.AsyncClient, owner: Agent, org: Organization
) -> None:
    device, app = await factored.with_key(owner), await factored.with_app(owner)
    asked = await password(visitor)
    login = await visitor.get("/login")
    await Agent.update({Agent.disabled_at: sessions.dt.datetime.now(sessions.dt.UTC)}).where(
        Agent.id == owner.id
    )
    assert (await second(visitor, asked, code=await app.code())).status_code == 422
    answer = device.sign(options(login))
    alone = await visitor.post("/login/passkey", data={"response": answer}, headers=OURS)
    assert alone.status_code == 422
    assert await Session.count() == 0


@pytest.mark.parametrize("half", ["", "x", "a.b.c", "{id}.9999999999.{sig}"])
async def test_a_made_up_half_is_none(visitor: httpx.AsyncClient, owner: Agent, half: str) -> None:
    app = await factored.with_app(owner)
    data = {"half": half.format(id=owner.id, sig="a" * 32), "code": await app.code()}
    answer = await visitor.post("/login/second", data=data, headers=OURS)
    assert answer.status_code == 422
    assert "重新登录" in Page(answer).words


async def test_the_half_ends_after_ten_minutes_and_with_the_password(
    visitor: httpx.AsyncClient, owner: Agent
) -> None:
    app = await factored.with_app(owner)
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        asked = await password(visitor)
        clock.shift(601)
        assert (await second(visitor, asked, code=await app.code())).status_code == 422
    asked = await password(visitor)
    await account.change_password(owner, factored.PASSWORD, "another good one 1", HERE)
    assert (await second(visitor, asked, code=await app.code())).status_code == 422


HERE = Place(address="127.0.0.1")


async def test_a_browser_is_remembered_as_long_as_the_organization_allows(
    visitor: httpx.AsyncClient, web: Web, owner: Agent
) -> None:
    app = await factored.with_app(owner)
    asked = await password(visitor)
    assert "30" in Page(asked).words
    await second(visitor, asked, code=await app.code(), remember="yes")
    assert (await password(visitor)).status_code == 303
    assert (await password(web())).status_code == 200

    await sign_in_policy.save(owner.organization, {**POLICY, "device_days": "0"}, by="t")
    asked = await password(visitor)
    assert asked.status_code == 200
    assert Page(asked).attributes("input", name="remember") == []
    await second(visitor, asked, code=await app.code(), remember="yes")
    await sign_in_policy.save(owner.organization, {**POLICY, "device_days": "30"}, by="t")
    assert (await password(visitor)).status_code == 303


async def test_it_is_forgotten_when_its_time_is_over_or_the_password_changes(
    visitor: httpx.AsyncClient, owner: Agent
) -> None:
    app = await factored.with_app(owner)
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        asked = await password(visitor)
        await second(visitor, asked, code=await app.code(), remember="yes")
        clock.shift(31 * 24 * 3600)
        asked = await password(visitor)
        assert asked.status_code == 200
        await second(visitor, asked, code=await app.code(), remember="yes")
        assert len(await remembered.of(owner.account)) == 1
        await agents.set_password(owner.email, factored.PASSWORD)
        assert (await password(visitor)).status_code == 200


async def test_a_new_password_by_link_does_not_replace_it(
    visitor: httpx.AsyncClient, owner: Agent
) -> None:
    app = await factored.with_app(owner)
    link = await account_links.reset(owner.organization, owner.id, by=OPERATOR)
    path = link.removeprefix("http://localhost:8080")
    asked = await visitor.post(path, data={"password": "another good one 1"}, headers=OURS)
    assert asked.status_code == 200
    assert await Session.count() == 0
    assert (await second(visitor, asked, code=await app.code())).headers["location"] == "/inbox"


async def test_what_was_being_written_waits_behind_both_steps(
    visitor: httpx.AsyncClient, owner: Agent, org: Organization, answers: Answers, visit: Visit
) -> None:
    app = await factored.with_app(owner)
    left = await messages.leave(org, answers, visit, submission_id="one")
    note = {"note": "明天上午 <回电>", "csrf_token": "stale"}
    ended = await visitor.post(f"/inbox/{left.uid}/remark", data=note, headers=OURS)
    assert ended.status_code == 401
    asked = await password(visitor, kept=Page(ended).values["kept"])
    wrong = await second(visitor, asked, code="1")
    resumed = await second(visitor, wrong, code=await app.code())
    page = Page(resumed)
    assert "明天上午 <回电>" in page.words
    [form] = page.attributes("form")
    sent = await visitor.post(form["action"], data=page.values, headers=OURS)
    assert sent.status_code == 303
    assert [each.text for each in await Remark.objects()] == ["明天上午 <回电>"]


async def test_wrong_codes_wait_and_neither_known_browsers_nor_recovery_codes_do(
    web: Web, visitor: httpx.AsyncClient, owner: Agent
) -> None:
    app = await factored.with_app(owner)
    recovery, *_ = await factored.with_codes(owner)
    device = await factored.with_key(owner)
    await second(visitor, await password(visitor), code=await app.code())
    stranger = web()
    asked = await password(stranger)
    for _ in range(5):
        await second(stranger, asked, code="000000")
    late = await second(stranger, asked, code=await app.code())
    assert late.status_code == 429
    assert 0 < int(late.headers["retry-after"]) <= 61
    assert "验证码错误次数过多" in Page(late).words

    answer = device.sign(options(late))
    assert (await second(stranger, late, response=answer)).status_code == 303
    other = web()
    asked = await password(other)
    assert (await second(other, asked, recovery=recovery)).status_code == 303
    visitor.cookies.delete("sid")
    asked = await password(visitor)
    assert (await second(visitor, asked, code=await app.code())).status_code == 303


async def test_who_shows_a_second_factor_is_not_kept_out_by_others_wrong_passwords(
    web: Web, owner: Agent
) -> None:
    app = await factored.with_app(owner)
    recovery, *_ = await factored.with_codes(owner)
    for _ in range(6):
        await web().post(
            "/login", data={"email": owner.email, "password": "wrong horse 99"}, headers=OURS
        )
    visitor = web()
    late = await password(visitor)
    assert late.status_code == 429
    assert Page(late).attributes("input", name="code")
    assert (await password(visitor, code="000000")).status_code == 429
    assert (await password(visitor, code=await app.code())).status_code == 303
    assert (await password(web(), code=recovery)).status_code == 303


async def test_a_code_alone_tells_nothing(web: Web, owner: Agent) -> None:
    app = await factored.with_app(owner)
    data = {"email": owner.email, "password": "wrong horse 99"}
    right = await web().post("/login", data={**data, "code": await app.code()}, headers=OURS)
    wrong = await web().post("/login", data={**data, "code": "000000"}, headers=OURS)
    assert right.status_code == wrong.status_code == 422
    assert Page(right).words == Page(wrong).words
    assert await Session.count() == 0


async def test_codes_tried_at_once_are_counted_one_by_one(
    visitor: httpx.AsyncClient, owner: Agent
) -> None:
    await factored.with_app(owner)
    asked = await password(visitor)
    tries = await asyncio.gather(*(second(visitor, asked, code="000000") for _ in range(12)))
    assert sorted(each.status_code for each in tries) == [422] * 5 + [429] * 7


async def test_a_network_that_sends_only_bad_passkeys_waits(
    visitor: httpx.AsyncClient, owner: Agent
) -> None:
    for _ in range(30):
        await visitor.post("/login/passkey", data={"response": "{}"}, headers=OURS)
    device = await factored.with_key(owner)
    page = await visitor.get("/login")
    data = {"response": device.sign(options(page))}
    assert (await visitor.post("/login/passkey", data=data, headers=OURS)).status_code == 429
    assert (await password(visitor)).status_code == 200


@pytest.mark.parametrize("path", ["/login/second", "/login/passkey"])
async def test_another_site_cannot_sign_somebody_in(
    visitor: httpx.AsyncClient, owner: Agent, path: str
) -> None:
    answer = await visitor.post(path, data={}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


async def test_where_there_are_no_passkeys_none_is_offered(
    visitor: httpx.AsyncClient, owner: Agent, configure: Callable[..., object]
) -> None:
    await factored.with_key(owner)
    recovery, *_ = await factored.with_codes(owner)
    configure(LEAVEMSG_BASE_URL="http://127.0.0.1:8080")
    assert len(Page(await visitor.get("/login")).attributes("form")) == 1
    asked = await password(visitor)
    assert "这个网址不能使用通行密钥" in Page(asked).words
    assert (await second(visitor, asked, recovery=recovery)).status_code == 303
