"""An agent's switch in the console's header, and the heartbeat that keeps it valid."""

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
from web.http import told
from web.http.bodies import is_on
from web.http.render import answer, see, wants_fragment
from web.http.request import Incoming


@post("/switch", status_code=200)
async def switch(request: Incoming, desk: AtDesk) -> Response[Any]:
    turn_on = is_on(request)
    await presence.switch(desk.agent, turn_on)
    if wants_fragment(request):
        return _drawn(request, desk, turn_on)
    return see(auth.safe_next(told.place(request, "referer")))


@post("/beat", status_code=200)
async def beat(request: Incoming, desk: AtDesk) -> Response[Any]:
    """The console is open. 204 while the agent's switch is on, else the header with it off."""
    if await presence.beat(desk.agent):
        return Response(None, status_code=204)
    return _drawn(request, desk, False)


def _drawn(request: Incoming, desk: Desk, online: bool) -> Response[str]:
    return answer(request, "parts/switch.html", {"desk": desk, "org": desk.org, "online": online})


router = console("/presence", [switch, beat], writers=AGENTS)
