"""Replying from the page of a message, as a browser without scripts does it."""

from __future__ import annotations

import httpx

from app import channel_settings
from app.messages import remarks
from app.tables import Delivery, Organization
from tests.web.console.conftest import Leave
from tests.web.console.test_confirmation import RAW
from tests.web.reading import Page

REPLY = {"text": "明天送到", "visible": "yes"}


async def opened(client: httpx.AsyncClient, uid: str) -> Page:
    return Page(await client.get(f"/inbox/{uid}"))


async def test_where_it_goes_is_said_before_it_is_sent(
    client: httpx.AsyncClient, org: Organization, leave: Leave
) -> None:
    left = await leave(email="zhangsan@qq.com")
    page = await opened(client, left.uid)
    assert "对方不会收到邮件：没有可用的邮件渠道。 去修改" in page.words
    assert "/settings/channels" in page.links()
    await channel_settings.add(org.id, RAW, by="tests")
    assert "将发送到 zh***@qq.com" in (await opened(client, left.uid)).words
    without = await leave("again", email="")
    assert "对方不会收到邮件：没有留邮箱。" in (await opened(client, without.uid)).words


async def test_it_is_taken_back_with_its_words(
    client: httpx.AsyncClient, org: Organization, leave: Leave
) -> None:
    await channel_settings.add(org.id, RAW, by="tests")
    left = await leave(email="zhangsan@qq.com")
    answer = await client.post(f"/inbox/{left.uid}/remark", data=REPLY)
    page = Page(await client.get(answer.headers["location"]))
    assert "回复将在 10 秒后发出" in page.words
    assert "邮件待发出" in page.words
    (said,) = await remarks.of(org.id, left.uid)
    back = Page(await client.post(f"/inbox/{left.uid}/unreply/{said.uid}"))
    assert "回复已撤回，没有发出。" in back.words
    assert back.values["text"].strip() == "明天送到"
    assert await remarks.of(org.id, left.uid) == []
    assert "在发出前撤回了回复" in back.words


async def test_what_has_gone_is_not_taken_back_and_what_failed_is_sent_again(
    client: httpx.AsyncClient, org: Organization, leave: Leave
) -> None:
    await channel_settings.add(org.id, RAW, by="tests")
    left = await leave(email="zhangsan@qq.com")
    await client.post(f"/inbox/{left.uid}/remark", data=REPLY)
    mine = Delivery.purpose == "reply"
    failed = {Delivery.state: "failed", Delivery.done_at: Delivery.created_at}
    await Delivery.update(failed).where(mine)
    (said,) = await remarks.of(org.id, left.uid)
    late = await client.post(f"/inbox/{left.uid}/unreply/{said.uid}")
    assert late.status_code == 409
    page = Page(late)
    assert "回复已经发出，不能撤回" in page.words
    assert "邮件没送到" in page.words
    assert "回复没能发到访客的邮箱" in page.words
    delivery = await Delivery.objects().where(mine).first()
    assert delivery is not None
    await client.post(f"/inbox/{left.uid}/replay", data={"delivery": str(delivery.id)})
    states = await Delivery.select(Delivery.state).where(mine)
    assert states == [{"state": "pending"}]
