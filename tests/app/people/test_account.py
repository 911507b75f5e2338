"""What people change about themselves."""

from __future__ import annotations

import uuid

import pytest

from app.errors import Invalid, TooMany
from app.people import account, agents, audit, sessions
from app.people.agents import Place
from app.tables import Account, Agent

OLD = "correct horse 9"
NEW = "another good one 1"
HERE = Place(address="192.0.2.1")


async def faults(agent: Agent, current: str, new: str) -> list[str]:
    with pytest.raises(Invalid) as caught:
        await account.change_password(agent, current, new, HERE)
    return [each.pointer for each in caught.value.problems]


async def stored(agent: Agent) -> Agent:
    found = await Agent.objects().where(Agent.id == agent.id).first()
    assert found is not None
    return found


async def test_name_language_and_zone_are_one_s_own(owner: Agent) -> None:
    await account.change(owner, name=" 李\n雷 ", locale="en", timezone="Europe/Berlin")
    assert (await stored(owner)).name == "李 雷"
    everywhere = await Account.objects().get(Account.id == owner.account)
    assert everywhere
    assert (everywhere.locale, everywhere.timezone) == ("en", "Europe/Berlin")
    assert [each.action for each in await audit.of(owner.organization, owner.id)] == [
        "account.changed"
    ]


async def test_every_fault_is_named_and_nothing_changed(owner: Agent) -> None:
    with pytest.raises(Invalid) as caught:
        await account.change(owner, name=" ", locale="tlh", timezone="Mars/Base")
    found = [each.pointer for each in caught.value.problems]
    assert found == ["/name", "/locale", "/timezone"]
    with pytest.raises(Invalid):
        await account.change(owner, name="x" * 65, locale="", timezone="")
    assert (await stored(owner)).name == owner.name


async def test_a_new_password_needs_the_old_one_and_ends_every_sign_in(owner: Agent) -> None:
    raw = await sessions.start(owner, address="192.0.2.1", user_agent="t")
    assert await faults(owner, "not the password", "short") == ["/current", "/password"]
    assert await faults(owner, OLD, "short") == ["/password"]
    assert await sessions.find(raw) is not None

    await account.change_password(owner, OLD, NEW, HERE)
    assert await sessions.find(raw) is None
    assert (await agents.sign_in(owner.email, NEW, HERE)).id == owner.id


async def test_who_sits_at_another_s_desk_cannot_try_passwords_for_ever(owner: Agent) -> None:
    for _ in range(5):
        assert await faults(owner, "not the password", NEW) == ["/current"]
    with pytest.raises(TooMany):
        await account.change_password(owner, OLD, NEW, HERE)
    # Of five within the hour the first is an entry; how many followed is one more when it is over.
    assert [each.action for each in await audit.of(owner.organization, owner.id)] == [
        "password.wrong"
    ]


async def test_one_sign_in_or_all_others_are_ended_and_nobody_else_s(owner: Agent) -> None:
    other = await agents.create(owner.organization, email="b@shop.example", password=OLD)
    theirs = await sessions.start(other, address="", user_agent="")
    raws = [await sessions.start(owner, address="", user_agent=str(n)) for n in range(3)]
    ids = {each.user_agent: each.id for each in await sessions.of(owner.account)}

    await account.end_session(other, ids["0"])
    await account.end_session(owner, uuid.uuid4())
    assert len(await sessions.of(owner.account)) == 3
    await account.end_session(owner, ids["0"])
    assert await sessions.find(raws[0]) is None
    await account.end_other_sessions(owner, ids["2"])
    assert [each.user_agent for each in await sessions.of(owner.account)] == ["2"]
    assert await sessions.find(theirs) is not None


async def test_what_one_is_mailed_is_chosen_for_oneself_and_on_record(owner: Agent) -> None:
    other = await agents.create(owner.organization, email="b@shop.example", password=OLD)
    await account.choose_mail(owner, assigned=False, mentions=True)
    found = {each.id: each for each in await Agent.objects()}
    chosen = [(found[who].mail_assigned, found[who].mail_mentions) for who in (owner.id, other.id)]
    assert chosen == [(False, True), (True, True)]
    assert [each.action for each in await audit.of(owner.organization, owner.id)] == [
        "account.mail_chosen"
    ]
