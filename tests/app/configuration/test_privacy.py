"""How long messages are kept, and who sees contact data, in a file."""

from __future__ import annotations

from app.configuration import parts
from app.tables import Organization
from tests.app.configuration.conftest import applied, faults


async def test_it_is_written_and_read(org: Organization) -> None:
    said = {"spam": 30, "categories": [{"category": "合同", "days": 900}], "how": "anonymise"}
    await applied(org, {"retention": said})
    assert await parts.read(org, ("retention",)) == {"retention": said}
    await applied(org, {"retention": {}})
    assert await parts.read(org, ("retention",)) == {"retention": {}}


async def test_a_fault_is_named_at_its_place(org: Organization) -> None:
    assert await faults(org, {"retention": {"spam": 0}}) == [("/retention/spam", "out_of_range")]


async def test_who_sees_contact_data_is_written_and_read(org: Organization) -> None:
    said = {"agents": "asked", "viewers": "masked"}
    await applied(org, {"contacts": said})
    assert await parts.read(org, ("contacts",)) == {"contacts": said}
    assert await faults(org, {"contacts": {"agents": "some"}}) == [
        ("/contacts/agents", "not_a_choice")
    ]
    await applied(org, {"contacts": {}})
    assert await parts.read(org, ("contacts",)) == {"contacts": {}}
