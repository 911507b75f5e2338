"""Which events an endpoint wants."""

from __future__ import annotations

from typing import Any

import pytest

from app.channels import kinds
from app.feed.wants import wants

ALL = kinds.encode(kinds.parse({"type": "events", "webhook_url": "https://crm.example/hook"}))


@pytest.mark.parametrize(
    ("filters", "kind", "data", "brand", "wanted"),
    [
        ({}, "message.created", {"status": "pending"}, "shop", True),
        ({"types": ["channel.broken"]}, "message.created", {}, None, False),
        ({"statuses": ["handled"]}, "message.added", {"status": "pending"}, None, False),
        ({"statuses": ["handled"]}, "message.deleted", {"uid": "1"}, None, True),
        ({"categories": ["a", "b"]}, "message.created", {"category": "b"}, None, True),
        ({"priorities": ["high"]}, "message.created", {"priority": "low"}, None, False),
        ({"brands": ["shop"]}, "message.created", {}, "other", False),
        ({"brands": ["shop"]}, "channel.broken", {"uid": "1"}, None, True),
    ],
)
def test_filters(
    filters: dict[str, Any], kind: str, data: dict[str, Any], brand: str | None, wanted: bool
) -> None:
    assert wants({**ALL, **filters}, kind, data, brand) is wanted
