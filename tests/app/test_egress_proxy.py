"""Through a proxy: the checks stay ours, it learns addresses only, and its password is told to
nobody else."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from pathlib import Path
from typing import Any

import pytest

from app.egress import Answer, OutboundError, parse_allowed
from app.egress.client import Client
from app.egress.proxy import Proxy, parse_proxy
from tests.app.proxy_server import FakeProxy, proxying
from tests.app.raw_server import Connection, polite, serving
from tests.app.test_egress_connect import Authority

PUBLIC = "93.184.216.34"
NEXT = "93.184.216.35"


def through(
    proxy: FakeProxy | int, *, scheme: str = "http", login: str = "", **options: Any
) -> Client:
    port = proxy if isinstance(proxy, int) else proxy.port
    allow = parse_allowed(options.pop("allow", ""))
    found = parse_proxy(f"{scheme}://{login}127.0.0.1:{port}")
    resolve = options.pop("resolve", lambda host: [PUBLIC])
    return Client(allow, proxy=found, resolve=resolve, **options)


async def post(egress: Client, url: str = "https://hook.test/x", **given: Any) -> Answer:
    options = {"headers": {}, "content": b'{"a":1}', "deadline": 10.0, **given}
    return await egress.request("POST", url, **options)


async def refused(egress: Client, url: str = "https://hook.test/x") -> OutboundError:
    with contextlib.closing(_Closing(egress)), pytest.raises(OutboundError) as caught:
        await post(egress, url)
    return caught.value


class _Closing:
    def __init__(self, egress: Client) -> None:
        self.egress = egress

    def close(self) -> None:
        self.egress._dialer.close()


@pytest.mark.parametrize(
    ("text", "place", "login"),
    [
        ("http://proxy.example:3128", "http://proxy.example:3128", ""),
        ("https://proxy.example/", "https://proxy.example:443", ""),
        ("http://10.0.0.5", "http://10.0.0.5:80", ""),
        ("http://[fd00::1]:8080", "http://[fd00::1]:8080", ""),
        ("http://me:p%40ss@proxy:1", "http://proxy:1", "Basic bWU6cEBzcw=="),
        (" http://me@proxy:1 ", "http://proxy:1", "Basic bWU6"),
    ],
)
def test_a_proxy_is_read(text: str, place: str, login: str) -> None:
    found = parse_proxy(text)

    assert found is not None
    assert (found.place, found.authorization) == (place, login)
    assert "Basic" not in repr(found)


@pytest.mark.parametrize(
    "text",
    [
        *("socks5://canary@proxy:1080", "proxy:3128", "http://", "http://proxy/canary"),
        *("http://proxy?canary", "http://proxy:0", "http://proxy:99999", "http://a%3Ab:c@proxy"),
    ],
)
def test_what_is_no_proxy_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(ValueError, match="^(is|says|has) ") as caught:
        parse_proxy(text)

    assert "canary" not in str(caught.value)


def test_without_a_proxy_there_is_none() -> None:
    assert parse_proxy("  ") is None


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_it_connects_to_the_checked_address_and_the_name_stays_the_targets(
    scheme: str, tmp_path: Path
) -> None:
    authority = Authority(tmp_path, "hook.test", "127.0.0.1")
    async with serving(polite, tls=authority.server) as server:
        tls = authority.server if scheme == "https" else None
        async with proxying({f"{PUBLIC}:443": server.port}, tls=tls) as proxy:
            egress = through(proxy, scheme=scheme, ca_file=authority.file)
            answers = [await post(egress, keep_alive=True) for _ in range(2)]
            reached = await egress.reach("https://hook.test/", deadline=5)
            await egress.close()

    assert [answer.status for answer in answers] == [200, 200]
    assert reached is not None
    assert proxy.asked == [f"CONNECT {PUBLIC}:443"] * 2
    assert authority.asked[-1] == "hook.test"
    assert b"hook.test" not in b"".join(proxy.heads)
    assert b"Host: hook.test\r\n" in server.requests[0]


async def test_a_refused_address_never_reaches_the_proxy() -> None:
    async with proxying() as proxy:
        for answers in (["10.0.0.1"], [PUBLIC, "127.0.0.1"], ["169.254.169.254"], ["nonsense"]):
            egress = through(proxy, resolve=lambda host, answers=answers: answers)
            assert (await refused(egress)).reason == "address_refused"
            with pytest.raises(OutboundError, match="address_refused"):
                await through(proxy, resolve=lambda host: answers).connect(  # noqa: B023
                    "mail.test", 465, deadline=2
                )
        assert (await refused(through(proxy, resolve=lambda host: []))).reason == "dns_failed"
        for url in ("https://10.0.0.1/", "http://hook.test/", "https://hook.test:8443/"):
            assert (await refused(through(proxy), url)).reason == "address_refused"
    assert proxy.asked == []


async def test_what_the_operators_list_opens_goes_around_it() -> None:
    async with serving(polite) as server, proxying() as proxy:
        egress = through(proxy, allow="127.0.0.0/8", resolve=lambda host: ["127.0.0.1"])
        assert (await post(egress, f"http://relay.internal:{server.port}/")).status == 200
        await egress.close()
    assert proxy.asked == []


async def test_its_user_and_password_go_to_it_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    authority = Authority(tmp_path, "hook.test")
    async with serving(polite, tls=authority.server) as server:
        led = {f"{PUBLIC}:443": server.port}
        async with proxying(led, login="Basic bWU6Y2FuYXJ5") as proxy:
            egress = through(proxy, login="me:canary@", ca_file=authority.file)
            assert (await post(egress)).status == 200
            await egress.close()
            error = await refused(through(proxy, login="me:wrong-canary@"))
    assert (error.reason, error.facts) == ("proxy_refused", {"answer": "407"})
    assert b"Proxy-Auth" not in server.requests[0]
    assert not [each for each in ("canary", "bWU6") if each in caplog.text + repr(error)]


async def test_what_the_proxy_says_decides_what_follows(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "hook.test")
    async with (
        serving(polite, tls=authority.server) as server,
        proxying({f"{NEXT}:443": server.port}) as proxy,
    ):
        proxy.answers = ["502 Bad Gateway"]
        egress = through(proxy, ca_file=authority.file, resolve=lambda host: [PUBLIC, NEXT])
        assert (await post(egress)).status == 200
        await egress.close()
        assert proxy.asked == [f"CONNECT {PUBLIC}:443", f"CONNECT {NEXT}:443"]
        for line, reason in (
            ("403 Forbidden", "proxy_refused"),
            ("504 Gateway Timeout", "connect_failed"),
            ("302 Found", "proxy_refused"),
            ("nonsense", "proxy_failed"),
            ("200 OK\r\nX: " + "x" * 20_000, "proxy_failed"),
        ):
            proxy.answers = [line]
            error = await refused(through(proxy))
            assert (error.reason, error.connected, error.written) == (reason, False, False)
    assert server.connections == 1


async def test_what_it_says_itself_is_never_taken_for_an_encrypted_answer(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "hook.test")
    async with (
        serving(polite, tls=authority.server) as server,
        proxying({f"{PUBLIC}:443": server.port}) as proxy,
    ):
        proxy.adds = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged"
        error = await refused(through(proxy, ca_file=authority.file))
    assert (error.reason, error.written) == ("tls_failed", False)
    assert server.requests == []


async def test_a_proxy_that_is_not_there_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = taken.getsockname()[1]
        assert (await refused(through(closed))).reason == "proxy_failed"
        with pytest.raises(OutboundError, match="proxy_failed"):
            await through(closed).connect("mail.test", 465, deadline=2)
        with pytest.raises(OutboundError, match="proxy_failed"):
            await through(closed).reach_proxy(deadline=2)
    async with proxying() as proxy:
        await through(proxy).reach_proxy(deadline=2)
        unknown = Client(proxy=Proxy("http", "proxy.example", 1), resolve=lambda host: [])
        with pytest.raises(OutboundError, match="proxy_failed"):
            await unknown.reach_proxy(deadline=2)
        await Client().reach_proxy(deadline=2)
    assert proxy.asked == []


async def greeting(connection: Connection) -> None:
    await connection.send(b"220 mail.test\r\n")
    await asyncio.sleep(5)


async def test_mail_goes_through_it_and_its_server_is_not_near(tmp_path: Path) -> None:
    """The socket's own peer is the proxy, which often is near: a password over it is not."""
    async with serving(greeting) as server, proxying({f"{PUBLIC}:587": server.port}) as proxy:
        egress = through(proxy)
        sock, address = await egress.connect("mail.test", 587, deadline=5)
        with sock:
            said = await asyncio.get_running_loop().sock_recv(sock, 100)
        await egress.close()
    assert said == b"220 mail.test\r\n"
    assert (str(address), address.is_private) == (PUBLIC, False)
    assert proxy.asked == [f"CONNECT {PUBLIC}:587"]


async def test_mail_cannot_go_through_a_proxy_with_tls(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "127.0.0.1")
    async with proxying(tls=authority.server) as proxy:
        with pytest.raises(OutboundError, match="proxy_unfit"):
            await through(proxy, scheme="https").connect("mail.test", 587, deadline=5)
    assert proxy.asked == []


async def test_a_proxy_whose_name_has_two_addresses_is_found_at_either(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "hook.test")

    def resolve(host: str) -> list[str]:
        return ["::1", "127.0.0.1"] if host == "localhost" else [PUBLIC]

    async with (
        serving(polite, tls=authority.server) as server,
        proxying({f"{PUBLIC}:443": server.port, f"{PUBLIC}:25": server.port}) as proxy,
    ):
        near = Proxy("http", "localhost", proxy.port)
        egress = Client(proxy=near, resolve=resolve, ca_file=authority.file)
        assert (await post(egress)).status == 200
        sock, _ = await egress.connect("mail.test", 25, deadline=5)
        sock.close()
        await egress.reach_proxy(deadline=2)
        await egress.close()
    assert proxy.asked == [f"CONNECT {PUBLIC}:443", f"CONNECT {PUBLIC}:25"]
