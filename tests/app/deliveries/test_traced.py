"""From a visitor's request to the worker's line about what it caused."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import httpx
import pytest

from app import messages
from app.deliveries import Courier
from app.fields.check import Answers
from app.messages import Visit
from app.tables import Organization
from app.tracing.ids import trace_of
from cli import log
from tests.app.deliveries.conftest import Add

MESSAGES = "/api/v1/leavemsg/messages"
NOBODY = "http://127.0.0.1:9/hook"
BODY = {"visitor": {"phone": "13800138000"}, "message": {"content": "hi"}}


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Any:
    root = logging.getLogger()
    before = root.level, list(root.handlers)

    def read() -> list[dict[str, Any]]:
        text = capsys.readouterr().err
        assert "Logging error" not in text, text
        return [json.loads(line) for line in text.splitlines()]

    yield read
    root.setLevel(before[0])
    root.handlers[:] = before[1]


async def carried(courier: Courier, org: Organization) -> None:
    await courier.drain(org.id)
    while courier._sending:
        await asyncio.sleep(0.01)


async def test_the_request_s_line_and_the_worker_s_have_the_same_trace(
    visitor: httpx.AsyncClient, org: Organization, add: Add, courier: Courier, lines: Any
) -> None:
    log.configure("info")
    await add("custom", NOBODY)
    await visitor.post(MESSAGES, json=BODY, headers={"Idempotency-Key": "13800138000-first"})
    await carried(courier, org)
    told = {each["event"]: each for each in lines()}
    request, sent = told["request"], told["not sent"]
    assert request["trace_id"] == sent["trace_id"] != ""
    assert (sent["kind"], sent["code"], sent["attempt"]) == ("custom", "connect_failed", 1)
    assert sent["dispatch"]
    assert "13800138000" not in json.dumps(list(told.values()))


async def test_a_line_within_a_request_has_its_id_and_the_next_has_its_own(
    visitor: httpx.AsyncClient, lines: Any
) -> None:
    log.configure("info")
    await visitor.post(MESSAGES, json=BODY)
    await visitor.get("/login")
    first, second = [each for each in lines() if each["event"] == "request"]
    assert first["request_id"] != second["request_id"]
    assert "trace_id" not in second


async def test_a_send_of_many_names_them_all(
    org: Organization, add: Add, courier: Courier, lines: Any
) -> None:
    log.configure("info")
    await add("custom", NOBODY, rate_limit_per_minute=1, digest=True)
    for number in range(3):
        answers = Answers(content=f"text {number}", phone="13800138000")
        await messages.leave(org, answers, Visit(), submission_id=f"s{number}")
    await carried(courier, org)
    (sent,) = [each for each in lines() if each["event"] == "not sent"]
    assert sent["trace_id"].split() == [trace_of(org.id, f"s{n}") for n in range(3)]
