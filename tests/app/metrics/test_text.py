"""All numbers, as Prometheus reads them."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from typing import Any, get_args

import msgspec
import pytest
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as openmetrics,
)
from prometheus_client.parser import text_string_to_metric_families

from app import channel_settings, database, heartbeat, instance, messages
from app.backup import BACKUP, told
from app.channels.kinds import KINDS
from app.deliveries import Courier
from app.errors import Outcome
from app.fields.check import Answers
from app.messages import Visit
from app.metrics import counted, found, text
from app.outside import egress
from app.tables import Channel, Delivery, Mailbox, Organization

CANARY = "Kanarienvogel"
CRM = {"type": "custom", "webhook_url": "http://127.0.0.1:9/hook", "rate_limit_per_minute": 0}

Numbers = dict[tuple[str, ...], float]


async def scraped() -> Numbers:
    """Each sample by its name and the values of its labels."""
    content, media_type = await text.scrape()
    assert media_type.startswith("text/plain; version=0.0.4")
    return {
        (sample.name.removeprefix("leavemsg_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(content.decode())
        for sample in family.samples
    }


async def leave(org: Organization, visit: Visit, **said: Any) -> None:
    answers = Answers(**{"content": CANARY, "phone": "13800138000", "name": CANARY, **said})
    await messages.leave(org, answers, visit, submission_id=f"{random.random()}")


async def test_what_waits_and_what_is_broken_is_told_of_all_organizations_and_of_none_by_name(
    org: Organization, other_org: Organization, visit: Visit
) -> None:
    await Organization.update({Organization.name: CANARY}, force=True)
    for each in (org, other_org):
        await channel_settings.replace(
            each.id, {"notifications": [{**CRM, "name": CANARY}]}, by="t"
        )
    await leave(org, visit)
    await Delivery.update({Delivery.purpose: "remind1"}, force=True)
    await leave(org, visit, content="two")
    hour = await database.now() - dt.timedelta(hours=1)
    await Delivery.update({Delivery.due_at: hour}, force=True)
    broken = Channel.organization == other_org.id
    await Channel.update({Channel.failures: 3}).where(broken)
    box = {Mailbox.organization: org.id, Mailbox.config: "{}", Mailbox.fault: "x"}
    await Mailbox.insert(Mailbox(box))
    await heartbeat.beat()
    numbers = await scraped()
    assert numbers["deliveries_pending",] == 2
    assert 3600 <= numbers["deliveries_oldest_pending_seconds",] < 3700
    assert numbers["reminders_due",] == 1
    assert numbers["channels", "custom"] == 2
    assert (numbers["channels_broken", "custom"], numbers["channels_failing", "custom"]) == (1, 1)
    assert (numbers["mailboxes",], numbers["mailboxes_failing",]) == (1, 1)
    assert (numbers["ready",], numbers["part_ok", "database"]) == (1, 1)
    assert numbers["part_ok", "redis"] == 0
    assert numbers["database_size_bytes",] > 0
    assert 0 <= numbers["worker_beat_age_seconds",] < 60
    assert CANARY not in (await text.scrape())[0].decode()


async def test_the_last_backup_is_told_whoever_made_it(
    org: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(found, "KEPT_SECONDS", 0.0)
    monkeypatch.setattr(found, "SHARE", 0)
    numbers = await scraped()
    assert (("backup_age_seconds",) in numbers, numbers["backup_faults",]) == (False, 0)
    await instance.write(BACKUP, "")
    await database.execute(
        "UPDATE instance SET at = ? WHERE name = ?",
        await database.now() - dt.timedelta(days=5),
        BACKUP,
    )
    assert (await scraped())["backup_age_seconds",] > 4 * 86400
    failed = told.Round(faults={"s3": "away"})
    await instance.write(told.ROUND, msgspec.json.encode(failed).decode())
    numbers = await scraped()
    assert (numbers["backup_age_seconds",] > 4 * 86400, numbers["backup_faults",]) == (True, 1)
    made = told.Round(made_at="now", places=["s3"])
    await instance.write(told.ROUND, msgspec.json.encode(made).decode())
    numbers = await scraped()
    assert (numbers["backup_age_seconds",] < 600, numbers["backup_faults",]) == (True, 0)
    await instance.write(told.ROUND, "[]")
    numbers = await scraped()
    assert (numbers["backup_age_seconds",] > 4 * 86400, numbers["backup_faults",]) == (True, 0)


async def test_it_is_openmetrics_for_who_asks_for_it(db: str) -> None:
    content, media_type = await text.scrape("application/openmetrics-text; version=1.0.0")
    assert media_type.startswith("application/openmetrics-text; version=1.0.0")
    names = {family.name for family in openmetrics(content.decode())}
    assert {"leavemsg_submissions", "leavemsg_sends", "process_resident_memory_bytes"} <= names


async def test_the_database_is_asked_once_for_many(
    org: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(found, "KEPT_SECONDS", 600.0)
    many = await asyncio.gather(*(found.now() for _ in range(20)))
    assert len({id(each) for each in many}) == 1
    assert await found.now() is many[0]


async def test_a_look_that_takes_long_is_kept_for_longer(
    org: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(found, "KEPT_SECONDS", 0.0)
    monkeypatch.setattr(found, "SHARE", 0)
    first = await found.now()
    monkeypatch.setattr(found, "SHARE", 10**6)
    second = await found.now()
    assert second is not first
    assert await found.now() is second


async def test_without_a_database_what_the_process_counts_is_told_all_the_same(db: str) -> None:
    await database.engine().close()
    if isinstance(engine := database.engine(), database.SQLite):
        engine.connection_kwargs["database"] = "/nowhere/leavemsg.sqlite"
    numbers = await scraped()
    assert (numbers["ready",], numbers["part_ok", "database"]) == (0, 0)
    assert ("deliveries_pending",) not in numbers
    assert numbers["database_connections_max",] > 0
    assert ("submissions_total", "accepted", "form") in numbers


async def test_messages_transactions_and_sends_are_counted(
    org: Organization, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    await channel_settings.replace(org.id, {"notifications": [CRM]}, by="t")
    before = await scraped()

    def more(numbers: Numbers, *name: str) -> float:
        return numbers.get(name, 0) - before.get(name, 0)

    await leave(org, visit)
    await leave(org, visit)
    courier = Courier(egress())
    await courier.drain(org.id)
    await courier.stop(5)
    after = await scraped()
    assert more(after, "messages_total", "new") == 1
    assert more(after, "messages_total", "repeat") == 1
    assert more(after, "database_transaction_seconds_count") >= 3
    assert more(after, "sends_total", "custom", "retry") == 1
    assert more(after, "send_seconds_count", "custom") == 1


def test_no_outcome_of_a_send_becomes_other() -> None:
    outcomes = {*get_args(Outcome), "ok"}
    assert len(outcomes) < 20
    assert max(200, len(KINDS) * len(outcomes)) <= counted.SERIES_MAX
