"""Whatever is done honestly verifies; whatever one does to the table is found, and named."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from app import database
from app.people import audit
from app.people.audit import ENTRY, chain
from app.people.audit.verify import Finding, verify
from app.tables import Audit, AuditHead, Organization

TEXT = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=0, max_size=40
)
HISTORY = st.lists(
    st.tuples(st.sampled_from(("record", "seal")), TEXT, TEXT), min_size=1, max_size=12
)
WRITTEN = ("kind", "who", "actor", "action", "area", "target", "detail", "address", "change")


async def live(organization: uuid.UUID, history: list[tuple[str, str, str]]) -> int:
    await Audit.delete().where(Audit.organization == organization)
    await AuditHead.delete().where(AuditHead.organization == organization)
    for what, actor, detail in history:
        if what == "seal":
            await chain.step()
        else:
            await audit.record(organization, actor, "channel.changed", "t", detail)
    for n in range(4):
        await audit.record(organization, "王敏", "channel.changed", n)
    await chain.step()
    return await Audit.count().where(Audit.organization == organization)


def often(given_: SearchStrategy[Any]) -> Any:
    quick = settings(
        suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=8
    )
    return lambda test: quick(given(given_)(test))


async def fault_of(organization: uuid.UUID, **how: Any) -> Finding:
    found = (await verify(organization, **how)).fault
    assert found is not None
    return found


@often(HISTORY)
async def test_any_history_verifies(org: Organization, history: list[tuple[str, str, str]]) -> None:
    count = await live(org.id, history)
    verdict = await verify(org.id)
    assert (verdict.entries, verdict.fault) == (count, None)


async def _set(organization: uuid.UUID, number: int, column: str, value: Any) -> None:
    sql = f"UPDATE audit SET {column} = ? WHERE organization = ? AND number = ?"
    await database.execute(sql, value, organization, number)


async def _delete(organization: uuid.UUID, number: int) -> None:
    await Audit.delete().where(Audit.organization == organization, Audit.number == number)


@often(st.tuples(HISTORY, st.sampled_from(WRITTEN), st.integers(1, 10**6)))
async def test_a_changed_field_is_found(
    org: Organization, drawn: tuple[list[tuple[str, str, str]], str, int]
) -> None:
    history, column, seed = drawn
    number = seed % await live(org.id, history) + 1
    await _set(org.id, number, column, "Mallory")

    fault = await fault_of(org.id)
    assert (fault.what, fault.number) == ("changed", number)


@often(st.tuples(HISTORY, st.integers(1, 10**6), st.booleans()))
async def test_a_deleted_row_is_found_also_when_the_others_move_up(
    org: Organization, drawn: tuple[list[tuple[str, str, str]], int, bool]
) -> None:
    history, seed, closes = drawn
    count = await live(org.id, history)
    number = seed % count + 1
    await _delete(org.id, number)
    if closes:
        for n in range(number + 1, count + 1):
            await _set(org.id, n, "number", n - 1)

    fault = await fault_of(org.id)
    assert fault.number == number
    assert fault.what in (("moved", "removed") if closes else ("removed",))


@often(st.tuples(HISTORY, st.integers(1, 10**6)))
async def test_swapped_rows_are_found(
    org: Organization, drawn: tuple[list[tuple[str, str, str]], int]
) -> None:
    history, seed = drawn
    count = await live(org.id, history)
    one = seed % (count - 1) + 1
    for before, after in ((one, 0), (one + 1, one), (0, one + 1)):
        await _set(org.id, before, "number", after)

    fault = await fault_of(org.id)
    assert (fault.what, fault.number) == ("moved", one)


@often(st.tuples(HISTORY, st.integers(1, 10**6)))
async def test_an_inserted_row_is_found(
    org: Organization, drawn: tuple[list[tuple[str, str, str]], int]
) -> None:
    history, seed = drawn
    count = await live(org.id, history)
    number = seed % count + 1
    for n in range(count, number - 1, -1):
        await _set(org.id, n, "number", n + 1)
    forged = Audit(
        {
            Audit.organization: org.id,
            Audit.actor: "王敏",
            Audit.action: "channel.off",
            Audit.number: number,
            Audit.mark: "0" * 32,
            Audit.hash: "0" * 32,
        }
    )
    await Audit.insert(forged)

    fault = await fault_of(org.id)
    assert (fault.what, fault.number) == ("changed", number)


@pytest.mark.parametrize("mark", ["", "0" * 32])
async def test_a_row_that_waits_to_be_sealed_is_found_before_and_after(
    org: Organization, mark: str
) -> None:
    count = await live(org.id, [])
    forged = Audit(
        {
            Audit.organization: org.id,
            Audit.actor: "王敏",
            Audit.action: "channel.off",
            Audit.mark: mark,
        }
    )
    await Audit.insert(forged)
    fault = await fault_of(org.id)
    assert (fault.what, fault.id) == ("forged", forged.id)

    await chain.step()
    fault = await fault_of(org.id)
    assert (fault.what, fault.number) == ("changed", count + 1)


async def test_rows_cut_off_at_the_end_are_found(org: Organization) -> None:
    count = await live(org.id, [])
    await _delete(org.id, count)
    await _delete(org.id, count - 1)
    fault = await fault_of(org.id)
    assert (fault.what, fault.number) == ("removed", count - 1)

    # Whoever also sets the head back cannot seal it, unless they have kept it from then.
    last = await database.row(dict, "SELECT hash FROM audit WHERE number = ?", count - 2)
    await AuditHead.update({AuditHead.number: count - 2, AuditHead.hash: last["hash"]}).where(  # type: ignore[index]
        AuditHead.organization == org.id
    )
    fault = await fault_of(org.id)
    assert fault.what == "head"


async def test_a_head_that_was_kept_shows_what_an_old_copy_hides(org: Organization) -> None:
    """Who puts all rows of an earlier moment back is only found by what somebody kept elsewhere."""
    await live(org.id, [])
    old = await chain.head(org.id)
    await audit.record(org.id, "王敏", "channel.off")
    await chain.step()
    kept = await chain.head(org.id)
    assert old is not None
    assert kept is not None
    await _delete(org.id, kept.number)
    await AuditHead.update(
        {AuditHead.number: old.number, AuditHead.hash: old.hash, AuditHead.seal: old.seal}
    ).where(AuditHead.organization == org.id)

    assert (await verify(org.id)).fault is None
    fault = await fault_of(org.id, kept=(kept.number, kept.hash))
    assert (fault.what, fault.number) == ("removed", kept.number)
    assert (await verify(org.id, kept=(old.number, old.hash))).fault is None
    fault = await fault_of(org.id, kept=(old.number, "0" * 32))
    assert (fault.what, fault.number) == ("other_head", old.number)


async def test_an_entry_of_another_organization_does_not_pass_for_one_of_ours(
    org: Organization, other_org: Organization
) -> None:
    await live(org.id, [])
    await live(other_org.id, [])
    await _delete(org.id, 2)
    await database.execute(
        "UPDATE audit SET organization = ? WHERE organization = ? AND number = 2",
        org.id,
        other_org.id,
    )
    fault = await fault_of(org.id)
    assert (fault.what, fault.number) == ("changed", 2)
    assert (await verify(other_org.id)).fault is not None


def test_every_column_is_tried() -> None:
    rest = {"id", "organization", "at", "mark", "number", "hash"}
    assert {each._meta.name for each in ENTRY} == {*WRITTEN, *rest}
