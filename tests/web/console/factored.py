"""Somebody with a second factor, and how they sign in."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pyotp

from app.people.factors import codes, passkeys, totp
from app.tables import Agent, Authenticator
from tests.fakes.authenticator import Authenticator as Device
from tests.web.reading import Page

OURS = {"Sec-Fetch-Site": "same-origin"}
PASSWORD = "correct horse 9"
SESSION = "tests"


class App:
    """The authenticator app of an account."""

    def __init__(self, account: Any, secret: str) -> None:
        self.account = account
        self.secret = secret

    async def code(self) -> str:
        """The one of now, as if none had been used before."""
        mine = Authenticator.account == self.account
        await Authenticator.update({Authenticator.step: 0}).where(mine)
        return pyotp.TOTP(self.secret).at(int(time.time()))


async def with_app(agent: Agent) -> App:
    await totp.begin(agent.account)
    found = App(agent.account, await totp.begun(agent.account))
    assert await totp.confirm(agent.account, await found.code())
    return found


async def with_key(agent: Agent, **more: Any) -> Device:
    device = Device(**more)
    asked = await passkeys.options_to_add(agent.account, agent.email, "", SESSION)
    await passkeys.keep(
        await passkeys.verified(agent.account, device.create(asked), "phone", SESSION)
    )
    return device


async def with_codes(agent: Agent) -> list[str]:
    return await codes.renew(agent.account)


async def password(
    visitor: httpx.AsyncClient, email: str = "owner@shop.example", query: str = "", **more: str
) -> httpx.Response:
    data = {"email": email, "password": PASSWORD, **more}
    return await visitor.post(f"/login{query}", data=data, headers=OURS)


async def second(visitor: httpx.AsyncClient, asked: httpx.Response, **shown: str) -> httpx.Response:
    """Fills in what the page between password and console asks for."""
    page = Page(asked)
    form = page.attributes("form")[0]
    hidden = {name: page.values[name] for name in ("half", "kept") if name in page.values}
    return await visitor.post(form["action"], data={**hidden, **shown}, headers=OURS)


def options(page: httpx.Response) -> str:
    """What a page gives the browser for a passkey."""
    [button] = [each for each in Page(page).attributes("button") if "data-options" in each]
    return button["data-options"]
