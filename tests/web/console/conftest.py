"""A visitor who leaves messages while somebody looks at the console."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from app import messages
from app.fields.check import Answers
from app.messages import Left, Visit
from app.tables import Organization

Leave = Callable[..., Awaitable[Left]]


@pytest.fixture
def leave(org: Organization, visit: Visit) -> Leave:
    """leave("text", phone="…"): one message, another submission each time."""

    async def run(content: str = "价格怎么算？", **more: str) -> Left:
        named: dict[str, Any] = {"phone": "13800138000", **more}
        given = Answers(content=content, **named)
        return await messages.leave(org, given, visit, submission_id=str(uuid.uuid4()))

    return run
