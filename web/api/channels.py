"""Single channels for programs: added, changed, switched, tested and removed."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Router, delete, get, patch, post
from litestar.params import FromPath
from msgspec import Meta, Struct

from app import channel_settings
from app.reading import objects
from web.api import bearer
from web.api.channel_shapes import Results, result_of, said
from web.api.paging import NextCursor
from web.api.schemas import CHANNEL_CHANGES, ref
from web.api.simple import Nothing
from web.http import bodies
from web.http.bodies import CONFIG_LIMIT
from web.http.operation import PREFIX, Operation, Parameter, described
from web.http.request import Incoming

UID = Parameter("uid", "The channel.", {"type": "string", "format": "uuid"}, "path")
ONE = ref("SavedChannel")


class Channels(Struct, frozen=True):
    """In their order: where a limit holds something back, the upper one is told first."""

    items: list[Annotated[dict[str, Any], Meta(extra_json_schema=ONE)]]
    next_cursor: NextCursor = None


LIST = Operation(
    id="listChannels",
    summary="The channels, in their order",
    volatile=("health",),
    scope="config:read",
    answer=Channels,
)
SHOW = Operation(
    id="getChannel",
    summary="One channel, secrets masked",
    volatile=("health",),
    scope="config:read",
    answer=ONE,
    parameters=(UID,),
    faults=(404,),
)
ADD = Operation(
    id="addChannel",
    summary="Add a channel",
    description="One that was removed and leads to the same place comes back with its history.",
    scope="config:write",
    body=ref("Channel"),
    example={
        "type": "custom",
        "name": "CRM",
        "webhook_url": "https://crm.example.com/leavemsg",
        "enabled": True,
    },
    answer=ONE,
    status=201,
    answered="Added. `Location` leads to it.",
)
CHANGE = Operation(
    id="changeChannel",
    summary="Change a channel",
    description="What is left out stays; a secret that is sent back masked stays, too. The kind "
    "(`type`) stays as it is.",
    scope="config:write",
    body=CHANNEL_CHANGES,
    example={"name": "CRM 2", "priority": "high"},
    answer=ONE,
    parameters=(UID,),
    faults=(404,),
)
REMOVE = Operation(
    id="removeChannel",
    summary="Remove a channel",
    description="It is archived: its log stays, and what waits for it is cancelled.",
    scope="config:write",
    answer=Nothing,
    answered="It is removed.",
    parameters=(UID,),
    faults=(404,),
)
TEST = Operation(
    id="testChannel",
    summary="Send a test message through a channel",
    description="A platform's refusal is a result with `ok` false, not an error.",
    scope="channels:test",
    body=Nothing,
    body_required=False,
    answer=Results,
    answered="What the platform said.",
    parameters=(UID,),
    faults=(404, 429),
)


def _switch(id: str, summary: str, description: str) -> Operation:
    return Operation(
        id=id,
        summary=summary,
        description=description,
        scope="config:write",
        body=Nothing,
        body_required=False,
        answer=ONE,
        parameters=(UID,),
        faults=(404,),
    )


ENABLE = _switch("enableChannel", "Switch a channel on", "Earlier failures are forgotten.")
DISABLE = _switch("disableChannel", "Switch a channel off", "What waits for it is cancelled.")


@get("/channels", opt=described(LIST))
async def listed(request: Incoming) -> Channels:
    found = await channel_settings.read(bearer.of(request).organization)
    return Channels([said(request, each) for each in found["notifications"]])


@get("/channels/{uid:str}", opt=described(SHOW))
async def show(request: Incoming, uid: FromPath[str]) -> dict[str, Any]:
    return await _one(request, uid)


@post("/channels", request_max_body_size=CONFIG_LIMIT, opt=described(ADD))
async def add(request: Incoming) -> dict[str, Any]:
    who = bearer.of(request)
    uid = await channel_settings.add(who.organization, bodies.json_of(request), by=who.name)
    return await _one(request, uid)


@patch("/channels/{uid:str}", request_max_body_size=CONFIG_LIMIT, opt=described(CHANGE))
async def change(request: Incoming, uid: FromPath[str]) -> dict[str, Any]:
    who, raw = bearer.of(request), bodies.json_of(request)
    await channel_settings.change(who.organization, uid, raw, by=who.name, partly=True)
    return await _one(request, uid)


@delete("/channels/{uid:str}", status_code=200, opt=described(REMOVE))
async def remove(request: Incoming, uid: FromPath[str]) -> Nothing:
    who = bearer.of(request)
    await channel_settings.archive(who.organization, uid, by=who.name)
    return Nothing()


@post("/channels/{uid:str}/enable", status_code=200, opt=described(ENABLE))
async def enable(request: Incoming, uid: FromPath[str]) -> dict[str, Any]:
    return await _switched(request, uid, on=True)


@post("/channels/{uid:str}/disable", status_code=200, opt=described(DISABLE))
async def disable(request: Incoming, uid: FromPath[str]) -> dict[str, Any]:
    return await _switched(request, uid, on=False)


@post("/channels/{uid:str}/test", status_code=200, opt=described(TEST))
async def test(request: Incoming, uid: FromPath[str]) -> Results:
    objects.read(bodies.json_of(request, empty=True), Nothing)
    organization = bearer.of(request).organization
    found = await channel_settings.test(organization, request.app.state.egress, uid=uid)
    return Results([result_of(request, one) for one in found])


async def _switched(request: Incoming, uid: str, *, on: bool) -> dict[str, Any]:
    objects.read(bodies.json_of(request, empty=True), Nothing)
    who = bearer.of(request)
    await channel_settings.switch(who.organization, uid, on, by=who.name)
    return await _one(request, uid)


async def _one(request: Incoming, uid: str) -> dict[str, Any]:
    return said(request, await channel_settings.channel(bearer.of(request).organization, uid))


router = Router(PREFIX, route_handlers=[listed, show, add, change, remove, enable, disable, test])
