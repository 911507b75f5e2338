"""The documented configuration examples, posted as they stand (hosts replaced), deliver."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes.mail import FakeMail
from tests.fakes.vendors import FakeVendors
from tests.processes import Process, command, serve

UNIFIED = {
    "type": "leave_message",
    "visitor": {
        "name": "张三",
        "phone": "13800138000",
        "email": "zhangsan@example.com",
        "ip": "127.0.0.1",
    },
    "message": {"content": "我想咨询一下产品价格", "category": "产品咨询"},
    "source": "web_chat",
}


@pytest.fixture
async def mail() -> AsyncIterator[FakeMail]:
    async with FakeMail() as running:
        running.passwords.add("your-password")
        yield running


@pytest.fixture
async def fakes() -> AsyncIterator[FakeVendors]:
    async with FakeVendors() as running:
        yield running


@pytest.fixture
async def product(tmp_path: Path, mail: FakeMail) -> AsyncIterator[Process]:
    running = serve(tmp_path / "data", LEAVEMSG_CA_FILE=mail.ca_file).start()
    await running.ready()
    yield running
    running.stop()


def notifications(fakes: FakeVendors, mail: FakeMail) -> list[dict[str, Any]]:
    return [
        {"type": "wecom", "webhook_url": fakes.add_bot("wecom", "YOUR_KEY"), "enabled": True},
        {
            "type": "dingtalk",
            "webhook_url": fakes.add_bot("dingtalk", "YOUR_TOKEN"),
            "enabled": True,
        },
        {
            "type": "feishu",
            "webhook_url": fakes.add_bot("feishu", "YOUR_WEBHOOK_ID"),
            "enabled": True,
        },
        {
            "type": "email",
            "smtp_config": {
                "host": "127.0.0.1",
                "port": mail.port("starttls"),
                "secure": True,
                "auth": {"user": "your-email@example.com", "pass": "your-password"},
            },
            "to": ["admin@example.com", "support@example.com"],
            "enabled": True,
        },
        {
            "type": "custom",
            "webhook_url": fakes.add_hook("leavemsg"),
            "method": "POST",
            "headers": {
                "Content-Type": "application/json",
                "Authorization": "Bearer YOUR_TOKEN",
            },
            "enabled": True,
        },
    ]


@pytest.mark.parametrize("path", ["config", "create"])
async def test_all_five_kinds_deliver_one_message(
    product: Process, fakes: FakeVendors, mail: FakeMail, path: str
) -> None:
    made = command("token", "create", "--name", "t", "--scopes", "all", env=product.env)
    headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
    async with httpx.AsyncClient(base_url=f"{product.url}/api/v1/leavemsg") as client:
        body = {"notifications": notifications(fakes, mail)}
        saved = await client.post(f"/{path}", json=body, headers=headers)
        assert saved.status_code == 200, saved.text
        assert saved.json() == (await client.get("/query/uid", headers=headers)).json()
        left = await client.post(
            "/messages",
            json={"visitor": _visitor(), "message": UNIFIED["message"]},
        )
        assert left.status_code == 201, left.text

    for vendor, token in (
        *(("wecom", "YOUR_KEY"), ("dingtalk", "YOUR_TOKEN"), ("feishu", "YOUR_WEBHOOK_ID")),
        ("hook", "leavemsg"),
    ):
        (call,) = await fakes.arrived(1, vendor, token)
        assert call.ok, call.answer
    (hook,) = fakes.calls("hook", "leavemsg")
    timestamp = left.json()["created_at"]
    assert hook.parsed == {**UNIFIED, "timestamp": timestamp}
    assert list(hook.parsed) == ["type", "timestamp", "visitor", "message", "source"]
    assert hook.header("Authorization") == "Bearer YOUR_TOKEN"
    letters = await mail.arrived(2)
    assert sorted(letter.recipients[0] for letter in letters) == [
        "admin@example.com",
        "support@example.com",
    ]
    assert all(letter.tls for letter in letters)


def _visitor() -> dict[str, Any]:
    visitor: dict[str, Any] = dict(UNIFIED["visitor"])  # type: ignore[call-overload]
    return {key: visitor[key] for key in ("name", "phone", "email")}
