"""Whom some messages are from."""

from __future__ import annotations

import uuid

import pytest

from app.messages import senders
from app.tables import Organization
from tests.app.messages.conftest import Leave


async def test_senders_are_named_once_by_all_that_they_left(
    org: Organization, other_org: Organization, leave: Leave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(senders, "READ_AT_ONCE", 2)
    lefts = [
        await leave(phone="13800138000", email="a@spam.example"),
        await leave(phone="13800138000", email="", wechat="zs_88abc"),
        await leave(phone="13900139000", email="a@spam.example"),
        await leave(phone="13700137000"),
    ]
    ids = [uuid.UUID(each.uid) for each in lefts[:3]]
    found = await senders.senders(org.id, ids)
    assert {kind: sorted(texts) for kind, texts in found.items()} == {
        "phone": ["13800138000", "13900139000"],
        "email": ["a@spam.example"],
        "wechat": ["zs_88abc"],
        "ip": ["192.168.1.100"],
    }
    assert await senders.senders(other_org.id, ids) == {}
