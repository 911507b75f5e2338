"""What a program's own token may do."""

from __future__ import annotations

import datetime as dt

import msgspec
from litestar import Router, get

from app.people.token_shape import SCOPES
from app.reading.dates import seconds_or_none
from web.api import bearer
from web.http.operation import PREFIX, Operation, described
from web.http.request import Incoming


class OwnToken(msgspec.Struct):
    """The token of the request. `rotated`: it is the secret before the last rotation, which ends at
    `expires_at`."""

    name: str
    scopes: list[str]
    expires_at: dt.datetime | None
    rotated: bool


SHOW = Operation(
    id="getToken",
    summary="What the token of this request may do, and until when",
    description="For every token. A program can warn its people before `expires_at`.",
    scope=SCOPES[0],
    other_scopes=SCOPES[1:],
    answer=OwnToken,
)


@get("/token", opt=described(SHOW))
async def show(request: Incoming) -> OwnToken:
    mine = bearer.of(request)
    scopes = [scope for scope in SCOPES if scope in mine.scopes]
    return OwnToken(mine.name, scopes, seconds_or_none(mine.expires_at), mine.by_old)


router = Router(PREFIX, route_handlers=[show])
