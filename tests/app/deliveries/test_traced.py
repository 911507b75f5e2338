"""From a visitor's request to the worker's line about what it caused."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
from types import SimpleNamespace
from typing import Any

import asyncpg
import httpx
import pytest
import structlog
from structlog.contextvars import merge_contextvars

from app import messages
from app.deliveries import Courier, traced
from app.errors import SendError
from app.fields.check import Answers
from app.messages import Visit
from app.tables import Organization
from app.tracing.ids import trace_of
from tests.app.deliveries.conftest import Add

MESSAGES = "/api/v1/leavemsg/messages"
NOBODY = "http://127.0.0.1:9/hook"
BODY = {"visitor": {"phone": "13800138000"}, "message": {"content": "hi"}}


async def carried(courier: Courier, org: Organization) -> None:
    await courier.drain(org.id)
    while courier._sending:
        await asyncio.sleep(0.01)


def requests() -> Any:
    """The lines of requests, with what every line of them has."""
    return structlog.testing.capture_logs(processors=[merge_contextvars])


async def test_the_request_s_line_and_the_worker_s_have_the_same_trace(
    visitor: httpx.AsyncClient,
    org: Organization,
    add: Add,
    courier: Courier,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "app.deliveries.traced")
    await add("custom", NOBODY)
    with requests() as lines:
        await visitor.post(MESSAGES, json=BODY, headers={"Idempotency-Key": "13800138000-a"})
    await carried(courier, org)
    (sent,) = [line.__dict__ for line in caplog.records if line.msg == "not sent"]
    assert lines[0]["trace_id"] == sent["trace_id"] != ""
    assert (sent["kind"], sent["outcome"], sent["code"]) == ("custom", "retry", "connect_failed")
    assert "13800138000" not in json.dumps([*lines, sent], default=str)


async def test_a_line_within_a_request_has_its_id_and_the_next_has_its_own(
    visitor: httpx.AsyncClient,
) -> None:
    with requests() as lines:
        await visitor.post(MESSAGES, json=BODY)
        await visitor.get("/login")
    first, second = lines
    assert first["request_id"] != second["request_id"]
    assert "trace_id" not in second


async def test_a_send_of_many_names_them_all(
    org: Organization, add: Add, courier: Courier, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "app.deliveries.traced")
    await add("custom", NOBODY, rate_limit_per_minute=1, digest=True)
    for number in range(3):
        answers = Answers(content=f"text {number}", phone="13800138000")
        await messages.leave(org, answers, Visit(), submission_id=f"s{number}")
    await carried(courier, org)
    (sent,) = [line.__dict__ for line in caplog.records if line.msg == "not sent"]
    assert sent["trace_id"].split() == [trace_of(org.id, f"s{n}") for n in range(3)]


async def test_a_line_that_nobody_sees_asks_no_database(
    org: Organization, caplog: pytest.LogCaptureFixture
) -> None:
    unbound: Any = SimpleNamespace(dispatch=object(), channel=SimpleNamespace(kind="custom"))
    error = SendError("retry", "connect_failed")
    caplog.set_level(logging.WARNING, "app.deliveries.traced")
    await traced.tell(unbound, error)
    caplog.set_level(logging.INFO, "app.deliveries.traced")
    with pytest.raises((sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError)):
        await traced.tell(unbound, error)
