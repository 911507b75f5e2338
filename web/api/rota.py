"""Who is on duty, for programs: the rota read and replaced, and who it is now."""

from __future__ import annotations

import msgspec
from litestar import Router, get, put

from app.rota import calling, change
from app.rota.shape import Rota
from web.api import bearer
from web.http import bodies
from web.http.operation import PREFIX, Operation, described
from web.http.request import Incoming


class OnDuty(msgspec.Struct, frozen=True, kw_only=True):
    uid: str
    name: str


class Now(msgspec.Struct, frozen=True, kw_only=True):
    """`next` are those who come after them, in order."""

    now: list[OnDuty]
    next: list[OnDuty]


READ = Operation(
    id="getRota",
    summary="Who is on duty when",
    scope="config:read",
    answer=Rota,
    answered="The rota.",
)
REPLACE = Operation(
    id="replaceRota",
    summary="Replace the rota",
    description="Counts at once.",
    scope="config:write",
    body=Rota,
    example={"shifts": [], "mention_new": True},
    answer=Rota,
    answered="The rota as it is now.",
)
NOW = Operation(
    id="getOnDuty",
    summary="Who is on duty now",
    description="By the office hours of the first brand. Who does not work at the moment by their "
    "own hours is passed over.",
    scope="config:read",
    answer=Now,
    answered="Those on duty, and those after them.",
)


@get("/rota", opt=described(READ))
async def read(request: Incoming) -> Rota:
    return await change.read(bearer.of(request).organization)


@put("/rota", opt=described(REPLACE))
async def replace(request: Incoming) -> Rota:
    who = bearer.of(request)
    return await change.save(who.organization, bodies.json_of(request), by=who.name)


@get("/rota/now", opt=described(NOW))
async def now(request: Incoming) -> Now:
    duty, people = await calling.now(bearer.of(request).organization)
    named = {uid: OnDuty(uid=uid, name=each.name) for uid, each in people.items()}
    return Now(now=[named[uid] for uid in duty.now], next=[named[uid] for uid in duty.then])


router = Router(PREFIX, route_handlers=[read, replace, now])
