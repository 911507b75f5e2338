"""The order of the keys is a promise."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from app.messages import Row, Sent, Shown, Tally, Try
from web.api import shapes

NOON = dt.datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=dt.UTC)


@pytest.fixture
def row() -> Row:
    return Row(
        uid="u1",
        reference="LM-7K3F9Q",
        shown_reference="LM-7K3F9Q",
        status="pending",
        name="张三",
        phone="13800138000",
        email="zhangsan@example.com",
        ip="192.168.1.100",
        user_agent="Mozilla/5.0",
        language="zh-CN",
        content="我想咨询一下产品价格",
        category="产品咨询",
        fields={"size": "L"},
        source="web_chat",
        page_url="https://shop.example/",
        referrer="",
        created_at=NOON,
        read_at=None,
        handled_at=None,
        handled_by="",
        outcome="",
        note="",
        solved="",
        repeats=3,
        repeat_of=None,
        deliveries=Tally(pending=1, sent=2, failed=0, cancelled=0),
    )


def as_json(value: Any) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(value))
    return plain


def test_an_item_of_the_list_begins_with_the_promised_keys(row: Row) -> None:
    item = as_json(shapes.Message.of(row))

    assert list(item)[:11] == [
        *("uid", "reference", "status", "visitor", "message", "fields", "source", "page_url"),
        *("created_at", "repeats", "deliveries"),
    ]
    assert item["visitor"] == {
        "name": "张三",
        "phone": "13800138000",
        "email": "zhangsan@example.com",
        "ip": "192.168.1.100",
        "user_agent": "Mozilla/5.0",
        "wechat": "",
    }
    assert item["deliveries"] == {"pending": 1, "sent": 2, "failed": 0, "cancelled": 0}
    assert item["created_at"] == "2026-11-22T08:00:00Z"


def test_times_of_any_zone_are_told_in_utc(row: Row) -> None:
    row.created_at = NOON.astimezone(dt.timezone(dt.timedelta(hours=8)))

    assert as_json(shapes.Message.of(row))["created_at"] == "2026-11-22T08:00:00Z"


def test_a_detail_has_every_delivery_with_its_attempts(row: Row) -> None:
    attempt = Try(
        number=1,
        started_at=NOON,
        finished_at=None,
        outcome="gone",
        code="93000",
        message="invalid webhook url",
        hint="Copy {what} again.",
        facts={"what": "it"},
        http_status=200,
        duration_ms=41,
        response="{}",
    )
    sent = Sent(
        uid="d1",
        channel_uid="c1",
        channel_name="客服群",
        kind="wecom",
        purpose="new",
        state="failed",
        due_at=NOON,
        created_at=NOON,
        done_at=None,
        reason="gone",
        dispatch="x1",
        shared=1,
        attempts=[attempt],
    )

    def say(msgid: str, facts: dict[str, str]) -> str:
        return msgid.format(**facts)

    detail = as_json(shapes.MessageDetail.of(Shown(row, [row], [sent]), say, []))

    assert list(detail)[:11] == list(as_json(shapes.Message.of(row)))[:11]
    (delivery,) = detail["deliveries"]
    assert delivery["channel"] == {"uid": "c1", "type": "wecom", "name": "客服群"}
    assert (delivery["state"], delivery["attempts"][0]["hint"]) == ("failed", "Copy it again.")
    assert [each["uid"] for each in detail["linked"]] == ["u1"]
