"""People who sign in."""

import asyncio
from typing import Any

import pytest
import time_machine

from app import database, limits
from app.errors import Invalid, TooMany
from app.people import agents, devices, passwords
from app.people.agents import Place
from app.tables import Account, Agent, Audit, Organization

GOOD = "correct horse 9"
REAL = agents.HASHER
"""What the product hashes with; the other tests here use a cheaper one."""


def codes(error: Invalid) -> list[tuple[str, str]]:
    return [(problem.pointer, problem.code) for problem in error.problems]


async def create(org: Organization, email: str, password: str = GOOD, **more: Any) -> Agent:
    return await agents.create(org.id, email=email, password=password, **more)


async def sign_in(email: str, password: str = GOOD, address: str = "192.0.2.1") -> Agent:
    return await agents.sign_in(email, password, Place(address=address))


async def refused(email: str, password: str, address: str = "192.0.2.1") -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        await sign_in(email, password, address)
    return codes(caught.value)


async def test_who_was_created_can_sign_in(owner: Agent) -> None:
    found = await sign_in(" Owner@Shop.Example ")
    assert (found.id, found.role, found.name) == (owner.id, "owner", "owner")


async def test_the_password_is_kept_as_a_slow_hash(
    org: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agents, "HASHER", REAL)
    await create(org, "a@shop.example")
    (row,) = await database.rows(dict, "SELECT password_hash FROM account")
    assert row["password_hash"].startswith("$argon2id$v=19$m=32768,t=3,p=1$")


async def test_every_fault_is_named_at_once(org: Organization) -> None:
    with pytest.raises(Invalid) as caught:
        await create(org, "nobody", "short", role="god")
    assert codes(caught.value) == [
        ("/email", "email_format"),
        ("/password", "password_length"),
        ("/role", "unknown_role"),
    ]


async def test_a_password_of_few_characters_or_none_is_refused(org: Organization) -> None:
    for password, code in (
        ("a" * 20, "password_weak"),
        ("ababababab", "password_weak"),
        ("x" * 9, "password_length"),
        ("correct horse 9" * 10, "password_length"),
    ):
        with pytest.raises(Invalid) as caught:
            await create(org, "a@shop.example", password)
        assert codes(caught.value) == [("/password", code)]


async def test_any_character_may_be_in_a_password(org: Organization) -> None:
    password = "密码 很长 很安全 🐴 \ud800\x00"
    await create(org, "a@shop.example", password)
    assert (await sign_in("a@shop.example", password)).email == "a@shop.example"


async def test_one_address_is_one_person(owner: Agent, other_org: Organization) -> None:
    with pytest.raises(Invalid, match="/email: email_taken"):
        await create(other_org, "OWNER@shop.example")


async def test_the_same_address_five_times_at_once_is_one_person(org: Organization) -> None:
    made = await asyncio.gather(
        *(create(org, "a@shop.example") for _ in range(5)), return_exceptions=True
    )
    refusals = [each for each in made if isinstance(each, Invalid)]
    assert [codes(each) for each in refusals] == [[("/email", "email_taken")]] * 4
    assert await Agent.count() == 1


async def test_an_international_address_can_sign_in_as_it_was_typed(org: Organization) -> None:
    await create(org, "li@例子.测试")
    assert (await sign_in("li@例子.测试")).email == "li@xn--fsqu00a.xn--0zwm56d"


async def test_a_long_name_is_cut_to_its_column(org: Organization) -> None:
    made = await create(org, "a@shop.example", name="王\n" * 100 + "\x00")
    assert len(made.name) == 64


async def test_nobody_learns_whether_the_address_or_the_password_was_wrong(owner: Agent) -> None:
    wrong = [("", "bad_credentials")]
    assert await refused(owner.email, "not the password") == wrong
    assert await refused("nobody@shop.example", GOOD) == wrong
    assert await refused("", "") == wrong


def test_an_unknown_address_costs_as_much_time_as_a_known_one() -> None:
    assert not REAL.check_needs_rehash(agents.NOBODY)


async def test_a_disabled_agent_cannot_sign_in(owner: Agent) -> None:
    await database.execute("UPDATE agent SET disabled_at = ?", await database.now())
    assert await refused(owner.email, GOOD) == [("", "bad_credentials")]


async def test_whatever_is_typed_is_only_wrong(owner: Agent) -> None:
    for email in ("\x00", "\ud800@shop.example", "x" * 100_000, "owner@shop.example\x00", "%"):
        assert await refused(email, "\ud800\x00" * 9) == [("", "bad_credentials")]


async def test_what_follows_the_longest_password_is_not_ignored(org: Organization) -> None:
    longest = ("correct horse 9 " * 8)[: passwords.MAX]
    await create(org, "a@shop.example", longest)
    assert await refused("a@shop.example", longest + "x") == [("", "bad_credentials")]
    assert await sign_in("a@shop.example", longest)


async def waits(email: str, address: str = "192.0.2.1", **more: Any) -> int:
    """Seconds, 0 when one may try."""
    try:
        await agents.sign_in(email, "not the password", Place(address=address, **more))
    except TooMany as error:
        return error.after
    except Invalid:
        return 0
    raise AssertionError("the password was right")


