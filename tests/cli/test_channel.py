"""channel: the configured destinations, and whether they truly work."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
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


async def program(text: str, env: Env, *arguments: str, given: str = "") -> str:
    """What it printed, from a process of its own beside the data."""
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", text, *arguments],
        input=given,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


async def add(env: Env, *entries: dict[str, Any]) -> list[str]:
    return (await program(ADD, env, given=json.dumps(entries))).split()


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


MISS = """
from app import database, messages
from app.fields.check import Answers
from app.messages import Visit
from app.people import organizations
from cli.shared import with_database

async def work():
    org = await organizations.first()
    visit = Visit(ip="192.0.2.1")
    await messages.leave(org, Answers(content="hello"), visit, submission_id="1")
    await database.execute("UPDATE delivery SET state = 'failed', reason = 'permanent_config'")

with_database(work)
"""
REMOVE = """
import sys
from app import channel_settings
from app.people import organizations
from cli.shared import with_database

async def work():
    org = await organizations.first()
    await channel_settings.archive(org.id, sys.argv[1], by="tests")

with_database(work)
"""
HOOK = {"type": "custom", "webhook_url": "http://127.0.0.1:9/hook", "name": "CRM"}


async def test_what_a_channel_missed_is_sent_once_more_and_only_once(fresh: Env) -> None:
    [uid] = await add(fresh, HOOK)
    await program(MISS, fresh)

    assert answer(await run(fresh, "channel", "resend", uid, "--json")) == {"resent": 1}
    assert (await run(fresh, "channel", "resend", uid)).stdout == "0 to be sent once more.\n"
    refused(await run(fresh, "channel", "resend", "nobody"), 3)


async def test_a_removed_channel_is_listed_and_comes_back_as_it_was(fresh: Env) -> None:
    [uid] = await add(fresh, HOOK)
    assert answer(await run(fresh, "channel", "restore", "--json")) == []
    await program(REMOVE, fresh, uid)
    assert answer(await run(fresh, "channel", "list", "--json")) == []

    [removed] = answer(await run(fresh, "channel", "restore", "--json"))
    assert (removed["uid"], removed["name"]) == (uid, "CRM")
    [back] = answer(await run(fresh, "channel", "restore", uid, "--json"))
    assert (back["uid"], back["name"]) == (uid, "CRM")
    [listed] = answer(await run(fresh, "channel", "list", "--json"))
    assert listed["uid"] == uid
    assert answer(await run(fresh, "channel", "restore", "--json")) == []
    refused(await run(fresh, "channel", "restore", "nobody"), 3)
