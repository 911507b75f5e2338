"""My account, protecting the sign-in; what an organization demands; what admins take away."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable

import httpx
import pyotp
import pytest

from app import channel_settings, messages
from app.deliveries.personal import letter
from app.fields.check import Answers
from app.messages import Visit
from app.people import agents, audit, sessions, sign_in_policy
from app.people.factors import codes, held, passkeys, remembered, totp
from app.tables import Agent, Organization, Remark, Session
from tests.app.deliveries.confirm.conftest import mail, sender
from tests.conftest import BASE_URL
from tests.fakes.authenticator import Authenticator as Device
from tests.fakes.mail import FakeMail
from tests.web.console import factored
from tests.web.console.factored import options
from tests.web.reading import Page

__all__ = ["mail"]

PAGE = "/account/factors"
CODE = re.compile(r"<code>([a-z2-9]{4}(?:-[a-z2-9]{4}){3})</code>")
Web = Callable[..., httpx.AsyncClient]
NOW_DEMANDED = {"required": "everybody", "grace_days": "0", "passkeys": "yes", "device_days": "30"}


async def signed_in(web: Web, agent: Agent) -> httpx.AsyncClient:
    raw = await sessions.start(agent, address="127.0.0.1", user_agent="tests")
    headers = {
        "Sec-Fetch-Site": "same-origin",
        "Origin": BASE_URL,
        "X-CSRF-Token": sessions.csrf(raw),
    }
    return web(cookies={"sid": raw}, headers=headers)


async def stale() -> None:
    """Everybody has been signed in for an hour."""
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    await Session.update({Session.created_at: long_ago}, force=True)


async def actions(agent: Agent) -> list[str]:
    return [each.action for each in await audit.of(agent.organization, agent.id)]


async def set_up_app(client: httpx.AsyncClient, agent: Agent) -> httpx.Response:
    begun = await client.post(f"{PAGE}/app")
    assert begun.headers["location"] == f"{PAGE}/app"
    page = await client.get(f"{PAGE}/app")
    secret = await totp.begun(agent.account)
    assert "<svg" in page.text
    assert secret in page.text
    code = pyotp.TOTP(secret).at(int(time.time()))
    return await client.post(f"{PAGE}/app/confirm", data={"code": code})


async def test_an_app_is_set_up_and_ten_codes_are_shown_once(
    client: httpx.AsyncClient, owner: Agent
) -> None:
    elsewhere = await sessions.start(owner, address="", user_agent="")
    shown = await set_up_app(client, owner)
    made = CODE.findall(shown.text)
    assert len(made) == 10
    assert await sessions.find(elsewhere) is None
    later = await client.get(PAGE)
    assert CODE.findall(later.text) == []
    assert "还剩 10 个" in Page(later).words
    assert (await client.get(f"{PAGE}/app")).headers["location"] == PAGE
    assert await codes.use(owner.account, made[0])
    assert await actions(owner) == ["authenticator.added", "recovery_codes.made"]


async def test_a_wrong_code_sets_nothing_up(client: httpx.AsyncClient, owner: Agent) -> None:
    await client.post(f"{PAGE}/app")
    answer = await client.post(f"{PAGE}/app/confirm", data={"code": "000000"})
    assert answer.status_code == 422
    assert "请检查手机时间" in Page(answer).words
    assert not await held.has(owner.account)


async def test_new_codes_end_the_old_ones_and_all_go_with_the_last_factor(
    client: httpx.AsyncClient, owner: Agent
) -> None:
    first = CODE.findall((await set_up_app(client, owner)).text)
    again = CODE.findall((await client.post(f"{PAGE}/codes")).text)
    assert set(first).isdisjoint(again)
    assert not await codes.use(owner.account, first[0])
    assert (await client.post(f"{PAGE}/app/remove")).status_code == 303
    assert not await held.has(owner.account)
    assert await codes.left(owner.account) == 0
    assert (await client.post(f"{PAGE}/codes")).status_code == 404


async def test_passkeys_are_added_named_and_removed(
    client: httpx.AsyncClient, owner: Agent
) -> None:
    device, other = Device(), Device()
    for each, name in ((device, "办公室笔记本"), (other, "")):
        answer = each.create(options(await client.get(PAGE)))
        data = {"response": answer, "name": name}
        assert (await client.post(f"{PAGE}/passkeys", data=data)).status_code < 400
    one, two = await passkeys.of(owner.account)
    assert "办公室笔记本" in (await client.get(PAGE)).text
    await client.post(f"{PAGE}/passkeys/{two.id}", data={"name": "手机"})
    await client.post(f"{PAGE}/passkeys/{one.id}/remove")
    assert [each.name for each in await passkeys.of(owner.account)] == ["手机"]
    assert (await actions(owner))[-1] == "passkey.removed"


async def test_the_answer_of_another_session_is_refused(
    client: httpx.AsyncClient, web: Web, owner: Agent
) -> None:
    asked = options(await (await signed_in(web, owner)).get(PAGE))
    data = {"response": Device().create(asked), "name": "x"}
    answer = await client.post(f"{PAGE}/passkeys", data=data)
    assert answer.status_code == 422
    assert await passkeys.of(owner.account) == []


async def test_a_factor_added_or_removed_forgets_remembered_browsers(
    client: httpx.AsyncClient, owner: Agent
) -> None:
    await set_up_app(client, owner)
    for act in ("passkeys", "app/remove"):
        await remembered.keep(owner.account, "n", days=30, address="", user_agent="")
        data = {"response": ""}
        if act == "passkeys":
            data["response"] = Device().create(options(await client.get(PAGE)))
        await client.post(f"{PAGE}/{act}", data=data)
        assert await remembered.of(owner.account) == []


async def test_browsers_are_listed_and_forgotten(client: httpx.AsyncClient, owner: Agent) -> None:
    await set_up_app(client, owner)
    for number in ("one", "two", "three"):
        more = {"address": "192.0.2.9", "user_agent": "Mozilla/5.0 Firefox/140.0"}
        await remembered.keep(owner.account, number, days=30, **more)
    assert (await client.get(PAGE)).text.count("192.0.2.9") == 3
    first, *_ = await remembered.of(owner.account)
    await client.post(f"{PAGE}/devices/{first.id}/end")
    assert len(await remembered.of(owner.account)) == 2
    await client.post(f"{PAGE}/devices/end")
    assert await remembered.of(owner.account) == []


async def test_anothers_things_are_not_touched(
    client: httpx.AsyncClient, other_org: Organization
) -> None:
    stranger = await agents.create(
        other_org.id, email="s@other.example", password="correct horse 9"
    )
    await factored.with_key(stranger)
    await remembered.keep(stranger.account, "n", days=30, address="", user_agent="")
    [key], [device] = await passkeys.of(stranger.account), await remembered.of(stranger.account)
    for path in (f"passkeys/{key.id}/remove", f"devices/{device.id}/end", "devices/end"):
        await client.post(f"{PAGE}/{path}")
    await client.post(f"{PAGE}/passkeys/{key.id}", data={"name": "x"})
    assert [each.name for each in await passkeys.of(stranger.account)] == ["phone"]
    assert len(await remembered.of(stranger.account)) == 1


async def test_long_after_the_sign_in_nothing_is_changed_here(
    client: httpx.AsyncClient, owner: Agent
) -> None:
    await factored.with_app(owner)
    key = await factored.with_key(owner)
    await client.post(f"{PAGE}/codes")
    await stale()
    page = Page(await client.get(PAGE))
    assert "重新登录" in page.words
    assert [each for each in page.attributes("button") if "data-options" in each] == []
    [mine] = await passkeys.of(owner.account)
    before = await held.of(owner.account)
    for path in ("app", "app/remove", "codes", "passkeys", f"passkeys/{mine.id}/remove"):
        assert (await client.post(f"{PAGE}/{path}")).headers["location"] == PAGE
    assert await held.of(owner.account) == before
    assert key.count == 0


async def test_who_must_have_one_gets_to_nothing_else(
    client: httpx.AsyncClient, owner: Agent
) -> None:
    assert (await client.post("/settings/sign-in", data=NOW_DEMANDED)).status_code == 303
    for path in ("/inbox", "/settings/sign-in", "/account", "/overview"):
        assert (await client.get(path)).headers["location"] == PAGE
    assert (await client.post("/account/sessions/others/end")).headers["location"] == PAGE
    page = await client.get(PAGE)
    assert "要求开启两步验证" in Page(page).words
    htmx = await client.get("/inbox", headers={"HX-Request": "true"})
    assert (htmx.status_code, htmx.headers["hx-redirect"]) == (403, PAGE)

    await set_up_app(client, owner)
    assert (await client.get("/inbox")).status_code == 200


async def test_until_then_every_page_says_so(client: httpx.AsyncClient, owner: Agent) -> None:
    await client.post("/settings/sign-in", data={**NOW_DEMANDED, "grace_days": "3"})
    assert "您的单位要求开启两步验证" in Page(await client.get("/inbox")).words
    await factored.with_app(owner)
    assert "您的单位要求开启两步验证" not in Page(await client.get("/inbox")).words


@pytest.mark.parametrize(("role", "led"), [("admin", True), ("agent", False), ("viewer", False)])
async def test_only_those_who_must_are_led_there(
    web: Web, org: Organization, role: str, led: bool
) -> None:
    agent = await agents.create(
        org.id, email="x@shop.example", password="correct horse 9", role=role
    )
    await sign_in_policy.save(org.id, {**NOW_DEMANDED, "required": "admins"}, by="t")
    answer = await (await signed_in(web, agent)).get("/inbox")
    assert (answer.headers.get("location") == PAGE) == led


async def test_a_note_begun_before_the_time_was_over_is_kept(
    client: httpx.AsyncClient, owner: Agent, org: Organization, answers: Answers, visit: Visit
) -> None:
    left = await messages.leave(org, answers, visit, submission_id="one")
    await sign_in_policy.save(org.id, NOW_DEMANDED, by="t")
    answer = await client.post(f"/inbox/{left.uid}/remark", data={"note": "明天回电"})
    page = Page(answer)
    assert answer.status_code == 403
    assert "明天回电" in page.words
    await factored.with_app(owner)
    [form] = page.attributes("form")
    await client.post(form["action"], data=page.values)
    assert [each.text for each in await Remark.objects()] == ["明天回电"]


async def test_an_admin_removes_what_a_member_has_lost_and_they_are_told(
    client: httpx.AsyncClient, owner: Agent, org: Organization, mail: FakeMail
) -> None:
    await channel_settings.add(org.id, sender(mail), by="tests")
    li = await agents.create(
        org.id, email="li@shop.example", password="correct horse 9", role="agent"
    )
    await factored.with_app(li)
    await factored.with_key(li)
    await factored.with_codes(li)
    raw = await sessions.start(li, address="", user_agent="")
    member = f"/settings/members/{li.id}"
    assert f"{member}/factors" in (await client.get(member)).text

    assert (await client.post(f"{member}/factors")).headers["location"] == f"{member}?done=factors"
    found = await held.of(li.account)
    assert (found.any, found.codes) == (False, 0)
    assert await sessions.find(raw) is None
    await letter.posted()
    assert [each.recipients for each in mail.messages] == [[li.email]]
    assert (await actions(li))[-1] == "second_factor.removed"
    assert f"{member}/factors" not in (await client.get(member)).text


async def test_who_changes_their_sign_in_is_told_so_that_nobody_else_does(
    client: httpx.AsyncClient, owner: Agent, org: Organization, mail: FakeMail
) -> None:
    await channel_settings.add(org.id, sender(mail), by="tests")
    await set_up_app(client, owner)
    await client.post(f"{PAGE}/app/remove")
    await letter.posted()
    told = [str(each.message.get_body(("plain",))) for each in mail.messages]
    assert [each.recipients for each in mail.messages] == [[owner.email]] * 2
    assert len(set(told)) == 2


async def test_an_admin_removes_none_of_an_owner_or_of_somebody_elsewhere(
    web: Web, client: httpx.AsyncClient, org: Organization, owner: Agent, other_org: Organization
) -> None:
    admin = await agents.create(
        org.id, email="a@shop.example", password="correct horse 9", role="admin"
    )
    await factored.with_app(owner)
    by_admin = await signed_in(web, admin)
    assert (await by_admin.post(f"/settings/members/{owner.id}/factors")).status_code == 404

    stranger = await agents.create(
        other_org.id, email="s@other.example", password="correct horse 9"
    )
    await factored.with_app(stranger)
    assert (await client.post(f"/settings/members/{stranger.id}/factors")).status_code == 404
    [theirs] = await agents.Account.objects().where(agents.Account.id == stranger.account)
    here = await agents.add(org.id, theirs, role="agent", name="")
    refused = await client.post(f"/settings/members/{here.id}/factors")
    assert refused.status_code == 422
    assert "还属于其他单位" in Page(refused).words
    assert await held.has(stranger.account)
    assert await held.has(owner.account)


async def test_the_settings_say_how_many_have_none(
    client: httpx.AsyncClient, owner: Agent, org: Organization
) -> None:
    await agents.create(org.id, email="li@shop.example", password="correct horse 9", role="agent")
    assert "还有 2 位成员没有开启" in Page(await client.get("/settings/sign-in")).words
    assert "没有两步验证" not in Page(await client.get("/settings/members")).words
    await client.post("/settings/sign-in", data={**NOW_DEMANDED, "grace_days": "9"})
    assert Page(await client.get("/settings/members")).words.count("没有两步验证") == 2
    await factored.with_app(owner)
    assert "还有 1 位成员没有开启" in Page(await client.get("/settings/sign-in")).words
    assert Page(await client.get("/settings/members")).words.count("没有两步验证") == 1


async def test_what_cannot_be_is_named_and_kept(client: httpx.AsyncClient) -> None:
    answer = await client.post("/settings/sign-in", data={**NOW_DEMANDED, "grace_days": "999"})
    page = Page(answer)
    assert answer.status_code == 422
    assert page.values["grace_days"] == "999"
    assert "请填写 0 到 90 天" in page.words
