"""quickstart: from nothing to a test that somebody saw."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pty
import re
import sys
from collections.abc import AsyncIterator

import pytest

from tests.cli.conftest import Done, Env, answer
from tests.fakes.vendors import FakeVendors
from tests.processes import COMMAND, ROOT, command

PASSWORD = re.compile(r"Password: (\S+)")
OWNER = ("quickstart", "--email", "owner@shop.example", "--channel-stdin", "--no-serve")


@pytest.fixture
async def fakes() -> AsyncIterator[FakeVendors]:
    async with FakeVendors() as running:
        yield running


async def run(env: Env, *arguments: str, given: str = "") -> Done:
    """The fakes answer in this loop, so the command must not hold it up."""
    return await asyncio.to_thread(command, *arguments, env=env, input=given)


async def channels(env: Env) -> list[dict[str, object]]:
    found: list[dict[str, object]] = answer(await run(env, "channel", "list", "--json"))
    return found


async def test_an_email_and_an_address_are_all_that_it_takes(
    fresh: Env, fakes: FakeVendors
) -> None:
    robot = fakes.add_bot("wecom", "k1")

    done = await run(fresh, *OWNER, given=f"{robot}\n")

    assert (done.returncode, done.stderr) == (0, "")
    assert PASSWORD.search(done.stdout)
    assert "wecom accepted a test message" in done.stdout
    assert 'data-lm-site="default"' in done.stdout
    assert "/arrived/" in fakes.calls()[0].raw.decode()
    (channel,) = await channels(fresh)
    assert channel["enabled"]


async def test_a_second_time_it_goes_on_where_it_stopped(fresh: Env, fakes: FakeVendors) -> None:
    first = await run(fresh, *OWNER, given="\n")
    assert first.returncode == 0
    assert "No channel yet" in first.stdout
    robot = fakes.add_bot("wecom", "k1")

    again = await run(fresh, *OWNER, given=f"{robot}\n")
    third = await run(fresh, *OWNER, given=f"{robot}\n")

    assert "There is an account already" in again.stdout
    assert "accepted a test message" in again.stdout
    assert "A channel is set up already" in third.stdout
    assert len(fakes.calls()) == 1
    assert len(await channels(fresh)) == 1


async def test_a_robot_that_refuses_is_not_kept(fresh: Env, fakes: FakeVendors) -> None:
    wrong = fakes.url + "/cgi-bin/webhook/send?key=" + "1" * 20

    done = await run(fresh, *OWNER, given=f"{wrong}\n")

    assert done.returncode == 6
    assert "93000" in done.stderr
    assert await channels(fresh) == []


async def test_what_is_no_address_is_refused_in_words(fresh: Env) -> None:
    done = await run(fresh, *OWNER, given="not an address\n")

    assert done.returncode == 4
    assert done.stderr.startswith("pasted: We do not know this address")


async def test_without_a_terminal_nothing_is_asked(fresh: Env) -> None:
    done = await run(fresh, "quickstart", "--no-serve")

    assert done.returncode == 2
    assert "--email" in done.stderr


async def test_on_a_terminal_it_asks_two_things_and_whether_the_test_is_seen(
    fresh: Env, fakes: FakeVendors
) -> None:
    keyboard, terminal = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", COMMAND, "quickstart", "--no-serve"),
        env=fresh,
        cwd=ROOT,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)
    shown = asyncio.create_task(asyncio.to_thread(_all_of, keyboard))
    for typed in ("owner@shop.example", "nothing known", fakes.add_bot("wecom", "k1"), "y"):
        os.write(keyboard, f"{typed}\n".encode())

    assert await asyncio.wait_for(process.wait(), 60) == 0
    text = await shown
    os.close(keyboard)

    assert "We do not know this address" in text
    assert "█" in text or "▀" in text
    (channel,) = await channels(fresh)
    health = channel["health"]
    assert isinstance(health, dict)
    assert health["received_by"] == "owner@shop.example"


def _all_of(keyboard: int) -> str:
    """What a terminal shows until its program ends."""
    found = b""
    with contextlib.suppress(OSError):
        while piece := os.read(keyboard, 65536):
            found += piece
    return found.decode("utf-8", "replace")
