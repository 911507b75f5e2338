"""A password that is tried first is refused wherever one is chosen, and the page says why."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from app import setup
from app.people import account_links, agents
from app.people.actor import OPERATOR
from app.tables import Account, Agent, Organization
from tests.web.reading import Page

OURS = {"Sec-Fetch-Site": "same-origin"}
COMMON, KNOWN = "Password2024!", "owner-shop-2024"
WHY = {COMMON: "太常见", KNOWN: "容易猜到"}
Web = Callable[..., httpx.AsyncClient]


def path_of(link: str) -> str:
    return link.removeprefix("http://localhost:8080")


@pytest.mark.parametrize("password", [COMMON, KNOWN])
async def test_when_joining(
    visitor: httpx.AsyncClient, owner: Agent, org: Organization, password: str
) -> None:
    link = await account_links.invite(
        org.id, role="agent", email="owner@other-shop.example", by=OPERATOR
    )
    answer = await visitor.post(path_of(link), data={"password": password}, headers=OURS)
    assert answer.status_code == 422
    assert WHY[password] in Page(answer).words
    assert await Account.count() == 1


@pytest.mark.parametrize("password", [COMMON, KNOWN])
async def test_when_a_link_renews_it(
    visitor: httpx.AsyncClient, owner: Agent, password: str
) -> None:
    path = path_of(await account_links.reset(owner.organization, owner.id, by=OPERATOR))
    answer = await visitor.post(path, data={"password": password}, headers=OURS)
    assert answer.status_code == 422
    assert WHY[password] in Page(answer).words
    good = await visitor.post(path, data={"password": "another good one 1"}, headers=OURS)
    assert good.status_code == 303


@pytest.mark.parametrize("password", [COMMON, KNOWN])
async def test_when_one_changes_their_own(
    client: httpx.AsyncClient, owner: Agent, password: str
) -> None:
    form = {"current": "correct horse 9", "password": password}
    answer = await client.post("/account/password", data=form)
    assert answer.status_code == 422
    assert WHY[password] in Page(answer).words


@pytest.mark.parametrize("password", [COMMON, KNOWN])
async def test_when_setting_up(
    visitor: httpx.AsyncClient, org: Organization, password: str
) -> None:
    path = path_of(await setup.link())
    form = {"email": "owner@shop.example", "password": password}
    answer = await visitor.post(path, data=form, headers=OURS)
    assert answer.status_code == 422
    assert WHY[password] in Page(answer).words
    assert await Agent.count() == 0


async def test_when_the_operator_sets_one(owner: Agent) -> None:
    for password, code in ((COMMON, "password_common"), (KNOWN, "password_known")):
        with pytest.raises(agents.Invalid, match=code):
            await agents.set_password(owner.email, password)
