"""Signing in by a provider, as a browser without scripts does it."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from joserfc import jws
from msgspec.structs import replace

from app import messages, outside
from app.fields.check import Answers
from app.messages import Visit
from app.people import agents, audit, members, sessions, sign_in_policy
from app.people.actor import OPERATOR
from app.people.factors import held
from app.single_sign_on import change, flow, identities, metadata, providers
from app.single_sign_on.shape import Config, GroupRole, Provider
from app.tables import Account, Agent, Organization, Remark, Session
from tests.fakes.openid import OpenidProvider
from tests.fakes.platforms import AGENT, CORP, SECRET, Platforms, Worker
from tests.web.console import factored
from tests.web.reading import Page

Web = Callable[..., httpx.AsyncClient]
Make = Callable[..., Awaitable[Provider]]
PASSWORD = "correct horse 9"
OURS = {"Sec-Fetch-Site": "same-origin"}
LEI = {"sub": "lei-1", "email": "lei@shop.example", "email_verified": True, "name": "李雷"}
MEI = {"sub": "mei-1", "email": "mei@shop.example", "email_verified": True, "name": "韩梅梅"}


@pytest.fixture
async def openid() -> AsyncIterator[OpenidProvider]:
    metadata.forget()
    async with OpenidProvider() as provider:
        provider.people |= {"lei": dict(LEI), "mei": dict(MEI)}
        yield provider


@pytest.fixture
def provider(org: Organization, openid: OpenidProvider) -> Make:
    """A provider of the organization, set up on both sides."""

    async def make(**more: Any) -> Provider:
        config = Config(
            kind="openid", name="公司账号", issuer=openid.url, client_id="console", **more
        )
        uid = await change.save(outside.egress(), org.id, None, config, "s3cret", by="t")
        openid.client("console", "s3cret", flow.redirect_uri(uid))
        return await providers.living(uid)

    return make


@pytest.fixture
async def lei(org: Organization) -> Agent:
    return await agents.create(
        org.id, email="lei@shop.example", password=PASSWORD, role="agent", name="李雷"
    )


async def come_back(
    browser: httpx.AsyncClient, openid: OpenidProvider, path: str, who: str = "lei"
) -> httpx.Response:
    """By the link, to the provider, and back to us."""
    left = await browser.get(path)
    assert left.status_code == 303, Page(left).words
    return await browser.get(await openid.sign_in(left.headers["location"], who))


def words_of(answer: httpx.Response) -> str:
    return Page(answer).words


async def test_it_works(
    visitor: httpx.AsyncClient, openid: OpenidProvider, provider: Make, lei: Agent
) -> None:
    made = await provider()
    page = Page(await visitor.get("/login?next=/inbox%3Fstatus%3Dall"))
    [href] = [each for each in page.links() if each.startswith("/login/with/")]
    assert "用公司账号登录" in page.words.replace(" ", "")
    left = await visitor.get(href)
    cookie = left.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=lax", "Max-Age=900"):
        assert part in cookie

    back = await visitor.get(await openid.sign_in(left.headers["location"], "lei"))
    assert (back.status_code, back.headers["location"]) == (303, "/inbox?status=all")
    assert "provider=" in "".join(back.headers.get_list("set-cookie"))
    assert "provider" not in visitor.cookies
    assert (await visitor.get("/inbox")).status_code == 200

    signed = await sessions.find(visitor.cookies["sid"])
    assert signed is not None
    assert (signed.agent.id, signed.provider) == (lei.id, made.uid)
    assert "由公司账号登录" in words_of(await visitor.get("/account")).replace(" ", "")


async def test_a_foreign_page_is_no_place_to_go_on_to(
    visitor: httpx.AsyncClient, openid: OpenidProvider, provider: Make, lei: Agent
) -> None:
    made = await provider()
    for foreign in ("https://evil.example/", "//evil.example", "/login/with/x", "/\\evil.example"):
        path = f"/login/with/{made.uid}?next={httpx.QueryParams(n=foreign)['n']}"
        back = await come_back(visitor, openid, path)
        assert back.headers["location"] == "/inbox"


async def test_another_site_can_begin_nothing(
    visitor: httpx.AsyncClient, openid: OpenidProvider, provider: Make
) -> None:
    made = await provider()
    answer = await visitor.get(f"/login/with/{made.uid}", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.headers["location"].startswith("/login?")
    assert "set-cookie" not in answer.headers


async def test_what_another_browser_began_signs_nobody_in(
    web: Web, openid: OpenidProvider, provider: Make, lei: Agent
) -> None:
    made = await provider()
    attacker, victim = web(), web()
    left = await attacker.get(f"/login/with/{made.uid}")
    back = await openid.sign_in(left.headers["location"], "lei")
    answer = await victim.get(back)
    assert answer.status_code == 422
    assert "这次登录已过期" in words_of(answer)
    assert await Session.count() == 0
    assert (await attacker.get(back)).status_code == 303
    assert (await attacker.get(back)).status_code == 422


@pytest.mark.parametrize(
    ("twist", "say"),
    [
        ({"nonce": "x"}, "答复不可信"),
        ({"email_verified": False}, "没有与 lei-1 对应的成员"),
        ({"sub": "lei\x00"}, "答复不可信"),
        ({"email": "nobody@shop.example", "sub": "x"}, "没有与 nobody@shop.example 对应的成员"),
    ],
)
async def test_why_not_is_said_on_the_sign_in_page_and_recorded(
    visitor: httpx.AsyncClient,
    openid: OpenidProvider,
    provider: Make,
    lei: Agent,
    twist: dict[str, Any],
    say: str,
) -> None:
    made = await provider()
    openid.twist = twist
    answer = await come_back(visitor, openid, f"/login/with/{made.uid}?next=/deliveries&lang=zh-CN")
    page = Page(answer)
    assert answer.status_code == 422
    assert say in page.words
    assert page.title.startswith("错误")
    assert "next=%2Fdeliveries" in page.attributes("form")[0]["action"]
    assert [each.action for each in await audit.of(made.organization, made.uid)][1:] == [
        "sign_in.bad"
    ]
    assert await Session.count() == 0


async def test_the_language_that_was_chosen_stays(
    visitor: httpx.AsyncClient, openid: OpenidProvider, provider: Make, lei: Agent
) -> None:
    made = await provider()
    openid.people["lei"]["email_verified"] = False
    answer = await come_back(visitor, openid, f"/login/with/{made.uid}?lang=en")
    assert "Nobody here is known as lei-1" in words_of(answer)


async def test_whatever_comes_back_is_answered(
    visitor: httpx.AsyncClient, openid: OpenidProvider, provider: Make, lei: Agent
) -> None:
    made = await provider()
    for text in ("%00", "%ff", "%ed%a0%80", "a" * 5000, "", "x&state=y&code=z"):
        left = await visitor.get(f"/login/with/{made.uid}")
        state = httpx.URL(left.headers["location"]).params["state"]
        for said in (f"state={state}&code={text}", f"state={text}&code=x", f"state={state}&{text}"):
            answer = await visitor.get(f"/login/with/{made.uid}/back?{said}")
            assert answer.status_code == 422, said
    for odd in ({"sub": "lei\ud800"}, {"name": "\ud800<b>\x00", "email": "\ud800@shop.example"}):
        openid.forge = lambda token, odd=odd: resigned(openid, token, odd)  # type: ignore[misc]
        answer = await come_back(visitor, openid, f"/login/with/{made.uid}")
        assert answer.status_code == 422, odd
    assert await Session.count() == 0


def resigned(openid: OpenidProvider, token: str, claims: dict[str, str]) -> str:
    """The token with other claims, which JSON escapes where they are no text."""
    payload = token.split(".")[1]
    said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    header = {"alg": "RS256", "kid": openid.key.kid}
    return jws.serialize_compact(header, json.dumps({**said, **claims}), openid.key)


async def test_who_is_disabled_cannot_come_in_this_way(
    visitor: httpx.AsyncClient, openid: OpenidProvider, provider: Make, lei: Agent
) -> None:
    made = await provider()
    await come_back(visitor, openid, f"/login/with/{made.uid}")
    await members.disable(made.organization, lei.id, by=OPERATOR)
    assert (await visitor.get("/inbox")).status_code == 303
    answer = await come_back(visitor, openid, f"/login/with/{made.uid}")
    assert "已停用" in words_of(answer)


async def test_a_new_colleague_comes_in_with_the_role_of_their_group(
    visitor: httpx.AsyncClient, openid: OpenidProvider, provider: Make, org: Organization
) -> None:
    await agents.create(org.id, email="owner@shop.example", password=PASSWORD)
    openid.people["mei"]["groups"] = ["everybody", "sales"]
    made = await provider(admits="listed", roles=(GroupRole("sales", "viewer"),))
    answer = await come_back(visitor, openid, f"/login/with/{made.uid}", "mei")
    assert answer.status_code == 303
    [mei] = [each for each in await members.of(org.id) if each.email == "mei@shop.example"]
    assert (mei.role, mei.name) == ("viewer", "韩梅梅")


async def test_a_provider_that_is_off_or_unknown_has_no_button_and_no_way_in(
    visitor: httpx.AsyncClient, openid: OpenidProvider, provider: Make, lei: Agent
) -> None:
    made = await provider()
    left = await visitor.get(f"/login/with/{made.uid}")
    back = await openid.sign_in(left.headers["location"], "lei")
    await change.switch(made.organization, made.uid, on=False, by="t")
    assert "/login/with/" not in Page(await visitor.get("/login")).html
    for path in (back, f"/login/with/{made.uid}", f"/login/with/{uuid.uuid4()}", "/login/with/x"):
        answer = await visitor.get(path)
        assert "这种登录方式已关闭" in words_of(answer), path
    assert await Session.count() == 0


async def test_another_organization_s_buttons_are_on_its_own_page(
    visitor: httpx.AsyncClient, org: Organization, other_org: Organization, provider: Make
) -> None:
    await agents.create(org.id, email="owner@shop.example", password=PASSWORD)
    made = await provider()
    for path, shown in (("/login", True), ("/login?org=other", False), ("/login?org=no", False)):
        assert (str(made.uid) in (await visitor.get(path)).text) == shown
    page = Page(await visitor.get("/login?org=other"))
    assert "org=other" in page.attributes("form")[0]["action"]


async def test_who_signs_out_is_led_to_the_page_with_the_button(
    web: Web, org: Organization, other_org: Organization, lei: Agent, provider: Make
) -> None:
    made = await provider()
    stranger = await agents.create(other_org.id, email="a@other.example", password=PASSWORD)
    for who, by, page in (
        (lei, made.uid, "/login"),
        (stranger, made.uid, "/login?org=other"),
        (stranger, None, "/login"),
    ):
        raw = await sessions.start(who, address="", user_agent="", provider=by)
        browser = web(cookies={"sid": raw}, headers={**OURS, "X-CSRF-Token": sessions.csrf(raw)})
        assert (await browser.post("/logout")).headers["location"] == page


async def test_too_many_are_asked_to_wait(
    visitor: httpx.AsyncClient, openid: OpenidProvider, provider: Make, lei: Agent
) -> None:
    made = await provider()
    for _ in range(40):
        await visitor.get(f"/login/with/{made.uid}")
    answer = await visitor.get(f"/login/with/{made.uid}")
    assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (429, True)
    assert "登录过于频繁" in words_of(answer)


async def test_passwords_are_refused_where_a_provider_is_wanted_but_never_to_owners(
    visitor: httpx.AsyncClient, owner: Agent, provider: Make, lei: Agent
) -> None:
    await provider(required=True)
    for who, status in (("lei@shop.example", 422), ("owner@shop.example", 303)):
        answer = await visitor.post(
            "/login", data={"email": who, "password": PASSWORD}, headers=OURS
        )
        assert answer.status_code == status
    wrong = {"email": "lei@shop.example", "password": "wrong"}
    answer = await visitor.post("/login", data=wrong, headers=OURS)
    assert "公司账号登录，" not in words_of(answer)


async def test_one_links_an_identity_oneself_and_signs_in_by_it(
    web: Web, client: httpx.AsyncClient, owner: Agent, openid: OpenidProvider, provider: Make
) -> None:
    made = await provider()
    page = Page(await client.get("/account"))
    [href] = [each for each in page.links() if each.endswith("/link")]
    asked = Page(await come_back(client, openid, href, "mei"))
    assert "韩梅梅" in asked.words
    assert await identities.of(owner.organization, owner.account) == []

    done = await client.post("/account/identities/link", data={"offer": asked.values["offer"]})
    assert done.headers["location"] == "/account?done=linked#identities"
    assert "mei@shop.example" in words_of(await client.get("/account"))
    assert (await come_back(web(), openid, f"/login/with/{made.uid}", "mei")).status_code == 303

    [identity] = await identities.of(owner.organization, owner.account)
    await client.post(f"/account/identities/{identity.id}/unlink")
    assert await identities.of(owner.organization, owner.account) == []


async def test_nothing_is_linked_in_another_s_session(
    web: Web, client: httpx.AsyncClient, openid: OpenidProvider, provider: Make, lei: Agent
) -> None:
    """Whoever sends their answer to somebody who is signed in must not get into that account."""
    made = await provider()
    raw = await sessions.start(lei, address="", user_agent="")
    attacker = web(cookies={"sid": raw}, headers={**OURS, "X-CSRF-Token": sessions.csrf(raw)})
    left = await attacker.get(f"/account/identities/{made.uid}/link")
    back = await openid.sign_in(left.headers["location"], "mei")
    assert (await client.get(back)).status_code == 422

    client.cookies.set("provider", attacker.cookies["provider"])
    answer = await client.get(back)
    assert "这次登录已过期" in words_of(answer)

    left = await attacker.get(f"/account/identities/{made.uid}/link")
    offered = Page(await attacker.get(await openid.sign_in(left.headers["location"], "mei")))
    offer = {"offer": offered.values["offer"]}
    assert (await client.post("/account/identities/link", data=offer)).status_code == 422
    assert (await attacker.post("/account/identities/link", data={"offer": "x"})).status_code == 422
    assert (await attacker.post("/account/identities/link", data=offer)).status_code == 303
    assert await identities.find(made, "mei-1") is not None


async def test_who_has_no_address_at_the_platform_is_linked_by_an_admin(
    client: httpx.AsyncClient, visitor: httpx.AsyncClient, org: Organization, lei: Agent
) -> None:
    async with Platforms() as platforms:
        platforms.people["lei"], platforms.readable = Worker("LiLei"), False
        config = Config(
            kind="wecom", name="企业微信", issuer=platforms.url, client_id=CORP, agent=AGENT
        )
        uid = await change.save(outside.egress(), org.id, None, config, SECRET, by="t")

        async def scan() -> httpx.Response:
            left = await visitor.get(f"/login/with/{uid}")
            return await visitor.get(await platforms.scan(left.headers["location"], "lei"))

        assert "没有与 LiLei 对应的成员" in words_of(await scan())
        here = f"/settings/members/{lei.id}/identities"
        assert "LiLei" not in words_of(await client.get(here))
        typed = {"provider": str(uid), "subject": " LiLei "}
        assert (await client.post(here, data=typed)).status_code == 303
        assert "LiLei" in words_of(await client.get(here))
        assert (await scan()).status_code == 303

        [identity] = await identities.of(org.id, lei.account)
        await client.post(f"{here}/{identity.id}/remove")
        assert "没有与 LiLei 对应的成员" in words_of(await scan())


async def test_a_second_factor_is_asked_for_where_the_provider_is_not_enough(
    web: Web, openid: OpenidProvider, provider: Make, lei: Agent
) -> None:
    made, app = await provider(asks_second=True), await factored.with_app(lei)
    browser = web()
    asked = await come_back(browser, openid, f"/login/with/{made.uid}?next=/deliveries")
    assert (asked.status_code, "sid" in browser.cookies) == (200, False)
    entered = await factored.second(browser, asked, code=await app.code())
    assert entered.headers["location"] == "/deliveries"
    signed = await sessions.find(browser.cookies["sid"])
    assert signed is not None
    assert signed.provider == made.uid

    config = replace(made.config, asks_second=False)
    await change.save(outside.egress(), made.organization, made.uid, config, "", by="t")
    assert (await come_back(web(), openid, f"/login/with/{made.uid}")).status_code == 303


@pytest.mark.parametrize(("asks", "led"), [(False, None), (True, "/account/factors")])
async def test_who_must_have_a_second_factor_may_have_it_at_the_provider(
    web: Web, openid: OpenidProvider, provider: Make, lei: Agent, asks: bool, led: str | None
) -> None:
    demand = {"required": "everybody", "grace_days": "0"}
    await sign_in_policy.save(lei.organization, demand, by="t")
    made, browser = await provider(asks_second=asks), web()
    await come_back(browser, openid, f"/login/with/{made.uid}")
    assert (await browser.get("/inbox")).headers.get("location") == led


async def test_no_other_key_opens_where_a_provider_is_wanted(
    web: Web, provider: Make, lei: Agent
) -> None:
    await provider(required=True)
    device = await factored.with_key(lei)
    answer = device.sign(factored.options(await web().get("/login")))
    refused = await web().post("/login/passkey", data={"response": answer}, headers=OURS)
    assert "您的组织要求用公司账号登录" in words_of(refused).replace(" ", "")
    assert await Session.count() == 0


async def test_an_account_of_several_gets_no_new_key_by_a_provider(
    web: Web, org: Organization, other_org: Organization, lei: Agent, provider: Make
) -> None:
    """Whoever sets this organization's provider up could come back to the other one by it."""
    made = await provider()
    raw = await sessions.start(lei, address="", user_agent="", provider=made.uid)
    signed = await sessions.find(raw)
    assert signed is not None
    assert held.is_fresh(signed.since)
    account = await Account.objects().where(Account.id == lei.account).first()
    assert account is not None
    await agents.add(other_org.id, account, role="agent", name="李雷")
    signed = await sessions.find(raw)
    assert signed is not None
    assert not held.is_fresh(signed.since)


