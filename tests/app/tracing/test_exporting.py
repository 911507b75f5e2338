"""From a visitor's request to the platform's answer, as a collector is told of it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from app import messages
from app.deliveries import Courier
from app.fields.check import Answers
from app.messages import Visit
from app.outside import egress
from app.tables import Message, Organization
from app.tracing import exporting, spans
from app.tracing.ids import span_of, trace_of
from tests.app.raw_server import Connection, Server, serving
from tests.fakes.vendors import FakeVendors

MESSAGES = "/api/v1/leavemsg/messages"
CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
BODY = {
    "visitor": {"phone": "13912345678", "name": "Kanarienvogel", "email": "c@canary.example"},
    "message": {"content": "Kanarienvogel 13912345678"},
}
CANARIES = (b"Kanarienvogel", b"13912345678", b"canary", b"127.0.0.1", b"192.0.2.7")


class Collector:
    """What a collector has heard."""

    def __init__(self, server: Server) -> None:
        self._server = server

    @property
    def raw(self) -> bytes:
        return b"".join(self._server.requests).partition(b"\r\n\r\n")[2]

    @property
    def spans(self) -> dict[str, Any]:
        found = {}
        for request in self._server.requests:
            body = request.partition(b"\r\n\r\n")[2]
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                for scope in resource.scope_spans:
                    found |= {each.name: each for each in scope.spans}
        return found


@pytest.fixture
async def collector(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Collector]:
    async def answer(connection: Connection) -> None:
        while await connection.request():
            await connection.answer(b"", "Content-Type: application/x-protobuf")

    async with serving(answer) as server:
        place = f"http://127.0.0.1:{server.port}"
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", place)
        yield Collector(server)


@pytest.fixture
async def telling(collector: Collector) -> AsyncIterator[exporting.Exporting]:
    made = exporting.start("1.2.3")
    yield made
    spans.use(None)
    await made.stop()


async def carried(org: Organization) -> None:
    courier = Courier(egress())
    await courier.drain(org.id)
    while courier._sending:
        await asyncio.sleep(0.01)


async def add(org: Organization, fakes: FakeVendors, **more: Any) -> None:
    from app import channel_settings

    entry = {"type": "custom", "webhook_url": fakes.add_hook("canary"), **more}
    await channel_settings.add(org.id, entry, by="t")


def facts(span: Any) -> dict[str, Any]:
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


async def test_one_trace_leads_from_the_submission_to_the_answer_and_names_nobody(
    org: Organization,
    visitor: httpx.AsyncClient,
    telling: exporting.Exporting,
    collector: Collector,
) -> None:
    async with FakeVendors() as fakes:
        await add(org, fakes)
        headers = {"Idempotency-Key": "canary-13912345678", "traceparent": CALLER}
        answer = await visitor.post(MESSAGES, json=BODY, headers=headers)
        assert answer.status_code == 201
        await carried(org)
    await telling.stop()

    told = collector.spans
    trace = told["submission"].trace_id.hex()
    for name in ("dispatch", "plan", "render", "send", "record"):
        assert told[name].trace_id.hex() == trace, name
    assert told["submission"].span_id.hex() == span_of(trace)
    assert told["dispatch"].parent_span_id.hex() == span_of(trace)
    for name in ("plan", "render", "send", "record"):
        assert told[name].parent_span_id == told["dispatch"].span_id, name

    request = told[f"POST {MESSAGES}"]
    (link,) = told["submission"].links
    assert link.span_id == request.span_id
    # Visitors decide nothing: what they call their trace is only linked.
    assert request.trace_id.hex() != CALLER.split("-")[1]
    assert CALLER.split("-")[1] in {each.trace_id.hex() for each in request.links}
    said = facts(request)
    assert (said["http.response.status_code"], said["http.route"]) == (201, MESSAGES)
    assert len(said["leavemsg.request_id"]) == 32
    assert facts(told["dispatch"])["leavemsg.channel_kind"] == "custom"
    for canary in CANARIES:
        assert canary not in collector.raw, canary


async def test_a_send_of_many_is_linked_to_each_and_a_failure_says_only_its_code(
    org: Organization, telling: exporting.Exporting, collector: Collector
) -> None:
    async with FakeVendors() as fakes:
        await add(org, fakes, rate_limit_per_minute=1, digest=True)
        for number in range(3):
            answers = Answers(content=f"Kanarienvogel {number}", phone="13912345678")
            await messages.leave(org, answers, Visit(), submission_id=f"s{number}")
    # Nobody listens there any more.
    await carried(org)
    await telling.stop()
    sent = collector.spans["dispatch"]
    linked = {each.trace_id.hex() for each in sent.links}
    assert linked == {trace_of(org.id, f"s{number}") for number in range(3)}
    assert sent.status.message == "retry"
    assert facts(sent)["leavemsg.code"] == "connect_failed"
    assert b"Kanarienvogel" not in collector.raw


async def test_a_collector_that_is_away_costs_nobody_anything(
    org: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asyncio.Event()

    async def hang_up(connection: Connection) -> None:
        asked.set()
        connection.reset()

    monkeypatch.setattr(exporting, "STOP_SECONDS", 0.01)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    before = set(threading.enumerate())
    async with serving(hang_up) as server:
        place = f"http://127.0.0.1:{server.port}"
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", place)
        made = exporting.start("1")
        said = Answers(content="hello", phone="13912345678")
        with spans.span("x"):
            await messages.leave(org, said, Visit(), submission_id="s")
        spans.use(None)
        await made.stop()
        async with asyncio.timeout(30):
            await asked.wait()
        # It tries again for a while, with chances of its own: not while other tests run.
        for thread in set(threading.enumerate()) - before:
            if not thread.name.startswith("asyncio"):
                await asyncio.to_thread(thread.join, 30)
    assert await Message.count() == 1


def test_while_nobody_wants_them_nothing_happens() -> None:
    assert not spans.on()
    with spans.span("x", traces=("not a trace",)) as span:
        span.rename("y")
        span.set(a=1)
        span.fail("z")
        assert span is spans.NOTHING
    spans.past("x", 1, 2)
