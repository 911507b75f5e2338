"""The parts of the installation."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
from collections.abc import Callable
from typing import Any

import pytest

from app import channel_settings, database, health, heartbeat, keymark, queue, settings
from app.diagnosis import files, parts
from app.tables import Channel, Organization
from tests.servers import full_disk

CRM = {"type": "custom", "name": "CRM", "webhook_url": "https://crm.example/hook"}

KEY = os.environ["LEAVEMSG_SECRET_KEY"]


async def states(organization: Organization | None = None) -> dict[str, str]:
    found = await parts.look(settings.current(), organization.id if organization else None)
    return {each.about: each.state for each in found}


async def test_what_works_is_said_with_its_kind_and_size(org: Organization, db: str) -> None:
    await heartbeat.beat()
    found = {each.about: each for each in await parts.look(settings.current())}
    told = found["database"]
    assert told.state == "ok"
    assert told.facts["kind"] == ("PostgreSQL" if db else "SQLite")
    assert float(told.facts["n"]) > 0
    assert (found["worker"].state, found["queue"].state) == ("ok", "ok")
    assert found["clock"].state == "ok"
    assert found["redis"].state == "warn"
    assert "{" not in told.line()


async def test_without_a_worker_it_fails_and_says_what_to_start(org: Organization) -> None:
    assert (await states())["worker"] == "fail"


async def test_work_that_waits_for_long_is_told(org: Organization) -> None:
    await heartbeat.beat()
    minutes = await database.now() - dt.timedelta(minutes=2)
    await database.execute("UPDATE organization SET due_at = ?", minutes)
    assert (await states())["queue"] == "fail"


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_a_full_disk_is_told_of_database_and_folder(org: Organization) -> None:
    with full_disk():
        told, *_ = await parts.look(settings.current())
        room, *_ = files.look(settings.current())
    assert told.line() == "fail  database     The disk is full: free some room."
    assert (room.state, "is full: free some room" in room.line()) == ("fail", True)


async def test_each_state_of_each_part_has_its_plain_words(org: Organization) -> None:
    """What `/readyz` says of it; nothing of a place or a version."""
    well = {**(await health.look()), "worker": "ok", "redis": "ok", "oldest_due_seconds": 0}
    assert parts.plain(well) == ""
    troubles = {
        "schema": {"old": "the next start"},
        "key": {"other": "secret.key"},
        "worker": {"down": "start `leavemsg serve`"},
        "redis": {"full": "more memory", "read_only": "the primary", "down": "does not answer"},
        "disk": {"low": "hardly any room", "full": "is full", "read_only": "check the mount"},
        "oldest_due_seconds": {100: "waited for 100 seconds"},
    }
    for part, states_of in troubles.items():
        for state, words in states_of.items():
            told = parts.plain({**well, part: state})
            assert words in told, (part, state, told)
            assert "{" not in told
    for reason in [*parts.REASONS, "away"]:
        told = parts.plain({**well, "database": "down", "reason": reason})
        assert told.startswith("database: "), told


async def test_channels_of_another_key_are_named_to_their_own_organization(
    org: Organization, other_org: Organization, configure: Callable[..., Any]
) -> None:
    await channel_settings.replace(other_org.id, {"notifications": [CRM]}, by="t")
    await Channel.update({Channel.config: "unreadable"}, force=True)
    await keymark.accept()
    assert (await states())["channel"] == "fail"
    assert (await states(other_org))["channel"] == "fail"
    assert "channel" not in await states(org)


async def test_a_key_that_is_being_changed_is_named(
    org: Organization, configure: Callable[..., Any]
) -> None:
    await keymark.accept()
    configure(LEAVEMSG_SECRET_KEY="o" * 40, LEAVEMSG_OTHER_SECRET_KEYS=KEY)
    await keymark.settle()
    assert (await states())["key"] == "warn"


async def test_a_clock_that_runs_away_is_named(org: Organization) -> None:
    assert await queue.now() is None
    assert (await states())["clock"] == "ok"


async def test_a_redis_that_hangs_costs_only_its_own_line(org: Organization) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    queue.connect(f"redis://127.0.0.1:{port}/0")
    found = await states()
    assert (found["redis"], found["database"], found["clock"]) == ("warn", "ok", "ok")
    await queue.close()
    server.close()


async def test_a_worker_with_another_address_is_named(
    org: Organization, configure: Callable[..., Any]
) -> None:
    await heartbeat.beat()
    assert "address" not in await states()
    configure(LEAVEMSG_BASE_URL="https://desk.example.com")
    assert (await states())["address"] == "fail"


async def test_a_command_without_the_port_of_the_worker_is_told_of_it(
    org: Organization, configure: Callable[..., Any]
) -> None:
    await heartbeat.beat()
    settings = configure(LEAVEMSG_BASE_URL="http://localhost:8081")
    [found] = [each for each in await parts.look(settings) if each.about == "address"]
    assert (found.state, "the same PORT" in found.told()) == ("warn", True)
    assert "http://localhost:8081" in found.told()
