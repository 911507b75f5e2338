"""Who decides about members."""

from __future__ import annotations

import uuid

import pytest

from app.people.actor import OPERATOR, Actor


@pytest.mark.parametrize("role", ["admin", "agent", "viewer"])
def test_admins_and_owners_decide_about_others(role: str) -> None:
    for own in ("admin", "owner"):
        actor = Actor(by="x", role=own, agent=uuid.uuid4())
        assert actor.may_decide_about(uuid.uuid4(), role)


def test_owners_are_decided_about_by_owners() -> None:
    assert not Actor(by="x", role="admin", agent=uuid.uuid4()).may_decide_about(
        uuid.uuid4(), "owner"
    )
    assert Actor(by="x", role="owner", agent=uuid.uuid4()).may_decide_about(uuid.uuid4(), "owner")
    assert OPERATOR.may_decide_about(uuid.uuid4(), "owner")


def test_nobody_decides_about_themselves() -> None:
    me = uuid.uuid4()
    assert not Actor(by="x", role="owner", agent=me).may_decide_about(me, "owner")
