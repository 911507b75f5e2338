"""A stranger who tries again and again makes two entries an hour, and the second says how often."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid

import httpx

from app.people import agents
from app.people.agents import Place
from app.people.audit import acting, tries
from app.tables import Agent, Audit, BadTry, Organization

HERE = Place(address="203.0.113.9", network="203.0.113.0/24")


async def entries(organization: uuid.UUID) -> list[tuple[str, str, str, str]]:
    rows = await Audit.objects().where(Audit.organization == organization).order_by(Audit.id)
    return [(each.action, each.actor, each.detail, each.address) for each in rows]


async def an_hour_passes() -> None:
    long_ago = dt.datetime.now(dt.UTC) - tries.SPAN - dt.timedelta(minutes=1)
    await BadTry.update({BadTry.at: long_ago}, force=True)
    await tries.sum_up()


async def bad(organization: uuid.UUID, network: str, target: str = "") -> None:
    with acting("visitor", network):
        await tries.record(organization, "", "sign_in.bad", target)


async def test_the_first_is_recorded_at_once_and_the_others_as_a_sum(
    org: Organization,
) -> None:
    await asyncio.gather(*(bad(org.id, f"203.0.{n % 3}.0/24") for n in range(40)))
    assert [each[:3] for each in await entries(org.id)] == [("sign_in.bad", "", "")]

    await an_hour_passes()
    await tries.sum_up()
    (_, (action, actor, detail, _)) = await entries(org.id)
    assert (action, actor) == ("sign_in.bad_more", "")
    assert detail.startswith("39 × ")
    assert {"203.0.0.0/24", "203.0.1.0/24", "203.0.2.0/24"} >= set(detail.split()[2:])

    await bad(org.id, "198.51.100.0/24")
    assert [each[0] for each in await entries(org.id)][2:] == ["sign_in.bad"]


async def test_one_alone_has_no_sum_and_each_account_its_own(org: Organization) -> None:
    await bad(org.id, "203.0.113.0/24", "a")
    await bad(org.id, "203.0.113.0/24", "b")
    await an_hour_passes()
    assert [each[0] for each in await entries(org.id)] == ["sign_in.bad"] * 2
    assert not await BadTry.exists()


async def test_very_many_networks_stay_short(org: Organization) -> None:
    for n in range(60):
        await bad(org.id, f"198.51.{n}.0/24")
    (row,) = await BadTry.select(BadTry.addresses, BadTry.more)
    assert row["more"] == 59
    assert len(row["addresses"]) < 250


async def test_what_is_typed_for_nobodys_address_is_written_nowhere(
    visitor: httpx.AsyncClient, org: Organization, owner: Agent
) -> None:
    for email in ("my secret passphrase", "stranger@elsewhere.example", owner.email):
        typed = {"email": email, "password": "Tr0ub4dor&3x"}
        await visitor.post("/login", data=typed, headers={"Sec-Fetch-Site": "same-origin"})

    found = await entries(org.id)
    assert [(each[0], each[1]) for each in found] == [
        ("sign_in.bad", ""),
        ("sign_in.bad", owner.email),
    ]
    assert "stranger" not in str(found)
    assert "Tr0ub4dor" not in str(found)


async def test_a_good_sign_in_is_always_recorded(org: Organization, owner: Agent) -> None:
    for _ in range(2):
        await agents.entered(owner, HERE.network)
    assert [each[0] for each in await entries(org.id)] == ["sign_in.good"] * 2
