"""How the way out connects: names, TLS, kept connections, places per host, mail."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest
import trustme

from app.egress import Answer, OutboundError
from app.egress import dial as dialing
from app.egress.client import Client
from tests.app.raw_server import Connection, Server, opened, polite, serving


async def post(egress: Client, url: str, **given: Any) -> Answer:
    options = {"headers": {}, "content": b'{"a":1}', "deadline": 30.0, **given}
    return await egress.request("POST", url, **options)


async def refused(egress: Client, url: str, **given: Any) -> OutboundError:
    with pytest.raises(OutboundError) as caught:
        await post(egress, url, **given)
    return caught.value


def here(host: str) -> list[str]:
    return ["127.0.0.1"]


def told(error: OutboundError) -> tuple[str, bool, bool]:
    return error.reason, error.connected, error.written


LOOPBACKS = "127.0.0.1 127.1 127.0.1 2130706433 0x7f000001 0x7f.1 0177.0.0.1 0 0.0.0.0 127.0.0.1."
LOOPBACKS += " localhost redis a.localhost name.example [::1] [::] [::ffff:127.0.0.1] [::127.0.0.1]"
LOOPBACKS += " [::ffff:0:127.0.0.1] [64:ff9b::127.0.0.1] [2002:7f00:1::] [0:0:0:0:0:ffff:7f00:1]"


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_nothing_ever_reaches_this_machine_unless_it_is_listed(scheme: str) -> None:
    async with contextlib.AsyncExitStack() as stack:
        canaries = [await stack.enter_async_context(serving(polite))]
        port = canaries[0].port
        with contextlib.suppress(OSError):  # Not every machine speaks IPv6.
            canaries.append(await stack.enter_async_context(serving(polite, host="::1", port=port)))
        listed = f"203.0.113.0/24:{port}"
        egress = await stack.enter_async_context(
            opened(listed, resolve=lambda host: ["203.0.113.1", "127.0.0.1"])
        )
        for host in LOOPBACKS.split():
            error = await refused(egress, f"{scheme}://{host}:{port}/")
            assert told(error) == ("address_refused", False, False), host
            with pytest.raises(OutboundError, match="address_refused"):
                await egress.connect(host.strip("[]"), port, deadline=1)
    assert [canary.connections for canary in canaries] == [0] * len(canaries)


async def test_a_name_that_answers_differently_the_second_time_gains_nothing() -> None:
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])
    async with (
        serving(polite) as server,
        serving(polite, host="127.0.0.2", port=server.port) as canary,
        opened(resolve=lambda host: next(answers)) as egress,
    ):
        url = f"http://hook.test:{server.port}/"
        assert (await post(egress, url)).status == 200
        assert told(await refused(egress, url)) == ("address_refused", False, False)
    assert (server.connections, canary.connections) == (1, 0)


async def test_the_second_address_is_tried_and_the_third_is_not() -> None:
    answers = ["127.0.0.2", "127.0.0.1", "127.0.0.3"]
    async with (
        serving(polite) as server,
        opened("127.0.0.0/8", resolve=lambda host: answers) as egress,
    ):
        url = f"http://hook.test:{server.port}/"
        assert (await post(egress, url)).status == 200
        answers.insert(0, "127.0.0.4")
        assert told(await refused(egress, url)) == ("connect_failed", False, False)


def _full() -> Iterator[socket.socket]:
    """A listener whose queue is full: who connects now waits."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            client = stack.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
        yield listener


async def test_connecting_has_its_own_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialing, "CONNECT_SECONDS", 0.2)
    with contextlib.contextmanager(_full)() as listener:
        async with opened() as egress:
            begin = time.monotonic()
            error = await refused(egress, f"http://127.0.0.1:{listener.getsockname()[1]}/")
    assert told(error) == ("connect_failed", False, False)
    assert time.monotonic() - begin < 4


async def test_slow_name_servers_are_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(host: str) -> list[str]:
        time.sleep(0.4)
        return ["93.184.216.34"]

    async with opened(resolve=resolve) as egress:
        error = await refused(egress, "https://hook.test/", deadline=0.1)
        assert told(error) == ("timeout", False, False)
        monkeypatch.setattr(dialing, "DNS_SECONDS", 0.1)
        assert told(await refused(egress, "https://hook.test/")) == ("dns_failed", False, False)


