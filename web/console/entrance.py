"""What follows a right password, a link or another proof: the second factor where it is asked for,
then the session."""

from __future__ import annotations

from typing import Any

from litestar import Response

from app.people import agents, devices, sessions, sign_in_policy
from app.people.factors import held, remembered, second
from app.tables import Account, Agent
from web.console import auth, kept, second_form
from web.http import told
from web.http.address import client_ip
from web.http.render import see
from web.http.request import Incoming


async def admit(
    request: Incoming, agent: Agent, next_page: str, carried: str = "", *, how: str = ""
) -> Response[Any]:
    """Asks for the second factor, unless there is none or this browser is remembered. `carried` is
    what web.console.kept keeps, `how` what was shown beside the password."""
    number = devices.known(auth.device_of(request), agent.email)
    if not await held.is_asked(agent.account, number):
        return await welcome(request, agent, next_page, carried, how=how)
    account = await Account.objects().where(Account.id == agent.account).first()
    half = second.half(agent, account.password_hash if account else "")
    return await second_form.draw(request, agent, half, next_page, kept=carried)


async def welcome(
    request: Incoming,
    agent: Agent,
    next_page: str,
    carried: str = "",
    *,
    how: str = "",
    remember: bool = False,
) -> Response[Any]:
    """Signs them in and leads to the page, or to what was being written. `remember`: this browser
    is not asked for the second factor for some days."""
    place = auth.place_of(request)
    raw = await fresh_session(request, agent)
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


async def fresh_session(request: Incoming, agent: Agent) -> str:
    """Starts a new session and ends the browser's old one. Returns the cookie's value."""
    if old := auth.cookie_value(request):
        await sessions.end(old)
    return await sessions.start(
        agent, address=client_ip(request), user_agent=told.line(request, "user-agent")
    )


def enter(request: Incoming, raw: str, response: Response[Any], device: str = "") -> Response[Any]:
    """The answer with the cookies of the session and of the device."""
    response.cookies.append(auth.session_cookie(raw))
    if device:
        response.cookies.append(auth.device_cookie(device))
    return response
