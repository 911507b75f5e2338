"""Response targets for programs: read and replaced."""

from __future__ import annotations

from litestar import Router, get, put

from app.targets import change
from app.targets.shape import Targets
from web.api import bearer
from web.http import bodies
from web.http.operation import PREFIX, Operation, described
from web.http.request import Incoming

READ = Operation(
    id="getTargets",
    summary="Within how much office time messages should be handled first",
    scope="config:read",
    answer=Targets,
    answered="The targets.",
)
REPLACE = Operation(
    id="replaceTargets",
    summary="Replace the response targets",
    description="Counts for messages from then on: each keeps the target of when it was left.",
    scope="config:write",
    body=Targets,
    example={"minutes": 120, "categories": [{"category": "售后服务", "minutes": 30}]},
    answer=Targets,
    answered="The targets as they are now.",
)


@get("/targets", opt=described(READ))
async def read(request: Incoming) -> Targets:
    return await change.read(bearer.of(request).organization)


@put("/targets", opt=described(REPLACE))
async def replace(request: Incoming) -> Targets:
    who = bearer.of(request)
    return await change.save(who.organization, bodies.json_of(request), by=who.name)


router = Router(PREFIX, route_handlers=[read, replace])
