"""channel: the configured destinations, and whether they truly work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.cli.conftest import Done, Env, answer, refused
from tests.fakes.vendors import FakeVendors
from tests.processes import command


@pytest.fixture
async def fakes() -> AsyncIterator[FakeVendors]:
    async with FakeVendors() as running:
        yield running


ADD = """
import asyncio, json, sys
from app import channel_settings
from app.people import organizations
from cli.shared import with_database

async def work():
    org = await organizations.first()
    return [await channel_settings.add(org.id, each, by="tests") for each in json.load(sys.stdin)]

print("\\n".join(with_database(work)))
"""


async def add(env: Env, *entries: dict[str, Any]) -> list[str]:
    import json
    import subprocess
    import sys

    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", ADD],
        input=json.dumps(entries),
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


async def run(env: Env, *arguments: str) -> Done:
    """The fakes answer in this loop, so the command must not hold it up."""
    return await asyncio.to_thread(command, *arguments, env=env)


async def test_channels_are_listed_and_tried(fresh: Env, fakes: FakeVendors) -> None:
    good, bad = await add(
        fresh,
        {"type": "wecom", "webhook_url": fakes.add_bot("wecom", "SECRETKEY01"), "name": "群"},
        {"type": "wecom", "webhook_url": fakes.url + "/cgi-bin/webhook/send?key=unknown"},
    )
    listed, tried, one, nobody = await asyncio.gather(
        run(fresh, "channel", "list", "--json"),
        run(fresh, "channel", "test", bad),
        run(fresh, "channel", "test", good, "--json"),
        run(fresh, "channel", "test", "nobody"),
    )
    assert [row["uid"] for row in answer(listed)] == [good, bad]
    assert "SECRETKEY01" not in listed.stdout
    assert tried.returncode == 6
    assert "FAILED 93000" in tried.stdout
    assert [(row["uid"], row["ok"]) for row in answer(one)] == [(good, True)]
    refused(nobody, 3)


async def test_without_a_uid_every_enabled_channel_is_tried(fresh: Env, fakes: FakeVendors) -> None:
    hooks = [{"type": "custom", "webhook_url": fakes.add_hook(name)} for name in "ab"]
    off = {"type": "custom", "webhook_url": fakes.add_hook("off"), "enabled": False}
    await add(fresh, *hooks, off)
    done = await run(fresh, "channel", "test")
    assert done.returncode == 0, done.stderr
    assert [line.split()[1] for line in done.stdout.splitlines()] == ["ok", "ok"]
    assert {call.token for call in fakes.calls("hook")} == {"a", "b"}


async def test_a_new_shop_has_no_channel_and_that_is_no_fault(fresh: Env) -> None:
    listed, tried = await asyncio.gather(
        run(fresh, "channel", "list", "--json"), run(fresh, "channel", "test", "--json")
    )
    assert answer(listed) == []
    assert answer(tried) == []
