"""Names, the time outside, and our own address; each with the trouble planted."""

from __future__ import annotations

import datetime as dt
import socket
from email.utils import format_datetime
from typing import Any

import pytest

from app.diagnosis import network
from tests.app.raw_server import Connection, opened, serving


async def found(host: str) -> Any:
    if host.startswith("gone"):
        raise socket.gaierror(socket.EAI_NONAME, "unknown")
    return [host]


async def test_a_name_that_is_not_found_is_told_and_a_dead_resolver_is_told_as_such() -> None:
    asked = {
        ("a.example", "b.example"): ("ok", "are found"),
        ("a.example", "gone.example"): ("fail", "gone.example is not found"),
        ("gone.example", "gone.b.example"): ("fail", "/etc/resolv.conf"),
    }
    for hosts, (state, words) in asked.items():
        [told] = await network.names(hosts, found)
        assert (told.about, told.state) == ("dns", state)
        assert words in told.line()
    assert await network.names([], found) == []


async def test_this_machine_finds_itself() -> None:
    [told] = await network.names(["localhost"])
    assert told.state == "ok"


@pytest.mark.parametrize(("hours", "state"), [(0, "ok"), (2, "fail"), (-2, "fail")])
async def test_a_clock_that_is_wrong_is_told_by_what_another_server_says(
    hours: int, state: str
) -> None:
    there = dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours)

    async def tell(connection: Connection) -> None:
        await connection.head()
        await connection.answer(b"", f"Date: {format_datetime(there, usegmt=True)}")

    async with serving(tell) as server, opened() as egress:
        places = ["http://127.0.0.1:9/", f"http://127.0.0.1:{server.port}/"]
        [told] = await network.clock(places, egress)
    assert (told.about, told.state) == ("clock", state)


async def test_a_date_of_any_shape_costs_nothing() -> None:
    async def tell(connection: Connection) -> None:
        await connection.head()
        await connection.answer(b"", "Date: yesterday, about noon")

    async with serving(tell) as server, opened() as egress:
        assert await network.clock([f"http://127.0.0.1:{server.port}/"], egress) == []


@pytest.mark.parametrize(
    ("status", "body", "state", "words"),
    [
        ("200 OK", b'{"status":"ok"}', "ok", "This product answers"),
        ("200 OK", b"<h1>Welcome to nginx</h1>", "fail", "Something else answers"),
        ("502 Bad Gateway", b"", "fail", "answers 502"),
    ],
)
async def test_who_answers_at_our_address_is_told(
    status: str, body: bytes, state: str, words: str
) -> None:
    async def tell(connection: Connection) -> None:
        await connection.head()
        await connection.answer(body, status=status)

    async with serving(tell) as server, opened() as egress:
        [told] = await network.ours(f"http://127.0.0.1:{server.port}", egress)
        assert await network.ours("http://127.0.0.1:9", egress) == []
    assert (told.about, told.state) == ("address", state)
    assert words in told.line()