class Authority:
    """A certificate authority, and a server context for one name."""

    def __init__(self, folder: Path, *names: str) -> None:
        self.ca = trustme.CA()
        self.file = folder / "ca.pem"
        self.ca.cert_pem.write_to_path(str(self.file))
        self.server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.ca.issue_cert(*names).configure_cert(self.server)
        self.server.sni_callback = lambda _socket, name, _context: self.asked.append(name)
        self.asked: list[str | None] = []


async def test_a_certificate_for_the_name_passes(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "hook.test")
    async with (
        serving(polite, tls=authority.server) as server,
        opened(resolve=here, ca_file=authority.file) as egress,
    ):
        answer = await post(egress, f"https://Hook.test.:{server.port}/x")
    assert answer.status == 200
    assert authority.asked == ["hook.test"]
    assert f"Host: hook.test:{server.port}".encode() in server.requests[0]


async def test_a_certificate_for_an_address_passes(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "127.0.0.1")
    async with (
        serving(polite, tls=authority.server) as server,
        opened(ca_file=authority.file) as egress,
    ):
        assert (await post(egress, f"https://127.0.0.1:{server.port}/")).status == 200


async def test_a_server_is_reached_without_a_request_and_its_certificate_s_end_is_told(
    tmp_path: Path,
) -> None:
    authority = Authority(tmp_path, "hook.test")
    async with (
        serving(polite, tls=authority.server) as server,
        serving(polite) as plain,
        opened(resolve=here, ca_file=authority.file) as egress,
    ):
        url = f"https://hook.test:{server.port}/secret"
        ends = await egress.reach(url, deadline=5)
        assert (await post(egress, url)).certificate_until == ends
        assert await egress.reach(f"http://hook.test:{plain.port}/", deadline=5) is None
        with pytest.raises(OutboundError, match="tls_failed"):
            await egress.reach(f"https://other.test:{server.port}/", deadline=5)
        with pytest.raises(OutboundError, match="connect_failed"):
            await egress.reach("https://hook.test:9/", deadline=5)
    assert ends is not None
    assert ends > dt.datetime.now(dt.UTC)
    assert (len(server.requests), plain.requests) == (1, [])


@pytest.mark.parametrize("trusted", [True, False])
async def test_a_wrong_certificate_stops_before_the_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, trusted: bool
) -> None:
    authority = Authority(tmp_path, "other.test" if trusted else "hook.test")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    ca_file = authority.file if trusted else None
    async with (
        serving(polite, tls=authority.server) as server,
        opened(resolve=here, ca_file=ca_file) as egress,
    ):
        error = await refused(egress, f"https://hook.test:{server.port}/")
    assert told(error) == ("tls_failed", True, False)
    assert ("Hostname mismatch" if trusted else "unable to get local issuer") in error.facts["why"]
    assert server.requests == []


async def test_a_port_that_speaks_no_tls_is_a_tls_failure() -> None:
    async def script(connection: Connection) -> None:
        await connection.send(b"220 mail.test ESMTP\r\n")
        await asyncio.sleep(0.5)

    async with serving(script) as server, opened() as egress:
        error = await refused(egress, f"https://127.0.0.1:{server.port}/")
    assert told(error) == ("tls_failed", True, False)


async def test_a_handshake_that_hangs_ends_at_the_deadline_and_is_hung_up() -> None:
    hung_up = asyncio.Event()

    async def script(connection: Connection) -> None:
        with contextlib.suppress(OSError):
            await connection.reader.read()
        hung_up.set()

    async with serving(script) as server, opened() as egress:
        error = await refused(egress, f"https://127.0.0.1:{server.port}/", deadline=0.3)
        await asyncio.wait_for(hung_up.wait(), 1)
    assert told(error) == ("timeout", True, False)


