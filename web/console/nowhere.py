"""Console addresses without a page: a redirect to the one that is meant, or a 404 page."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from app.errors import NotFound
from web.console.auth import HOME, AtDesk, console
from web.console.frame import CHANNELS
from web.http.render import see


@get("/settings")
async def settings(desk: AtDesk) -> Response[Any]:
    """To the first page of the settings that they may see."""
    return see(CHANNELS if desk.is_admin else HOME)


@get(
    [
        "/inbox/{uid:str}/{rest:path}",
        "/deliveries/{uid:str}/{rest:path}",
        "/settings/{rest:path}",
        "/account/{rest:path}",
    ]
)
async def nothing(desk: AtDesk, rest: FromPath[str]) -> None:
    raise NotFound


router = console("/", [settings, nothing])