async def test_the_more_wrong_passwords_the_longer_is_the_wait(
    owner: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    with time_machine.travel(0, tick=False) as clock:
        longest, tries = [0], 0
        while tries < 12:
            if wait := await waits(owner.email):
                longest.append(wait)
                clock.shift(wait)
            else:
                tries += 1
        longest.append(await waits(owner.email))
    assert longest == sorted(longest)
    assert 30 < longest[1] <= 61
    assert 5 * 60 < longest[-1] <= 15 * 60 + 1


async def test_who_is_elsewhere_does_not_wait(owner: Agent) -> None:
    for _ in range(5):
        await refused(owner.email, "not the password", "192.0.2.1")
    assert await waits(owner.email) > 0
    assert (await sign_in(owner.email, GOOD, "192.0.2.99")).id == owner.id


async def test_from_everywhere_together_there_is_an_end_but_not_for_who_was_here_before(
    owner: Agent,
) -> None:
    mark = devices.marked("", owner.email)
    for n in range(50):
        await refused(owner.email, "not the password", f"192.0.2.{n}")
    assert await waits(owner.email, "192.0.2.99") > 0
    assert await agents.sign_in(owner.email, GOOD, Place(address="192.0.2.99", device=mark))


async def test_a_known_browser_cannot_try_for_ever_either(owner: Agent) -> None:
    mark = devices.marked("", owner.email)
    for _ in range(5):
        assert await waits(owner.email, device=mark) == 0
    assert await waits(owner.email, device=mark) > 0


async def test_many_tries_at_once_are_counted_before_the_next(owner: Agent) -> None:
    tried = await asyncio.gather(*(waits(owner.email) for _ in range(20)))
    assert sum(wait == 0 for wait in tried) == 5


async def test_a_new_password_ends_the_wait(owner: Agent) -> None:
    for n in range(50):
        await refused(owner.email, "not the password", f"192.0.2.{n % 25}")
    assert await waits(owner.email, "192.0.2.1") > 0
    await agents.set_password(owner.email, "another good one 1")
    assert (await sign_in(owner.email, "another good one 1", "192.0.2.1")).id == owner.id


async def test_signing_in_forgives_the_mistakes_before(owner: Agent) -> None:
    for _ in range(3):
        for _ in range(4):
            await refused(owner.email, "not the password")
        await sign_in(owner.email, GOOD)


async def test_every_try_is_on_record_and_says_who_only_where_there_is_somebody(
    owner: Agent,
) -> None:
    place = Place(address="192.0.2.1", network="192.0.2.0/24")
    await agents.entered(await agents.sign_in(owner.email, GOOD, place), place.network)
    await refused(owner.email, "canary-password")
    await refused("canary@nobody.example", "canary-password")
    await agents.set_password(owner.email, "another good one 1", by="leavemsg admin")

    rows = await Audit.objects().order_by(Audit.at)
    assert [(row.action, row.actor, row.target) for row in rows] == [
        ("sign_in.good", owner.email, str(owner.id)),
        ("sign_in.bad", owner.email, str(owner.id)),
        ("sign_in.bad", "", ""),
        ("password.set", "leavemsg admin", str(owner.id)),
    ]
    assert rows[0].detail == "192.0.2.0/24"
    assert "canary" not in repr([row.to_dict() for row in rows])


async def test_nothing_typed_stands_in_what_is_counted_by(
    owner: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []

    class Watched(limits.Limiter):
        async def hit(self, item: Any, *keys: str) -> int:
            counted.extend(keys)
            return await super().hit(item, *keys)

    monkeypatch.setattr(limits, "_limiter", Watched(None))
    for email in (owner.email, "canary@nobody.example", "canary"):
        await refused(email, "canary-password")
    assert counted
    assert not any("canary" in key or "owner" in key for key in counted)


async def test_a_forgotten_password_is_set_anew(owner: Agent) -> None:
    await agents.set_password(" OWNER@shop.example", "another good one 1")
    assert await refused(owner.email, GOOD) == [("", "bad_credentials")]
    assert (await sign_in(owner.email, "another good one 1")).id == owner.id


async def test_a_new_password_is_as_good_as_a_first_one(owner: Agent) -> None:
    for email, password, faults in (
        (owner.email, "short", [("/password", "password_length")]),
        ("x@shop.example", "another good one 1", [("/email", "unknown_agent")]),
        ("x", "y", [("/password", "password_length"), ("/email", "unknown_agent")]),
    ):
        with pytest.raises(Invalid) as caught:
            await agents.set_password(email, password)
        assert codes(caught.value) == faults


async def test_an_account_in_two_organizations_enters_the_one_used_last(
    owner: Agent, other_org: Organization
) -> None:
    account = await Account.objects().get(Account.id == owner.account)
    assert account
    there = await agents.add(other_org.id, account, role="viewer", name="王")
    assert (await sign_in(owner.email)).id == there.id
    await Agent.update({Agent.seen_at: await database.now()}).where(Agent.id == owner.id)
    assert (await sign_in(owner.email)).id == owner.id
    await Agent.update({Agent.disabled_at: await database.now()}).where(Agent.id == owner.id)
    assert (await sign_in(owner.email)).id == there.id


async def test_an_account_belongs_to_an_organization_once(
    owner: Agent, other_org: Organization
) -> None:
    account = await Account.objects().get(Account.id == owner.account)
    assert account
    made = await asyncio.gather(
        *(agents.add(other_org.id, account, role="agent", name="") for _ in range(4)),
        return_exceptions=True,
    )
    refusals = [each for each in made if isinstance(each, Invalid)]
    assert [codes(each) for each in refusals] == [[("/email", "email_taken")]] * 3
    assert await Agent.count().where(Agent.organization == other_org.id) == 1


async def test_a_new_password_is_the_account_s_and_recorded_where_it_belongs(
    owner: Agent, other_org: Organization
) -> None:
    account = await Account.objects().get(Account.id == owner.account)
    assert account
    await agents.add(other_org.id, account, role="agent", name="")
    await agents.set_password(owner.email, "another good one 1")
    found = await Audit.select(Audit.organization).where(Audit.action == "password.set")
    assert {each["organization"] for each in found} == {owner.organization, other_org.id}
