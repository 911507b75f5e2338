"""Asking for one message's contacts."""

from __future__ import annotations

import uuid

import pytest

from app.contacts import policy, reveal
from app.errors import Conflict, TooMany
from app.people import audit
from app.tables import Organization, new_id


async def asked(org: Organization, role: str, agent: uuid.UUID, message: str) -> None:
    with audit.acting("agent"):
        audit.known("agent", agent)
        await reveal.ask(org, role, message, by="小李")


async def test_the_audit_has_who_asked_for_which(org: Organization) -> None:
    await policy.save(org, {"agents": "asked", "shown_a_day": 1}, by="t")
    message = str(new_id())
    await asked(org, "agent", agent := new_id(), message)
    [entry] = await audit.of(org.id, message)
    assert (entry.action, entry.actor) == ("contacts.shown", "小李")
    with pytest.raises(TooMany):
        await asked(org, "agent", agent, message)
    await asked(org, "agent", new_id(), message)
    assert len(await audit.of(org.id, message)) == 2


async def test_who_sees_them_anyway_is_not_counted_and_who_may_not_ask_is_refused(
    org: Organization,
) -> None:
    await policy.save(org, {"agents": "masked"}, by="t")
    message = str(new_id())
    await asked(org, "admin", new_id(), message)
    with pytest.raises(Conflict):
        await asked(org, "agent", new_id(), message)
    assert await audit.of(org.id, message) == []
