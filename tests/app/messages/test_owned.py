"""Who sees and changes what agents keep."""

from __future__ import annotations

import uuid

import pytest

from app.errors import Invalid, NotFound
from app.messages import owned
from app.messages.owned import Owned, Who

ME, SHE = uuid.UUID(int=1), uuid.UUID(int=2)
AGENT = Who(agent=ME, is_admin=False, by="me")
ADMIN = Who(agent=ME, is_admin=True, by="me")
PROGRAM = Who(agent=None, is_admin=True, by="crm")


@pytest.mark.parametrize(
    ("agent", "shared", "who", "may", "is_by"),
    [
        (ME, False, AGENT, True, True),
        (ME, True, AGENT, True, True),
        (SHE, True, AGENT, False, False),
        (SHE, True, ADMIN, True, False),
        (SHE, False, ADMIN, False, False),
        (None, True, AGENT, False, False),
        (None, True, PROGRAM, True, False),
    ],
)
def test_what_is_the_team_s_admins_change_and_what_is_one_s_own_its_maker(
    agent: uuid.UUID | None, shared: bool, who: Who, may: bool, is_by: bool
) -> None:
    thing = Owned(uid=str(uuid.UUID(int=9)), shared=shared, agent=agent)
    assert (thing.may_change(who), thing.is_by(who)) == (may, is_by)
    if may:
        assert owned.theirs([thing], thing.uid, who) is thing
    else:
        with pytest.raises(NotFound):
            owned.theirs([thing], thing.uid, who)


def test_a_group_has_an_end_and_what_is_not_there_is_not_found() -> None:
    mine, ours = (Owned(uid=str(uuid.UUID(int=n)), shared=n > 1, agent=ME) for n in (1, 2))
    assert owned.group([mine, ours], shared=True) == [ours]
    assert owned.one([mine, ours], ours.uid.upper()) is ours
    for uid in (str(uuid.UUID(int=3)), "x"):
        with pytest.raises(NotFound):
            owned.one([mine, ours], uid)
    owned.need_room([mine], 2, "/name", "full")
    with pytest.raises(Invalid):
        owned.need_room([mine, ours], 2, "/name", "full")
