"""A visitor who leaves messages."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import msgspec
import pytest

from app import messages
from app.fields.check import Answers
from app.messages import Left, Visit
from app.tables import Organization

Leave = Callable[..., Coroutine[Any, Any, Left]]


@pytest.fixture
def leave(org: Organization, answers: Answers) -> Leave:
    """leave("text", phone="…"): one message, another submission each time."""
    count = 0

    async def do(content: str = "", *, spam: str = "", **changes: Any) -> Left:
        nonlocal count
        count += 1
        text = content or f"question number {count}"
        given = msgspec.structs.replace(answers, content=text, **changes)
        return await messages.leave(
            org, given, Visit(ip="192.168.1.100"), submission_id=f"s{count}", spam=spam
        )

    return do
