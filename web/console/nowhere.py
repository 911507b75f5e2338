"""Console addresses without a page: a 404 page of the console."""

from __future__ import annotations

from litestar import get
from litestar.params import FromPath

from app.errors import NotFound
from web.console.auth import AtDesk, console


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


router = console("/", [nothing])
