from __future__ import annotations

import asyncio
import json
import time

import httpx
import pytest

from tests.fakes.vendors import FakeVendors

HOST = b"Host: x\r\n"


async def talk(fakes: FakeVendors, request: bytes) -> bytes:
    """Sends raw bytes and reads until the server closes."""
    reader, writer = await asyncio.open_connection(fakes.host, fakes.port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    await writer.wait_closed()
    return answer


@pytest.fixture
async def path(fakes: FakeVendors) -> bytes:
    fakes.add_hook("h1")
    return b"POST /hook/h1 HTTP/1.1\r\n" + HOST


async def test_a_connection_is_kept_alive(fakes: FakeVendors, client: httpx.AsyncClient) -> None:
    url = fakes.add_hook("h1")
    for _ in range(5):
        await client.post(url, content=b"x")

    assert (fakes.connections, fakes.open_connections) == (1, 1)
    assert {call.connection for call in fakes.calls()} == {1}


async def test_pipelined_requests_are_answered_in_order(fakes: FakeVendors, path: bytes) -> None:
    fakes.add_hook("h1", [201, 202])
    answer = await talk(
        fakes,
        path + b"Content-Length: 1\r\n\r\na" + path + b"Connection: close\r\n\r\n",
    )

    assert answer.index(b"201 Created") < answer.index(b"202 Accepted")
    assert [call.raw for call in fakes.calls()] == [b"a", b""]


async def test_a_chunked_body_is_put_together(fakes: FakeVendors, path: bytes) -> None:
    chunks = b"3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n"
    close = b"Connection: close\r\n"

    await talk(fakes, path + close + b"Transfer-Encoding: chunked\r\n\r\n" + chunks)

    assert fakes.calls()[0].raw == b"abc0123456789"


async def test_who_asks_before_sending_is_told_to_go_on(fakes: FakeVendors, path: bytes) -> None:
    reader, writer = await asyncio.open_connection(fakes.host, fakes.port)
    writer.write(path + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")

    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(b"ok")
    assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 200")
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Broken\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b" Folded: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Space : x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (
            b"GET / HTTP/1.1\r\n"
            + HOST
            + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            400,
        ),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip\r\n\r\n", 501),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 999999999\r\n\r\n", 413),
        (b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 70_000 + b"\r\n\r\n", 431),
    ],
)
async def test_careless_http_is_refused(fakes: FakeVendors, head: bytes, status: int) -> None:
    assert (await talk(fakes, head)).startswith(b"HTTP/1.1 %d" % status)
    assert fakes.calls() == []


async def test_an_empty_answer_has_no_body(fakes: FakeVendors, client: httpx.AsyncClient) -> None:
    response = await client.post(fakes.add_hook("h1", [{"status": 204, "body": "ignored"}]))

    assert (response.status_code, response.content) == (204, b"")
    assert "content-length" not in response.headers


async def test_the_date_shows_the_skew(fakes: FakeVendors, client: httpx.AsyncClient) -> None:
    fakes.clock.skew = -86_400 * 365 * 10

    response = await client.post(fakes.add_hook("h1"))

    assert response.headers["date"] == fakes.clock.http_date()


async def test_an_address_nobody_serves_is_remembered(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    response = await client.post(f"{fakes.url}/cgi-bin/appchat/send?access_token=x", json={})

    assert response.status_code == 404
    assert [(call.vendor, call.path) for call in fakes.calls()] == [("", "/cgi-bin/appchat/send")]


async def test_a_client_that_leaves_is_let_go(fakes: FakeVendors, path: bytes) -> None:
    _, writer = await asyncio.open_connection(fakes.host, fakes.port)
    writer.write(path + b"Content-Length: 10\r\n\r\nabc")
    await writer.drain()
    writer.close()
    await writer.wait_closed()

    async with asyncio.timeout(30):
        while fakes.connections == 0 or fakes.open_connections:
            await asyncio.sleep(0.01)


async def test_it_stops_while_clients_hang() -> None:
    async with FakeVendors() as fakes:
        url = fakes.add_hook("h1", ["hang_before", "hang_after", {"drip": 9, "body": "ab"}])
        async with httpx.AsyncClient() as client:
            waiting = [asyncio.ensure_future(client.post(url)) for _ in range(3)]
            await fakes.arrived(3)
            await fakes.__aexit__(None, None, None)
            results = await asyncio.gather(*waiting, return_exceptions=True)

    assert all(isinstance(result, httpx.HTTPError) for result in results)


async def test_a_benchmark_can_send_a_thousand_a_second(fakes: FakeVendors) -> None:
    url, body = fakes.add_hook("h1"), json.dumps({"a": "b" * 500}).encode()
    request = f"POST /hook/h1 HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    reader, writer = await asyncio.open_connection(fakes.host, fakes.port)
    start = time.process_time()
    for _ in range(500):
        writer.write(request + body)
        await reader.readuntil(b"\r\n\r\nok")
    spent = time.process_time() - start
    writer.close()
    await writer.wait_closed()

    assert url.endswith("/hook/h1")
    assert len(fakes.calls()) == 500
    assert spent < 1


async def test_a_mistake_of_the_fake_does_not_pass_for_an_answer(
    client: httpx.AsyncClient,
) -> None:
    def fails(_: object) -> None:
        raise RuntimeError("mine")

    fakes = await FakeVendors().__aenter__()
    fakes.listeners.append(fails)

    assert (await client.post(fakes.add_hook("h1"))).status_code == 500
    with pytest.raises(ExceptionGroup, match="the fake itself failed"):
        await fakes.__aexit__(None, None, None)
