"""What stands before a form against spam."""

from __future__ import annotations

from app.messages import guards
from app.people import audit
from app.tables import Organization


async def test_the_calculation_is_switched_and_noted(org: Organization) -> None:
    for on in (True, False):
        await guards.ask_proof_of_work(org.id, on, by="owner")
        assert await guards.asks_proof_of_work(org.id) is on
    assert [each.action for each in await audit.of(org.id, org.id)][-2:] == [
        "form.proof_of_work_on",
        "form.proof_of_work_off",
    ]
