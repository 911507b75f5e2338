"""Asking for a new password: the same answer for everybody, and a link for who has an account."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest

from app import channel_settings
from app.people import account_links, audit, forgotten
from app.people.actor import OPERATOR
from app.tables import Agent, Organization
from tests.app.deliveries.confirm.conftest import TEAM, channel, mail, sender
from tests.fakes.letters import Letter
from tests.fakes.mail import FakeMail
from tests.web.reading import Page

__all__ = ["channel", "mail"]

OURS = {"Sec-Fetch-Site": "same-origin"}
LINK = re.compile(r"http://localhost:8080(/password/[\w-]+)")
NEW = "another good one 1"
Web = Callable[..., httpx.AsyncClient]


async def asked(visitor: httpx.AsyncClient, email: str) -> httpx.Response:
    answer = await visitor.post("/password?lang=en", data={"email": email}, headers=OURS)
    await forgotten.looked()
    return answer


def written(letter: Letter) -> str:
    plain = letter.message.get_body(("plain",))
    assert plain is not None
    return str(plain.get_content())


def to(mail: FakeMail, address: str) -> list[Letter]:
    return [each for each in mail.messages if each.recipients == [address]]


async def test_who_has_lost_it_gets_a_link_that_works_once(
    visitor: httpx.AsyncClient, owner: Agent, channel: object, mail: FakeMail
) -> None:
    [link] = [
        a for a in Page(await visitor.get("/login")).attributes("a") if "/password" in a["href"]
    ]
    form = Page(await visitor.get(link["href"]))
    assert form.attributes("input", name="email")[0]["autocomplete"] == "username"

    answer = await asked(visitor, " Owner@Shop.Example ")
    assert answer.status_code == 200
    [letter] = to(mail, owner.email)
    assert to(mail, TEAM) == []
    path = LINK.findall(written(letter))[0]
    renewed = await visitor.post(path, data={"password": NEW}, headers=OURS)
    assert renewed.headers["location"] == "/inbox"
    assert (await visitor.post(path, data={"password": NEW}, headers=OURS)).status_code == 404
    actions = [each.action for each in await audit.of(owner.organization, owner.id)]
    assert actions[:2] == ["password.mailed", "password.set"]


async def test_nobody_learns_who_has_an_account(
    visitor: httpx.AsyncClient, owner: Agent, channel: object, mail: FakeMail
) -> None:
    known, unknown = await asked(visitor, owner.email), await asked(visitor, "x@shop.example")
    assert Page(known).words == Page(unknown).words
    assert (known.status_code, len(known.content)) == (unknown.status_code, len(unknown.content))
    assert len(mail.messages) == 1


async def test_an_admins_link_goes_on_working(
    visitor: httpx.AsyncClient, owner: Agent, channel: object
) -> None:
    link = await account_links.reset(owner.organization, owner.id, by=OPERATOR)
    await asked(visitor, owner.email)
    assert await account_links.forgetful(link.rpartition("/")[2]) is not None


async def test_one_account_is_not_flooded(
    web: Web, owner: Agent, channel: object, mail: FakeMail
) -> None:
    for _ in range(5):
        await asked(web(), owner.email)
    assert len(mail.messages) == 3


async def test_who_asks_too_often_waits(visitor: httpx.AsyncClient, owner: Agent) -> None:
    for n in range(10):
        assert (await asked(visitor, f"{n}@shop.example")).status_code == 200
    answer = await asked(visitor, "y@shop.example")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 3601


@pytest.mark.parametrize("how", ["forbidden", "off", "none"])
async def test_without_a_way_it_says_whom_to_ask(
    client: httpx.AsyncClient,
    visitor: httpx.AsyncClient,
    org: Organization,
    mail: FakeMail,
    how: str,
) -> None:
    if how != "none":
        await channel_settings.add(org.id, {**sender(mail), "enabled": how != "off"}, by="t")
    if how == "forbidden":
        await client.post("/settings/sign-in", data={})
    page = Page(await visitor.get("/password?lang=en"))
    assert "Ask an admin of your organization" in page.words
    assert page.attributes("form") == []
    await asked(visitor, "owner@shop.example")
    assert mail.messages == []


async def test_another_site_cannot_ask(visitor: httpx.AsyncClient, owner: Agent) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = await visitor.post("/password", data={"email": owner.email}, headers=headers)
    assert answer.status_code == 403
