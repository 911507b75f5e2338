"""Daily and weekly reports for programs."""

from __future__ import annotations

from litestar import Router, delete, get, post, put
from litestar.params import FromPath
from msgspec import Struct

from app.reports import change
from app.reports.shape import Setting, Stored
from web.api import bearer
from web.api.paging import NextCursor
from web.http import bodies
from web.http.operation import PREFIX, Operation, Parameter, described
from web.http.request import Incoming

UID = Parameter("uid", "The report.", {"type": "string", "format": "uuid"}, "path")
EXAMPLE = {"channel": "CHANNEL", "every": "week", "weekday": 0, "at": "09:00"}


class ReportList(Struct, frozen=True):
    items: list[Stored]
    next_cursor: NextCursor = None


READ = Operation(
    id="getReports",
    summary="The daily and weekly reports",
    scope="config:read",
    answer=ReportList,
    answered="The reports.",
)
ADD = Operation(
    id="addReport",
    summary="Add a report",
    description="Due from now on, at a time of the organization's zone. At most 10.",
    scope="config:write",
    body=Setting,
    example=EXAMPLE,
    answer=Stored,
    answered="The report.",
    status=201,
)
REPLACE = Operation(
    id="replaceReport",
    summary="Replace a report",
    scope="config:write",
    body=Setting,
    example=EXAMPLE,
    answer=Stored,
    answered="The report as it is now.",
    parameters=(UID,),
    faults=(404,),
)
REMOVE = Operation(
    id="removeReport",
    summary="Remove a report",
    scope="config:write",
    answer=ReportList,
    answered="Those that are left.",
    parameters=(UID,),
    faults=(404,),
)


@get("/reports", opt=described(READ))
async def read(request: Incoming) -> ReportList:
    return ReportList(await change.read(bearer.of(request).organization))


@post("/reports", opt=described(ADD))
async def add(request: Incoming) -> Stored:
    who = bearer.of(request)
    return await change.add(who.organization, bodies.json_of(request), by=who.name)


@put("/reports/{uid:str}", opt=described(REPLACE))
async def replace(request: Incoming, uid: FromPath[str]) -> Stored:
    who = bearer.of(request)
    return await change.change(who.organization, uid, bodies.json_of(request), by=who.name)


@delete("/reports/{uid:str}", status_code=200, opt=described(REMOVE))
async def remove(request: Incoming, uid: FromPath[str]) -> ReportList:
    who = bearer.of(request)
    await change.remove(who.organization, uid, by=who.name)
    return ReportList(await change.read(who.organization))


router = Router(PREFIX, route_handlers=[read, add, replace, remove])
