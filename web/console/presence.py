"""An agent's switch in the console's rail, and the heartbeat that keeps it valid."""

from __future__ import annotations

from typing import Any

from litestar import Response, post

from app import presence
from web.console import auth
from web.console.auth import (
    AGENTS,
    AtDesk,
    Desk,
    console,
)
from web.console.frame import switched
from web.http import told
from web.http.bodies import is_on
from web.http.render import answer, see, wants_fragment
from web.http.request import Incoming


@post("/switch", status_code=200)
async def switch(request: Incoming, desk: AtDesk) -> Response[Any]:
    turn_on = is_on(request)
    await presence.switch(desk.agent, turn_on)
    if wants_fragment(request):
        return await _drawn(request, desk)
    return see(auth.safe_next(told.place(request, "referer")))


@post("/beat", status_code=200)
async def beat(request: Incoming, desk: AtDesk) -> Response[Any]:
    """The console is open. 204 while the agent's switch is on, else the switch, which is off."""
    if await presence.beat(desk.agent):
        return Response(None, status_code=204)
    return await _drawn(request, desk)


async def _drawn(request: Incoming, desk: Desk) -> Response[str]:
    context = {"desk": desk, "org": desk.org, **await switched(request, desk)}
    return answer(request, "parts/switch.html", context)


router = console("/presence", [switch, beat], writers=AGENTS)
