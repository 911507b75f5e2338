"""One trace over two processes: the web process took the message, a worker sent the notice."""

from __future__ import annotations

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.app.raw_server import Connection, serving
from tests.matrix.world import World, submit

STOP_SECONDS = 20.0


async def collect(connection: Connection) -> None:
    while await connection.request():
        await connection.answer(b"", "Content-Type: application/x-protobuf")


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_a_submission_and_its_notice_are_one_trace_over_two_processes(world: World) -> None:
    async with serving(collect) as collector:
        place = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.port}"}
        await world.hook()
        web = await world.web(**place, OTEL_SERVICE_NAME="desk-web")
        worker = await world.worker(**place, OTEL_SERVICE_NAME="desk-worker")
        assert (await submit(web, "hello")).status_code == 201
        await world.until("sent")
        assert await web.stopped(STOP_SECONDS) == 0
        assert await worker.stopped(STOP_SECONDS) == 0
    traces: dict[str, str] = {}
    for request in collector.requests:
        told = ExportTraceServiceRequest.FromString(request.partition(b"\r\n\r\n")[2])
        for resource in told.resource_spans:
            (service,) = [
                each.value.string_value
                for each in resource.resource.attributes
                if each.key == "service.name"
            ]
            for span in resource.scope_spans[0].spans:
                traces[f"{service} {span.name}"] = span.trace_id.hex()
    assert traces["desk-web submission"] == traces["desk-worker send"]
    assert traces["desk-web submission"] != traces["desk-web POST /api/v1/leavemsg/messages"]
