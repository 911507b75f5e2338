"""What a host page learns before anybody clicks."""

from __future__ import annotations

import datetime as dt
import gzip

import msgspec

from app import presence, widget
from app.brands.shape import first
from app.tables import Organization
from app.widget import Boot


async def test_a_new_organization_needs_few_words(org: Organization) -> None:
    assert (await widget.boot(first(org))).document() == b'{"state":"offline"}'


async def test_presence_and_its_next_change_are_in_it(org: Organization) -> None:
    until = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    await presence.override(org.id, state="online", until=until, by="x")
    found = await widget.boot(first(org))

    assert found.state == "online"
    assert found.next == f"{until:%Y-%m-%dT%H:%M:%SZ}"


async def test_a_change_is_in_it_at_once(org: Organization) -> None:
    await widget.boot(first(org))
    await widget.save(org.id, {"side": "left", "label_zh-CN": "联系我们"}, by="x")
    found = await widget.boot(first(org))

    assert (found.side, found.labels) == ("left", {"zh-CN": "联系我们"})
    assert msgspec.json.decode(found.document())["label_zh"] == "联系我们"


async def test_the_chat_is_told_of_only_where_it_is_used(org: Organization) -> None:
    form = {"chat_link": "https://chat.example/", "online": "hide"}
    await widget.save(org.id, form, by="x")
    assert (await widget.boot(first(org))).chat == ""

    await widget.save(org.id, {"online": "link"}, by="x")
    assert (await widget.boot(first(org))).chat == "https://chat.example/"


def test_the_fullest_document_is_small() -> None:
    full = Boot(
        state="offline",
        lang="en",
        labels={"zh-CN": "联系我们的客服团队吧", "en": "Write to our whole team"},
        accent="#aa0000",
        side="left",
        theme="dark",
        show="always",
        online="link",
        chat="https://chat.shop.example/room/with/a/long/path?source=widget",
        phone="+86 400-800-1234",
        email="customer-service@shop.example",
        wechat="customer-service_01",
        next="2027-01-01T01:00:00Z",
    )

    assert len(gzip.compress(full.document(), 9)) <= 400
