"""Replies by mail in the settings, as a browser without scripts uses them."""

from __future__ import annotations

import httpx

from app import channel_settings
from app.mail import change
from app.tables import Organization
from tests.web.console.test_confirmation import RAW
from tests.web.reading import Page

HERE = "/settings/reply-mail"


async def test_all_of_it_is_set_and_read_again(
    client: httpx.AsyncClient, org: Organization
) -> None:
    assert "还没有能发信的邮件渠道" in Page(await client.get(HERE)).words
    channel = await channel_settings.add(org.id, RAW, by="tests")
    typed = {"on": "yes", "channel": channel, "answer_to": "hi@shop.example", "plus": "yes"}
    own = {"own-0-opening": "您好", "own-0-signature": "{shop} 敬上"}
    answer = await client.post(HERE, data={**typed, **own})
    page = Page(await client.get(answer.headers["location"]))
    assert "已保存" in page.words
    assert (page.values["channel"], page.values["own-0-signature"].strip()) == (
        channel,
        "{shop} 敬上",
    )
    found = await change.read(org.id)
    assert (found.on, found.plus, found.answer_to) == (True, True, "hi@shop.example")
    assert [(each.language, each.opening) for each in found.texts] == [(org.locale, "您好")]
    await client.post(HERE, data={})
    assert not (await change.read(org.id)).on


async def test_a_fault_stands_at_its_field_and_nothing_typed_is_lost(
    client: httpx.AsyncClient, org: Organization
) -> None:
    typed = {"on": "yes", "answer_to": "nobody", "own-1-signature": "x" * 2001}
    answer = await client.post(HERE, data=typed)
    assert answer.status_code == 422
    page = Page(answer)
    assert (page.values["answer_to"], len(page.values["own-1-signature"].strip())) == (
        "nobody",
        2001,
    )
    assert {"#answer_to", "#own-1-signature"} <= set(page.links())
