"""What is kept of visitors' addresses."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from app import messages
from app.erasure import addresses, due, retention
from app.fields.check import Answers
from app.messages import Visit, spam_check
from app.tables import Message, Organization
from tests.app.erasure.test_due import NIGHT, NOON

HERE, THERE = "203.0.113.77", "2001:db8:1:2::1"
LONG = "代开发票，量大从优，联系我们的客服，长期有效，价格面议，欢迎来电咨询。" * 3


async def left(org: Organization, ip: str, n: int) -> str:
    answers = Answers(phone="13912345678", content=f"{n}")
    found = await messages.leave(org, answers, Visit(ip=ip), submission_id=f"{n}")
    return await kept(found.uid)


async def kept(uid: str) -> str:
    [row] = await Message.select(Message.ip).where(Message.id == uuid.UUID(uid))
    return str(row["ip"])


async def every(org: Organization) -> list[str]:
    rows = (
        await Message.select(Message.ip).where(Message.organization == org.id).order_by(Message.id)
    )
    return [row["ip"] for row in rows]


async def test_a_message_is_stored_with_as_much_and_earlier_ones_are_reduced_at_night(
    org: Organization,
) -> None:
    assert await left(org, HERE, 1) == HERE
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    for how, now, then in (
        ("network", "2001:db8:1::/48", ["203.0.113.0/24", "2001:db8:1::/48"]),
        ("none", "", ["", "", ""]),
    ):
        policy = await retention.save(org, {"addresses": how}, by="t")
        assert await left(org, THERE, 10 + len(then)) == now
        done = await addresses.tidy(org.id, policy, later)
        assert done == (1 if how == "network" else 2)
        assert await every(org) == then
        assert await addresses.tidy(org.id, policy, later) == 0


async def test_whole_addresses_become_networks_after_their_days(org: Organization) -> None:
    policy = await retention.save(org, {"addresses_days": 30}, by="t")
    await left(org, HERE, 1)
    in_days = [dt.datetime.now(dt.UTC) + dt.timedelta(days=days) for days in (29, 31)]
    assert [await addresses.tidy(org.id, policy, now) for now in in_days] == [0, 1]
    assert await every(org) == ["203.0.113.0/24"]


async def test_they_go_at_night(org: Organization) -> None:
    await left(org, HERE, 1)
    policy = await retention.save(org, {"addresses": "none"}, by="t")
    day = dt.timedelta(days=365)
    await due.look(org.id, policy, "Asia/Shanghai", NOON + day)
    assert await every(org) == [HERE]
    await due.look(org.id, policy, "Asia/Shanghai", NIGHT + day)
    assert await every(org) == [""]


@pytest.mark.parametrize("how", ["full", "network", "none"])
async def test_a_text_that_goes_round_is_noticed_whatever_is_stored(
    org: Organization, how: str
) -> None:
    """From four networks, with nothing in common but the text."""
    await retention.save(org, {"addresses": how}, by="t")
    found = []
    for n in range(5):
        answers, ip = Answers(phone=f"1391234567{n}", content=LONG), f"198.51.{n}.7"
        found.append(await spam_check.reason(org, answers, ip))
        await messages.leave(org, answers, Visit(ip=ip), submission_id=f"{n}")
    assert found == ["", "", "", "same_text", "same_text"]
