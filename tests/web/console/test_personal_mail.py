"""Whether somebody is mailed what concerns them alone is theirs to say, and shown where it went."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import httpx

from app import channel_settings, messages
from app.deliveries import Courier
from app.messages import acts, remarks
from app.people import agents, sessions
from app.rules import reminders
from app.tables import Agent, Organization
from tests.app.deliveries.confirm.conftest import mail, sender
from tests.app.deliveries.conftest import Leave, courier, leave, settled
from tests.app.deliveries.personal.conftest import soon
from tests.app.deliveries.planning import later
from tests.conftest import BASE_URL
from tests.fakes.mail import FakeMail

__all__ = ["courier", "leave", "mail"]

PAGE = "/account"
Web = Callable[..., httpx.AsyncClient]


async def signed_in(web: Web, agent: Agent) -> httpx.AsyncClient:
    raw = await sessions.start(agent, address="127.0.0.1", user_agent="tests")
    headers = {
        "Sec-Fetch-Site": "same-origin",
        "Origin": BASE_URL,
        "X-CSRF-Token": sessions.csrf(raw),
    }
    return web(cookies={"sid": raw}, headers=headers)


async def colleague(org: Organization, role: str) -> Agent:
    return await agents.create(
        org.id, email=f"{role}@shop.example", password="correct horse 9", name="小李", role=role
    )


async def wishes(agent: Agent) -> tuple[bool, bool]:
    found = await Agent.objects().where(Agent.id == agent.id).first()
    assert found is not None
    return found.mail_assigned, found.mail_mentions


async def test_both_are_on_until_somebody_switches_them_off_for_themselves(
    web: Web, org: Organization, owner: Agent
) -> None:
    li = await colleague(org, "agent")
    client = await signed_in(web, li)
    assert (await client.get(PAGE)).text.count(" checked") == 2
    answer = await client.post(f"{PAGE}/mail", data={"mentions": "yes"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?done=saved#mail")
    assert (await wishes(li), await wishes(owner)) == ((False, True), (True, True))
    shown = (await client.get(answer.headers["location"])).text
    assert 'name="mentions" value="yes" checked' in shown
    assert "已保存" in shown
    await client.post(f"{PAGE}/mail", data={"assigned": "yes"})
    assert await wishes(li) == (True, False)


async def test_it_says_when_nobody_is_mailed_and_who_can_change_that(
    web: Web, client: httpx.AsyncClient, org: Organization
) -> None:
    li = await signed_in(web, await colleague(org, "agent"))
    nobody = "没有启用的邮件渠道"
    shown, theirs = (await client.get(PAGE)).text, (await li.get(PAGE)).text
    assert nobody in shown
    assert nobody in theirs
    assert "可以请管理员设置一个" in theirs
    assert "可以请管理员设置一个" not in shown
    raw = {
        "type": "email",
        "name": "公司邮箱",
        "smtp_config": {"host": "127.0.0.1", "port": 2525, "tls_mode": "none"},
        "to": ["team@shop.example"],
        "from": "desk@shop.example",
    }
    await channel_settings.add(org.id, raw, by="tests")
    shown = (await client.get(PAGE)).text
    assert nobody not in shown
    assert "通过渠道“公司邮箱”发送" in shown


async def test_a_viewer_to_whom_nothing_is_given_has_no_such_choice(
    web: Web, org: Organization
) -> None:
    viewer = await signed_in(web, await colleague(org, "viewer"))
    li = await signed_in(web, await colleague(org, "agent"))
    assert "给我发邮件" not in (await viewer.get(PAGE)).text
    assert "给我发邮件" in (await li.get(PAGE)).text


async def test_who_does_something_themselves_is_not_mailed_by_the_console(
    client: httpx.AsyncClient, org: Organization, owner: Agent, mail: FakeMail, leave: Leave
) -> None:
    await channel_settings.add(org.id, sender(mail), by="tests")
    left, li = await leave(), await colleague(org, "agent")
    name = owner.name or owner.email
    for verb, form in (
        ("assign", {"assignee": str(owner.id)}),
        ("remark", {"note": f"@{name} @小李"}),
        ("assign", {"assignee": str(li.id)}),
        ("handle", {"outcome": "phone", "note": f"@{name} @小李"}),
    ):
        answer = await client.post(f"/inbox/{left.uid}/{verb}", data=form)
        assert answer.status_code < 400
    shown = await messages.show(org.id, left.uid)
    alone = [(each.purpose, each.agent, each.state) for each in shown.deliveries if each.agent]
    assert alone == [
        ("mention", str(li.id), "cancelled"),
        ("assigned", str(li.id), "cancelled"),
        ("mention", str(li.id), "pending"),
    ]


async def test_the_message_and_the_log_say_who_was_told(
    client: httpx.AsyncClient,
    api: httpx.AsyncClient,
    org: Organization,
    courier: Courier,
    mail: FakeMail,
    leave: Leave,
) -> None:
    await channel_settings.add(org.id, sender(mail), by="tests")
    left, li = await leave(), await colleague(org, "agent")
    done = await messages.to_one(org.id, left.uid, acts.assigned(li.id), by="Boss")
    await remarks.add(org.id, left.uid, "@小李", visible=False, by="Boss")
    await messages.undo(org.id, uuid.UUID(done.act), by="Boss")
    await soon(courier, org)
    shown = (await client.get(f"/inbox/{left.uid}")).text
    assert "已发邮件告知 小李" in shown
    assert "没有发邮件给 小李" in shown
    log = (await client.get("/deliveries")).text
    assert log.count("<bdi>小李</bdi>") == 2
    answer = await api.get("/api/v1/leavemsg/deliveries?state=sent")
    (mention, _) = answer.json()["items"]
    assert mention["agent"] == {"uid": str(li.id), "name": "小李"}
    assert mention["purpose"] == "mention"
    detail = (await api.get(f"/api/v1/leavemsg/deliveries/{mention['uid']}")).json()
    assert detail["agent"] == mention["agent"]
    assert "@小李" in detail["text"]
    message = (await api.get(f"/api/v1/leavemsg/messages/{left.uid}")).json()
    told = [each["agent"] for each in message["deliveries"]]
    assert told.count(None) == 1
    assert told.count(mention["agent"]) == 2
    # The state of the notices to the team is another matter.
    assert (await messages.one(org.id, left.uid)).deliveries.sent == 1


async def test_the_history_says_which_reminder_went_to_the_assignee(
    client: httpx.AsyncClient, org: Organization, courier: Courier, mail: FakeMail, leave: Leave
) -> None:
    uid = await channel_settings.add(org.id, sender(mail), by="tests")
    steps = [
        {"after_minutes": 10, "channel": uid},
        {"after_minutes": 20, "channel": "assignee"},
    ]
    await reminders.save(org.id, {"chains": [{"steps": steps}]}, by="tests")
    left, li = await leave(), await colleague(org, "agent")
    await messages.to_one(org.id, left.uid, acts.assigned(li.id), by="Boss")
    await soon(courier, org)
    await later(minutes=21)
    await settled(courier, org)
    shown = (await client.get(f"/inbox/{left.uid}")).text
    assert "第 2 次提醒 小李：已送达" in shown


async def test_a_page_of_a_delivery_names_the_agent(
    client: httpx.AsyncClient, org: Organization, mail: FakeMail, leave: Leave
) -> None:
    await channel_settings.add(org.id, sender(mail), by="tests")
    left, li = await leave(), await colleague(org, "agent")
    await messages.to_one(org.id, left.uid, acts.assigned(li.id), by="Boss")
    shown = await messages.show(org.id, left.uid)
    (uid,) = [each.uid for each in shown.deliveries if each.agent]
    page = (await client.get(f"/deliveries/{uid}")).text
    assert "<bdi>小李</bdi>" in page
    assert "Boss 把这条留言分配给您" in page


async def test_the_api_gives_it_to_an_agent_who_is_told(
    api: httpx.AsyncClient, org: Organization, courier: Courier, mail: FakeMail, leave: Leave
) -> None:
    await channel_settings.add(org.id, sender(mail), by="tests")
    left, li = await leave(), await colleague(org, "agent")
    answer = await api.patch(f"/api/v1/leavemsg/messages/{left.uid}", json={"assignee": str(li.id)})
    assert answer.status_code == 200
    await soon(courier, org)
    subjects = {letter.recipients[0]: letter.subject for letter in mail.messages}
    assert set(subjects) == {"team@shop.example", li.email}
    assert "tests 把这条留言分配给您" in subjects[li.email]
