"""The five kinds of notification, as the product's own documentation writes them, and what tests
do with them."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from app import channel_settings, database, messages
from app.deliveries.rows import CHANNEL, ChannelRow
from app.errors import Invalid
from app.fields.check import Answers
from app.messages import Visit
from app.tables import Channel, Organization

WECOM: dict[str, Any] = {
    "type": "wecom",
    "webhook_url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=YOUR_KEY",
    "enabled": True,
}
DINGTALK: dict[str, Any] = {
    "type": "dingtalk",
    "webhook_url": "https://oapi.dingtalk.com/robot/send?access_token=YOUR_TOKEN",
    "enabled": True,
}
FEISHU: dict[str, Any] = {
    "type": "feishu",
    "webhook_url": "https://open.feishu.cn/open-apis/bot/v2/hook/YOUR_WEBHOOK_ID",
    "enabled": True,
}
EMAIL: dict[str, Any] = {
    "type": "email",
    "smtp_config": {
        "host": "smtp.example.com",
        "port": 587,
        "secure": True,
        "auth": {"user": "your-email@example.com", "pass": "your-password"},
    },
    "to": ["admin@example.com", "support@example.com"],
    "enabled": True,
}
CUSTOM: dict[str, Any] = {
    "type": "custom",
    "webhook_url": "https://your-server.com/webhook/leavemsg",
    "method": "POST",
    "headers": {"Content-Type": "application/json", "Authorization": "Bearer YOUR_TOKEN"},
    "enabled": True,
}
FIVE = (WECOM, DINGTALK, FEISHU, EMAIL, CUSTOM)
SECRETS = ("YOUR_KEY", "YOUR_TOKEN", "YOUR_WEBHOOK_ID", "your-password")
HOOK: dict[str, Any] = {"type": "custom", "webhook_url": "http://127.0.0.1:9/hook"}


def hook(place: str, **more: Any) -> dict[str, Any]:
    return {"type": "custom", "webhook_url": f"http://127.0.0.1:9/{place}", **more}


BY = "owner@shop.example"


async def replace(org: Organization, *entries: Any, **limits: Any) -> list[dict[str, Any]]:
    saved = await channel_settings.replace(
        org.id, {"notifications": list(entries), **limits}, by=BY
    )
    listed: list[dict[str, Any]] = saved["notifications"]
    return listed


async def faults(org: Organization, payload: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        await channel_settings.replace(org.id, payload, by=BY)
    return [(problem.pointer, problem.code) for problem in caught.value.problems]


async def channels() -> list[ChannelRow]:
    query = Channel.select(*CHANNEL).order_by(Channel.position, Channel.id)
    return await database.rows(ChannelRow, query)


async def leave(org: Organization, text: str = "hello") -> None:
    answers = Answers(content=text, phone="13800138000")
    await messages.leave(org, answers, Visit(), submission_id=uuid.uuid4().hex)


async def states() -> list[tuple[str, str]]:
    rows = await database.rows(dict, "SELECT state, reason FROM delivery ORDER BY id")
    return [(row["state"], row["reason"]) for row in rows]
