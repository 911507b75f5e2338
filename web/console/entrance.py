"""What follows a right password, a link or another proof: the second factor where it is asked for,
then the session."""

from __future__ import annotations

import contextlib
import uuid
from typing import Any

from litestar import Response

from app.errors import Invalid
from app.people import agents, devices, memberships, sessions, sign_in_policy
from app.people.factors import held, remembered, second
from app.single_sign_on.enter import allow_password
from app.tables import Account, Agent
from web.console import auth, kept, provider_buttons, second_form
from web.http import told
from web.http.address import client_ip
from web.http.render import see
from web.http.request import Incoming


async def admit(
    request: Incoming,
    agent: Agent,
    next_page: str,
    carried: str = "",
    *,
    how: str = "",
    provider: uuid.UUID | None = None,
) -> Response[Any]:
    """Asks for the second factor, unless there is none or this browser is remembered. `carried` is
    what web.console.kept keeps, `how` what was shown beside the password, or in its place by a
    `provider`."""
    agent = agent if provider else await _where_a_password_is_enough(agent)
    if refusal := await _refusal(request, agent, next_page, carried, provider):
        return refusal
    number = devices.known(auth.device_of(request), agent.email)
    if not await held.is_asked(agent.account, number):
        return await welcome(request, agent, next_page, carried, how=how, provider=provider)
    account = await Account.objects().where(Account.id == agent.account).first()
    half = second.half(agent, account.password_hash if account else "", provider)
    return await second_form.draw(request, agent, half, next_page, kept=carried)


async def welcome(
    request: Incoming,
    agent: Agent,
    next_page: str,
    carried: str = "",
    *,
    how: str = "",
    remember: bool = False,
    provider: uuid.UUID | None = None,
) -> Response[Any]:
    """Signs them in and leads to the page, or to what was being written. `remember`: this browser
    is not asked for the second factor for some days."""
    agent = agent if provider else await _where_a_password_is_enough(agent)
    if refusal := await _refusal(request, agent, next_page, carried, provider):
        return refusal
    place = auth.place_of(request)
    raw = await fresh_session(request, agent, provider)
    await agents.entered(agent, place.network, how)
    mark = devices.marked(place.device, agent.email)
    policy = await sign_in_policy.for_account(agent.account)
    if remember and policy.device_days:
        await remembered.keep(
            agent.account,
            devices.known(mark, agent.email),
            days=policy.device_days,
            address=place.address,
            user_agent=told.line(request, "user-agent"),
        )
    unsent = kept.unpacked(carried)
    entered = kept.resume(request, unsent, sessions.csrf(raw), 200) if unsent else see(next_page)
    return enter(request, raw, entered, mark)


async def _where_a_password_is_enough(agent: Agent) -> Agent:
    """Who they are in another organization of theirs, where this one wants a provider."""
    others = await memberships.agents_of(agent.account)
    for each in (agent, *others):
        with contextlib.suppress(Invalid):
            await allow_password(each)
            return each
    return agent


async def _refusal(
    request: Incoming, agent: Agent, next_page: str, carried: str, provider: uuid.UUID | None
) -> Response[Any] | None:
    """What is told to who should have signed in by a provider."""
    if provider is not None:
        return None
    try:
        await allow_password(agent)
    except Invalid as error:
        return await provider_buttons.draw(request, next_page, error=error, kept=carried)
    return None


async def fresh_session(request: Incoming, agent: Agent, provider: uuid.UUID | None = None) -> str:
    """Starts a new session and ends the browser's old one. Returns the cookie's value. `provider`
    has signed them in."""
    if old := auth.cookie_value(request):
        await sessions.end(old)
    return await sessions.start(
        agent,
        address=client_ip(request),
        user_agent=told.line(request, "user-agent"),
        provider=provider,
    )


def enter(request: Incoming, raw: str, response: Response[Any], device: str = "") -> Response[Any]:
    """The answer with the cookies of the session and of the device."""
    response.cookies.append(auth.session_cookie(raw))
    if device:
        response.cookies.append(auth.device_cookie(device))
    return response
