"""The chain of the audit: every entry gets its place once, whoever works, however late it comes."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest

from app import database, settings
from app.people import agents, audit
from app.people.audit import Entry, chain, statements
from app.people.audit.chain import AT_ONCE
from app.people.audit.verify import Finding, verify
from app.tables import Audit, AuditHead, Organization
from tests.conftest import make_settings


async def entries(organization: uuid.UUID) -> list[Entry]:
    return await database.rows(Entry, statements.CHAIN, organization, 0, 10_000)


async def some(organization: uuid.UUID, number: int) -> None:
    for n in range(number):
        await audit.record(organization, "王敏", "channel.changed", uuid.uuid4(), f"第 {n} 次")


async def fault_of(organization: uuid.UUID, **how: Any) -> Finding:
    found = (await verify(organization, **how)).fault
    assert found is not None
    return found


async def test_entries_get_numbers_in_order_and_each_hash_covers_the_one_before(
    org: Organization, other_org: Organization
) -> None:
    await some(org.id, 3)
    await some(other_org.id, 2)
    await chain.step()
    await some(org.id, 2)
    await chain.step()

    found = await entries(org.id)
    assert [each.number for each in found] == [1, 2, 3, 4, 5]
    assert [each.detail for each in found] == [f"第 {n} 次" for n in (0, 1, 2, 0, 1)]
    assert len({each.hash for each in found}) == 5
    for organization, count in ((org.id, 5), (other_org.id, 2)):
        verdict = await verify(organization)
        assert (verdict.entries, verdict.waiting, verdict.fault) == (count, 0, None)


async def test_workers_that_seal_at_once_while_others_record_give_each_place_once(
    org: Organization,
) -> None:
    async def worker() -> None:
        for _ in range(8):
            await chain.step()

    await asyncio.gather(worker(), some(org.id, 15), worker(), some(org.id, 15), worker())
    await chain.step()

    assert [each.number for each in await entries(org.id)] == list(range(1, 31))
    assert (await verify(org.id)).fault is None


async def test_what_a_worker_did_not_commit_was_never_given(
    org: Organization,
) -> None:
    await some(org.id, 3)

    async def dies() -> None:
        async with database.transaction():
            await chain.place(org.id)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await dies()

    assert await entries(org.id) == []
    await chain.step()
    verdict = await verify(org.id)
    assert (verdict.entries, verdict.fault) == (3, None)


async def test_an_entry_that_is_committed_late_comes_after_those_that_were_sealed_before(
    org: Organization,
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with database.transaction():
            await audit.record(org.id, "slow", "channel.changed")
            begun.set()
            await go_on.wait()

    if isinstance(database.engine(), database.SQLite):
        return  # One writer: nothing is recorded while a transaction is open.
    task = asyncio.create_task(slow())
    await begun.wait()
    await some(org.id, 2)
    await chain.step()
    go_on.set()
    await task
    await chain.step()

    assert [each.actor for each in await entries(org.id)] == ["王敏", "王敏", "slow"]
    assert (await verify(org.id)).fault is None


async def test_entries_of_before_the_upgrade_are_sealed_with_who_they_are_by(
    org: Organization,
) -> None:
    agent = await agents.create(org.id, email="wang@shop.example", password="correct horse 9")
    old = [
        Audit({Audit.organization: org.id, Audit.actor: actor, Audit.action: action})
        for actor, action in (
            (agent.name, "channel.added"),
            ("leavemsg admin", "member.added"),
            ("visitor", "message.solved"),
        )
    ]
    await Audit.insert(*old)
    assert (await verify(org.id)).fault is None
    await chain.step()

    found = await entries(org.id)
    assert [(each.who, each.area) for each in found] == [
        (str(agent.id), "channels"),
        ("cli", "people"),
        ("visitor", "messages"),
    ]
    verdict = await verify(org.id)
    assert (verdict.entries, verdict.old, verdict.fault) == (3, 3, None)


async def test_more_than_fits_into_one_transaction_is_sealed_piece_by_piece(
    org: Organization,
) -> None:
    rows = [
        Audit({Audit.organization: org.id, Audit.actor: "old", Audit.action: "channel.added"})
        for _ in range(AT_ONCE + 3)
    ]
    await Audit.insert(*rows)

    assert await chain.step()
    assert not await chain.step()
    verdict = await verify(org.id)
    assert (verdict.entries, verdict.old, verdict.fault) == (AT_ONCE + 3, AT_ONCE + 3, None)


async def test_with_another_secret_key_the_chain_goes_on_and_says_so(
    org: Organization,
) -> None:
    await some(org.id, 3)
    await chain.step()
    await some(org.id, 1)
    before = settings.current()
    settings.use(make_settings(before.data_dir, LEAVEMSG_SECRET_KEY="another-" + "x" * 32))
    fault = await fault_of(org.id)
    assert fault.number == 1

    await chain.accept_key()
    await some(org.id, 2)
    await chain.step()

    verdict = await verify(org.id)
    assert (verdict.entries, verdict.since, verdict.fault) == (7, 4, None)
    assert [each.action for each in await entries(org.id)][4] == "audit.other_key"


async def test_a_removed_head_is_made_anew_and_stays_visible_for_ever(org: Organization) -> None:
    await some(org.id, 4)
    await chain.step()
    await Audit.delete().where(Audit.organization == org.id, Audit.number == 4)
    await AuditHead.delete().where(AuditHead.organization == org.id)
    fault = await fault_of(org.id)
    assert fault.what == "head"

    await some(org.id, 1)
    await chain.step()
    await chain.step()

    fault = await fault_of(org.id)
    assert fault.what == "mended"
    assert "audit.broken" in [each.action for each in await entries(org.id)]
