"""The one-time link by which the first admin is made."""

import asyncio
import datetime as dt
from typing import Any

import pytest

from app import database, setup, widget
from app.errors import Invalid
from app.people import agents, audit, organizations
from app.tables import Agent, Organization

ANSWERS = {
    "email": "owner@shop.example",
    "password": "correct horse 9",
    "locale": "en",
    "timezone": "Europe/Berlin",
}


async def code() -> str:
    return (await setup.link()).rpartition("/")[2]


async def faults(given: str, **changes: str) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        await setup.redeem(given, **{**ANSWERS, **changes})
    return [(problem.pointer, problem.code) for problem in caught.value.problems]


async def test_the_link_makes_an_owner_and_chooses_language_and_zone(org: Organization) -> None:
    link = await setup.link()
    assert link.startswith("http://localhost:8080/setup/")
    agent = await setup.redeem(link.rpartition("/")[2], **ANSWERS)
    assert (agent.role, agent.email, agent.organization) == ("owner", ANSWERS["email"], org.id)
    changed = await organizations.by_id(org.id)
    assert (changed.locale, changed.timezone) == ("en", "Europe/Berlin")
    assert not await setup.is_open()


@pytest.mark.parametrize(
    ("site", "hosts"),
    [
        ("", ()),
        ("https://www.shop.example/price?a=1", ("https://www.shop.example",)),
        (" www.shop.example/price ", ("https://www.shop.example", "https://shop.example")),
        ("http://localhost:3000", ("http://localhost:3000",)),
    ],
)
async def test_the_site_that_is_named_may_show_the_form_and_no_other(
    org: Organization, site: str, hosts: tuple[str, ...]
) -> None:
    await setup.redeem(await code(), **ANSWERS, site=site)
    found = await widget.read(org.id)
    assert (found.embedding, found.hosts) == ("listed", hosts)


async def test_what_is_no_site_is_told_with_every_other_fault(org: Organization) -> None:
    given = await code()
    told = await faults(given, site="not a site", password="x")
    assert told == [("/password", "password_length"), ("/site", "not_a_host")]
    assert await setup.valid(given)


async def test_only_a_hash_of_the_link_is_kept(org: Organization) -> None:
    given = await code()
    (row,) = await database.rows(dict, "SELECT * FROM organization")
    assert given not in [str(value) for value in row.values()]


async def test_a_link_works_once(org: Organization) -> None:
    given = await code()
    await setup.redeem(given, **ANSWERS)
    assert not await setup.valid(given)
    assert await faults(given, email="b@shop.example") == [("/code", "setup_over")]


async def test_of_two_at_once_one_is_the_owner(org: Organization) -> None:
    given = await code()
    made: list[Any] = await asyncio.gather(
        *(setup.redeem(given, **{**ANSWERS, "email": f"{n}@shop.example"}) for n in range(4)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Invalid) for each in made) == 3
    assert await Agent.count() == 1


async def test_a_link_ends_after_an_hour(org: Organization) -> None:
    given = await code()
    late = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    await database.execute("UPDATE organization SET setup_until = ?", late)
    assert not await setup.valid(given)
    assert await faults(given) == [("/code", "setup_over")]


async def test_a_new_link_ends_the_one_before(org: Organization) -> None:
    first, second = await code(), await code()
    assert not await setup.valid(first)
    assert await setup.valid(second)


async def test_a_mistake_does_not_use_up_the_link(org: Organization) -> None:
    given = await code()
    assert await faults(given, email="x", password="y") == [
        ("/email", "email_format"),
        ("/password", "password_length"),
    ]
    await setup.redeem(given, **ANSWERS)


async def test_a_guessed_link_opens_nothing(org: Organization) -> None:
    await setup.link()
    for guess in ("", "x", "\x00", "\ud800", "é", "0" * 43):
        assert not await setup.valid(guess)
        assert await faults(guess) == [("/code", "setup_over")]


async def test_without_a_link_none_is_valid(org: Organization) -> None:
    assert not await setup.valid("")


async def test_a_link_is_worth_nothing_once_somebody_can_sign_in(org: Organization) -> None:
    given = await code()
    await agents.create(org.id, email="a@shop.example", password="correct horse 9")
    assert not await setup.valid(given)
    assert await faults(given) == [("/code", "setup_over")]


async def test_it_is_in_the_audit(org: Organization) -> None:
    agent = await setup.redeem(await code(), **ANSWERS)
    (entry,) = await audit.of(org.id, agent.id)
    assert (entry.actor, entry.action) == (ANSWERS["email"], "setup.done")


@pytest.mark.parametrize(
    ("shop", "email", "hosts", "name"),
    [
        (" 茶叶店 ", "li@tea.example", ("https://www.tea.example",), "茶叶店"),
        ("", "li@tea.example", ("https://www.leaf.example",), "leaf.example"),
        ("", "li@Tea.example", (), "tea.example"),
        ("", "li@qq.com", (), "Leavemsg"),
        ("", "nobody", (), "Leavemsg"),
    ],
)
def test_a_shop_is_called_as_it_says_or_as_its_address_does(
    shop: str, email: str, hosts: tuple[str, ...], name: str
) -> None:
    assert setup.named(shop, email, hosts) == name


async def test_visitors_read_the_name_of_the_shop_from_the_beginning(org: Organization) -> None:
    await setup.redeem(await code(), **ANSWERS, shop="茶叶店")
    found = await organizations.by_id(org.id)
    assert found.name == "茶叶店"