async def test_whoever_gives_up_at_any_moment_leaves_no_connection_behind(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "127.0.0.1")
    inside: set[int] = set()

    async def script(connection: Connection) -> None:
        inside.add(connection.number)
        try:
            await polite(connection)
        finally:
            inside.remove(connection.number)

    async with (
        serving(script, tls=authority.server) as server,
        opened(ca_file=authority.file) as egress,
    ):
        given_up, turns = 0, 0
        while given_up == turns:
            turns += 1
            url = f"https://127.0.0.1:{server.port}/"
            asking = asyncio.create_task(post(egress, url, keep_alive=True))
            for _ in range(turns):
                await asyncio.sleep(0)
            asking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asking
            given_up += asking.cancelled()
        async with asyncio.timeout(5):
            while len(inside) > 1:  # One that was answered is kept.
                await asyncio.sleep(0.01)
        assert (await post(egress, url, keep_alive=True)).status == 200
        assert len(inside) == 1
    assert given_up > 5


@pytest.mark.parametrize(("keep_alive", "connections"), [(True, 1), (False, 3)])
async def test_a_connection_is_kept_only_on_request(*, keep_alive: bool, connections: int) -> None:
    async with serving(polite) as server, opened() as egress:
        for _ in range(3):
            await post(egress, f"http://127.0.0.1:{server.port}/", keep_alive=keep_alive)
    assert (server.connections, len(server.requests)) == (connections, 3)


async def test_a_kept_connection_that_was_closed_is_replaced() -> None:
    async def script(connection: Connection) -> None:
        await connection.request()
        await connection.answer()

    async with serving(script) as server, opened() as egress:
        for _ in range(3):
            await post(egress, f"http://127.0.0.1:{server.port}/", keep_alive=True)
            await asyncio.sleep(0.02)
    assert (server.connections, len(server.requests)) == (3, 3)


async def test_a_kept_connection_on_which_somebody_spoke_unasked_is_replaced() -> None:
    answered, spoken = asyncio.Event(), asyncio.Event()

    async def script(connection: Connection) -> None:
        await connection.request()
        await connection.answer()
        await answered.wait()
        await connection.answer(b"unasked")
        spoken.set()
        await connection.head()

    async with serving(script) as server, opened() as egress:
        for _ in range(3):
            found = await post(egress, f"http://127.0.0.1:{server.port}/", keep_alive=True)
            assert found.body == b"ok"
            answered.set()
            await spoken.wait()
            await asyncio.sleep(0.02)
            answered.clear()
            spoken.clear()
    assert (server.connections, len(server.requests)) == (3, 3)


async def twice(egress: Client, server: Server, content: bytes) -> Answer:
    url = f"http://127.0.0.1:{server.port}/"
    await post(egress, url, keep_alive=True)
    return await post(egress, url, keep_alive=True, content=content)


async def test_half_a_request_on_a_dying_kept_connection_is_sent_anew() -> None:
    async def script(connection: Connection) -> None:
        await connection.request()
        await connection.answer()
        if connection.number == 1:
            await connection.head()
            connection.reset()

    async with serving(script) as server, opened() as egress:
        assert (await twice(egress, server, bytes(32_000_000))).status == 200
    assert (server.connections, len(server.requests)) == (2, 2)


async def test_a_whole_request_on_a_dying_kept_connection_is_not() -> None:
    async def script(connection: Connection) -> None:
        await connection.request()
        await connection.answer()
        await connection.request()
        connection.reset()

    async with serving(script) as server, opened() as egress:
        with pytest.raises(OutboundError) as caught:
            await twice(egress, server, b"{}")
    assert told(caught.value) == ("reset", True, True)
    assert (server.connections, len(server.requests)) == (1, 2)


async def test_mail_goes_through_a_judged_socket(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "mail.test")

    async def script(connection: Connection) -> None:
        await connection.send(b"220 mail.test\r\n")
        while line := await connection.reader.readline():
            connection.requests.append(line)
            await connection.send(b"250 mail.test\r\n")

    async with (
        serving(script, tls=authority.server) as server,
        opened(resolve=here, ca_file=authority.file) as egress,
    ):
        sock, _ = await egress.connect("mail.test", server.port, deadline=2)
        assert (sock.getpeername(), sock.getblocking()) == (("127.0.0.1", server.port), False)
        tls: Any = {"use_tls": True, "tls_context": egress.tls_context()}
        async with aiosmtplib.SMTP(hostname="mail.test", sock=sock, local_hostname="me", **tls):
            pass
    assert server.requests == [b"QUIT\r\n"]
    assert authority.asked == ["mail.test"]