async def test_what_was_being_written_waits_while_a_provider_signs_them_in_in_another_tab(
    visitor: httpx.AsyncClient,
    openid: OpenidProvider,
    provider: Make,
    lei: Agent,
    org: Organization,
    answers: Answers,
    visit: Visit,
) -> None:
    made, left = await provider(), await messages.leave(org, answers, visit, submission_id="one")
    note = {"note": "明天上午回电", "csrf_token": "stale"}
    ended = await visitor.post(f"/inbox/{left.uid}/remark", data=note, headers=OURS)
    kept = {"kept": Page(ended).values["kept"]}
    early = await visitor.post("/login/resume", data=kept, headers=OURS)
    assert Page(early).values["kept"] == kept["kept"]

    await come_back(visitor, openid, f"/login/with/{made.uid}")
    page = Page(await visitor.post("/login/resume", data=kept, headers=OURS))
    [form] = page.attributes("form")
    await visitor.post(form["action"], data=page.values, headers=OURS)
    assert [each.text for each in await Remark.objects()] == ["明天上午回电"]
    for data in ({}, {"kept": "x" * 40}):
        answer = await visitor.post("/login/resume", data=data, headers=OURS)
        assert answer.headers["location"] == "/inbox"
    crossing = {"Sec-Fetch-Site": "cross-site"}
    assert (await visitor.post("/login/resume", data=kept, headers=crossing)).status_code == 403
