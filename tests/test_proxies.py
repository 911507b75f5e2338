"""The product behind nginx and Caddy, as deploy/ sets them up: the real programs, where they are
installed."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.processes import Process, command, free_port, installed, serve
from tests.proxies import PROGRAMS, client_context, proxy

PASSWORD = "correct horse 9 battery"
OWNER = "owner@shop.example"
VISITOR = "127.0.0.3"
"""Where the visitor's connection to the proxy comes from."""
EVENT_SECONDS = 15
API = "/api/v1/leavemsg"


class Behind:
    """The product, and its address behind the proxy."""

    def __init__(self, process: Process, url: str) -> None:
        self.process, self.url = process, url

    def client(self, address: str = VISITOR) -> httpx.AsyncClient:
        transport = httpx.AsyncHTTPTransport(verify=client_context(), local_address=address)
        return httpx.AsyncClient(base_url=self.url, transport=transport, timeout=30)

    async def leave(self, **headers: str) -> httpx.Response:
        async with self.client() as visitor:
            said = {"visitor": {"phone": "13800138000"}, "message": {"content": "through a proxy"}}
            key = {"Idempotency-Key": uuid.uuid4().hex}
            return await visitor.post(f"{API}/messages", json=said, headers={**key, **headers})

    @asynccontextmanager
    async def owner(self) -> AsyncIterator[httpx.AsyncClient]:
        async with self.client() as client:
            signed = await client.post(
                "/login",
                data={"email": OWNER, "password": PASSWORD},
                headers={"Origin": self.url.removesuffix("/desk")},
            )
            assert signed.status_code == 303, signed.text
            yield client


@asynccontextmanager
async def behind_a(program: str, folder: Path, *, below: str = "") -> AsyncIterator[Behind]:
    if installed(program) is None:
        pytest.skip(f"{program} is not installed: apt install {program}")
    port = free_port()
    with proxy(program, folder / "proxy", f"127.0.0.1:{port}", below=below) as url:
        changes = {"LEAVEMSG_BASE_URL": url, "LEAVEMSG_TRUSTED_PROXIES": "127.0.0.1/32"}
        running = serve(folder / "data", **{"PORT": port, **changes}).start()
        await running.ready()
        made = command(
            *("admin", "create", "--email", OWNER, "--password-stdin"),
            env=running.env,
            input=PASSWORD,
        )
        assert made.returncode == 0, made.stderr
        yield Behind(running, url)
        running.stop()


@pytest.fixture(params=PROGRAMS)
async def behind(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Behind]:
    async with behind_a(request.param, tmp_path) as found:
        yield found


@pytest.mark.parametrize("program", PROGRAMS)
async def test_a_desk_below_a_path_of_a_site_works_as_one_with_a_host_of_its_own(
    program: str, tmp_path: Path
) -> None:
    async with behind_a(program, tmp_path, below="/desk") as behind:
        assert behind.url.endswith("/desk")
        await says_who_the_visitor_is(behind)
        await signs_in_by_a_secure_cookie(behind)
        await tells_the_inbox_at_once(behind)
        async with behind.client() as client:
            above = await client.get(httpx.URL(behind.url).join("/inbox"))
        assert above.status_code != 303, "the rest of the site is not the product's"


async def test_a_desk_behind_a_proxy_works_as_one_without(behind: Behind) -> None:
    slow = asyncio.create_task(lets_go_of_slow_senders(behind))
    await says_who_the_visitor_is(behind)
    await signs_in_by_a_secure_cookie(behind)
    await tells_the_inbox_at_once(behind)
    await passes_large_bodies_on_and_the_refusal_of_larger_ones(behind)
    await comes_back_after_a_restart(behind)
    await slow


async def says_who_the_visitor_is(behind: Behind) -> None:
    left = await behind.leave(**{"X-Forwarded-For": "203.0.113.9"})
    assert left.status_code == 201, left.text

    made = command("token", "create", "--name", "t", "--scopes", "all", env=behind.process.env)
    async with behind.client() as client:
        client.headers["Authorization"] = f"Bearer {made.stdout.strip()}"
        listed = (await client.get(f"{API}/query/org")).json()["items"]
    assert [each["visitor"]["ip"] for each in listed] == [VISITOR]


async def signs_in_by_a_secure_cookie(behind: Behind) -> None:
    async with behind.owner() as owner:
        assert "__Host-sid" in owner.cookies
        inbox = await owner.get("/inbox")
    assert inbox.status_code == 200
    assert "Strict-Transport-Security" in inbox.headers


async def tells_the_inbox_at_once(behind: Behind) -> None:
    """The stream stays open, and what comes is not held back until more has come."""
    async with behind.owner() as owner, owner.stream("GET", "/inbox/stream") as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        told = stream.aiter_text()
        await anext(told)
        began = time.monotonic()
        assert (await behind.leave()).status_code == 201
        async with asyncio.timeout(EVENT_SECONDS):
            while "event: news" not in await anext(told):
                pass
        # What a proxy keeps back comes with the next ping, after 20 seconds.
        assert time.monotonic() - began < EVENT_SECONDS


async def passes_large_bodies_on_and_the_refusal_of_larger_ones(behind: Behind) -> None:
    """The product's own answer arrives, not the proxy's."""
    async with behind.client() as client:
        form = await client.get("/w/default", follow_redirects=True)
        assert form.status_code == 200, form.text
        answer = await client.post(
            f"{API}/messages",
            content=b"{" + b" " * 900_000 + b"}",
            headers={"Content-Type": "application/json"},
        )
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"


async def lets_go_of_slow_senders(behind: Behind) -> None:
    """A head that never ends holds a connection for the proxy's ten seconds only."""
    url = httpx.URL(behind.url)
    await asyncio.to_thread(_drip, url.host, url.port or 443)


def _drip(host: str, port: int) -> None:
    with (
        socket.create_connection((host, port)) as raw,
        client_context().wrap_socket(raw, server_hostname=host) as secure,
    ):
        secure.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        secure.settimeout(25)
        try:
            while secure.recv(4096):
                pass
        except ssl.SSLError as error:
            assert "timed out" not in str(error)  # noqa: PT017


async def comes_back_after_a_restart(behind: Behind) -> None:
    behind.process.stop()
    away = await behind.leave()
    assert away.status_code in {502, 503, 504}

    behind.process.start()
    await behind.process.ready()
    async with asyncio.timeout(20):
        while (await behind.leave()).status_code != 201:
            await asyncio.sleep(0.2)
