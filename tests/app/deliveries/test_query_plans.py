"""What runs for every message and every notice never walks through all that ever was.

SQLite plans without statistics, so a wrong turn shows in the plan, however few rows there are.
PostgreSQL keeps statistics of its own.
"""

from __future__ import annotations

import re
import sqlite3

import msgspec
import pytest

from app import database, messages
from app.channel_settings.trial import last_try
from app.deliveries import Courier, forecast
from app.deliveries.sweep import due, rescue
from app.fields.check import Answers
from app.messages import acts, remarks, spam_check
from app.rules import chains, change, reminders
from app.tables import Agent, Organization
from tests.app.deliveries.confirm.conftest import channel, mail
from tests.app.deliveries.conftest import Add, Leave, settled
from tests.app.deliveries.planning import later
from tests.fakes.mail import FakeMail
from tests.fakes.vendors import FakeVendors

__all__ = ["channel", "mail"]

LONG = "请问这款产品有没有优惠活动，什么时候可以发货，能不能开发票，谢谢，请尽快联系我。"
WALK = re.compile(
    r"SCAN (?:message|delivery|dispatch|attempt|remark|[dmrsa])\b"
    r"|(?:message_newest|delivery_newest|delivery_by_state) \(organization=\?\)"
    r"|(?:delivery_of_channel|dispatch_by_channel|attempt_by_channel) \(channel=\?\)"
    r"|(?:message_by_status|message_text|message_same) \(organization=\?\)"
)


async def told(engine: database.SQLite) -> list[str]:
    """Every statement from now on, with its values."""
    heard: list[str] = []
    assert engine._writer is not None
    readers = [engine._readers.get_nowait() for _ in range(engine._readers.qsize())]
    for connection in (engine._writer, *readers):
        await connection.set_trace_callback(heard.append)
    for reader in readers:
        engine._readers.put_nowait(reader)
    return heard


def plans_of(path: str, statements: list[str]) -> list[str]:
    """Each step of the plan of each statement."""
    with sqlite3.connect(path) as connection:
        found = [
            f"{step[3]}: {statement}"
            for statement in dict.fromkeys(statements)
            if statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH"))
            for step in connection.execute(f"EXPLAIN QUERY PLAN {statement}")
        ]
    connection.close()
    return found


def walks(path: str, statements: list[str]) -> list[str]:
    return [each for each in plans_of(path, statements) if WALK.search(each.partition(":")[0])]


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("spoiled")
async def test_a_message_from_its_form_to_its_end(
    org: Organization,
    leave: Leave,
    add: Add,
    courier: Courier,
    fakes: FakeVendors,
    answers: Answers,
) -> None:
    await add("custom", fakes.add_hook("crm"), digest=True)
    engine = database.engine()
    assert isinstance(engine, database.SQLite)
    heard = await told(engine)

    left = [await leave(f"{number} {LONG}") for number in range(12)]
    await leave(f"1 {LONG}", phone="13900139000")
    await spam_check.reason(org, msgspec.structs.replace(answers, content=LONG), "192.168.1.7")
    await due()
    await rescue()
    await settled(courier, org)
    shown = await messages.show(org.id, left[0].uid)
    await messages.read(org.id, left[0].uid)
    await messages.handle(org.id, left[0].uid, outcome="phone", note="", by="owner")

    assert shown.deliveries[0].state == "sent"
    assert len([each for each in heard if each.startswith("UPDATE delivery")]) > 3
    assert walks(engine.path, heard) == []


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("spoiled")
async def test_what_is_given_to_somebody_from_the_rule_to_their_mail(
    org: Organization, owner: Agent, leave: Leave, courier: Courier, mail: FakeMail, channel: str
) -> None:
    step = {"after_minutes": 30, "channel": chains.ASSIGNEE}
    await reminders.save(org.id, {"chains": [{"steps": [step]}]}, by="tests")
    named = {"name": "theirs", "then": {"assignee": str(owner.id)}}
    await change.replace(org.id, {"mode": "all", "rules": [named]}, by="tests")
    engine = database.engine()
    assert isinstance(engine, database.SQLite)
    heard = await told(engine)

    left = [await leave(f"{number} {LONG}") for number in range(3)]
    note = f"@{owner.name or owner.email}"
    await remarks.add(org.id, left[0].uid, note, visible=False, by="Boss")
    for whom in (None, owner.id):
        await messages.to_one(org.id, left[1].uid, acts.assigned(whom), by="Boss")
    giving = [*heard]
    await later(seconds=31)
    heard.clear()
    await settled(courier, org)

    assert [letter.recipients for letter in mail.messages].count([owner.email]) == 1
    assert walks(engine.path, [*giving, *heard]) == []


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_what_was_missed_is_only_looked_for_among_what_waits(org: Organization) -> None:
    engine = database.engine()
    assert isinstance(engine, database.SQLite)
    heard = await told(engine)
    await forecast.missed_by(org.id)
    steps = [each.partition(":")[0] for each in plans_of(engine.path, heard)]
    looked = "message_by_status (organization=? AND status=? AND id>? AND id<?)"
    assert sum(looked in each and "COVERING" in each for each in steps) == 1
    assert any("COVERING INDEX delivery_failed (organization=? AND state=?" in e for e in steps)


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_the_last_test_is_not_looked_for_among_all_tries(org: Organization) -> None:
    engine = database.engine()
    assert isinstance(engine, database.SQLite)
    heard = await told(engine)
    await last_try(org.id)
    (step,) = plans_of(engine.path, heard)
    assert "attempt_of_test (channel=?)" in step
