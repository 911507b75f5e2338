"""What a dispatch carries, as people read it."""

from __future__ import annotations

import json

import pytest

from app import database, messages
from app.brands import change as brands
from app.catalogue import say
from app.channels.sender import Sender
from app.deliveries import Courier
from app.deliveries.parcel import pack
from app.deliveries.sealed import sender_of
from app.errors import SendError
from app.fields.check import Answers
from app.messages import corrected, remarks, withdrawn
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave, add, courier, fakes, leave, settled
from tests.app.deliveries.planning import HOOK, WECOM, all_plans, later, went
from tests.fakes.vendors import FakeVendors

__all__ = ["add", "courier", "fakes", "leave"]


async def read(org: Organization) -> list[str]:
    """The texts of everything that is planned now."""
    said = []
    for planned in await all_plans(org):
        sender: Sender = sender_of(planned.channel)
        said.append(sender.preview(await pack(planned)))
    return said


async def test_an_addition_says_to_what_and_leads_there(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("wecom", fakes.add_bot("wecom", "k"), template="新留言 {{message.content}}")
    left = await leave("first words")
    await settled(courier, org)

    await remarks.append(org.id, left.uid, "my order is 123")
    await settled(courier, org)

    said = fakes.calls("wecom", "k")[-1].parsed["markdown"]["content"]
    assert said.startswith(f"**补充 {left.reference}**")
    assert "> my order is 123" in said
    assert f"/inbox/{left.uid})" in said


async def test_what_a_visitor_does_with_their_message_is_told_with_the_contact_of_now(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("wecom", fakes.add_bot("wecom", "k"))
    left = await leave("first words")
    await settled(courier, org)

    async def told() -> str:
        await settled(courier, org)
        text: str = fakes.calls("wecom", "k")[-1].parsed["markdown"]["content"]
        return text

    await remarks.append(org.id, left.uid, "my order is 123")
    await corrected.correct(org.id, left.uid, {"phone": "13900139000"}, {})
    said = await told()
    assert "访客更正了联系方式" in said
    assert "my order is 123" in said, "what waited goes with it"
    assert "13900139000" in said
    await withdrawn.withdraw(org.id, left.uid)
    assert "访客撤回了这条留言" in await told()
    await withdrawn.resume(org.id, left.uid)
    assert "访客取消了撤回" in await told()


async def test_a_program_is_told_what_the_visitor_did_and_of_a_new_message_nothing_more(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", HOOK + "a")
    left = await leave("first words")
    (said,) = await read(org)
    assert "action" not in json.loads(said)
    await went(await all_plans(org))
    await corrected.correct(org.id, left.uid, {"phone": "13900139000"}, {})
    (said,) = await read(org)
    told = json.loads(said)
    assert (told["type"], told["action"]) == ("leave_message", "corrected")
    assert told["visitor"]["phone"] == "13900139000"


async def test_in_a_digest_an_addition_is_not_new(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("wecom", WECOM + "x", rate_limit_per_minute=2)
    left = await leave("first words")
    await went(await all_plans(org))
    await remarks.append(org.id, left.uid, "my order is 123")
    await leave("other words")

    (said,) = await read(org)

    assert said.startswith("**1 条新留言，1 条补充**")
    assert f"> 补充 {left.reference}" in said


BUSY_HINT = "DingTalk is busy. It is tried again by itself."


@pytest.mark.parametrize(
    ("locale", "error", "advice"),
    [
        ("zh-CN", SendError("gone", "93000"), "换成新的地址"),
        ("zh-CN", SendError("gone", "1", hint=BUSY_HINT), say("zh-CN", BUSY_HINT)),
        ("en", SendError("gone", "1", hint="Add {ip}.", facts={"ip": "1.2.3.4"}), "Add 1.2.3.4."),
        ("en", SendError("permanent_config", "http_404"), "settings are wrong"),
    ],
)
async def test_an_alert_says_what_to_do(
    org: Organization, add: Add, leave: Leave, locale: str, error: SendError, advice: str
) -> None:
    await database.execute("UPDATE organization SET locale = ? WHERE id = ?", locale, org.id)
    await add("custom", HOOK + "a", name="CRM")
    await leave()
    plans = await all_plans(org)
    await add("wecom", WECOM + "b")
    await went(plans, error)

    (said,) = await read(org)

    assert f"CRM: {error.code}\n" in said
    assert advice in said


async def test_a_first_redirect_after_other_troubles_is_the_first(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    redirect = {"status": 302, "headers": {"Location": "https://n.example/"}}
    url = fakes.add_hook("x", [redirect])
    await add("custom", url)
    left = await leave()
    for _ in range(2):
        await went(await all_plans(org), SendError("retry", "http_503", http_status=503))
        await later(minutes=10)
    await settled(courier, org)

    (sent,) = (await messages.show(org.id, left.uid)).deliveries
    assert [each.code for each in sent.attempts] == ["http_503", "http_503", "http_302"]
    assert sent.attempts[-1].outcome == "retry"


async def test_with_several_brands_a_notice_names_the_messages(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("wecom", WECOM + "x", template="品牌：{{brand.name}}\n{{message.content}}")
    await leave("one brand")
    (said,) = await read(org)
    assert "品牌" not in said
    made = await brands.add(org, "tea", "茶馆 **1**", by="x")
    visit = messages.Visit(brand=made.id)
    await messages.leave(org, Answers(content="two"), visit, submission_id="two")
    await leave("three")
    said = "\n".join(await read(org))
    assert "品牌：茶馆" in said
    assert f"品牌：{org.name}" in said
    assert "**1**" not in said
