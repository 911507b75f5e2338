"""The form builder, as a browser without scripts uses it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from app import fields, organizations
from app.tables import Audit, Message, Organization
from tests.web.reading import Page

HERE = "/settings/form"


async def posted(client: httpx.AsyncClient, path: str, **data: str) -> Page:
    answer = await client.post(HERE + path, data=data)
    while answer.status_code == 303:
        answer = await client.get(answer.headers["location"])
    return Page(answer)


async def added(client: httpx.AsyncClient, kind: str, **changes: str) -> str:
    """A new field, set up; its key."""
    answer = await client.post(f"{HERE}/add", data={"kind": kind})
    key = answer.headers["location"].split("/")[-1].split("?")[0]
    page = Page(await client.get(f"{HERE}/fields/{key}"))
    values = {**page.values, "in_notice": "on", **changes}
    answer = await client.post(f"{HERE}/fields/{key}", data=values)
    assert answer.status_code == 303, Page(answer).words
    return values.get("key", key)


async def test_a_new_field_goes_from_the_builder_to_the_visitor_and_the_inbox(
    client: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    key = await added(client, "text", key="order_no", label_zh="订单号", preset="order", in_list="on")
    assert "订单号" not in (await visitor.get("/w/default")).text
    await posted(client, "/publish")

    page = Page(await visitor.get("/w/default"))
    values = {**page.values, "content": "包裹呢", "phone": "13800138000", f"f-{key}": "ＡB-12345"}
    assert (await visitor.post("/w/default", data=values)).status_code == 303

    row = await Message.objects().first()
    assert row is not None
    assert row.form_version == 1
    inbox = Page(await client.get("/inbox"))
    assert "订单号: AB-12345" in inbox.words
    assert "订单号" in Page(await client.get(f"/inbox/{row.id}")).words
