"""留言通知 for programs: read it, replace it, test it."""

from __future__ import annotations

from typing import Any

from litestar import Router, get, post

from app import channel_settings
from app.errors import Invalid
from app.reading import objects
from web.api import bearer
from web.api.channel_shapes import Results, result_of, said
from web.api.schemas import (
    CONFIGURATION,
    NEW_CONFIGURATION,
    ONE_OR_ALL,
    WHAT_TO_TEST,
)
from web.http import bodies
from web.http.bodies import CONFIG_LIMIT
from web.http.operation import PREFIX, Operation, Parameter, described
from web.http.request import Incoming
from web.http.words import N_

EXAMPLE = {
    "notifications": [
        {
            "type": "wecom",
            "webhook_url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=YOUR_KEY",
            "enabled": True,
        }
    ],
    "rate_limit_per_minute": 10,
    "dedup_window_seconds": 600,
}


READ = Operation(
    id="getConfiguration",
    volatile=("health",),
    summary="The current configuration",
    description="Secrets are masked. Sent back as they are, they stay what they were.",
    scope="config:read",
    answer=ONE_OR_ALL,
    answered="The configuration; with `uid`, that one channel.",
    parameters=(Parameter("uid", "One channel only.", {"type": "string", "format": "uuid"}),),
    faults=(404, 422),
)
REPLACE = Operation(
    id="replaceConfiguration",
    summary="Replace the configuration",
    description="What is left out stays as it is. A channel that is not listed any more is "
    "switched off and archived, and named in `archived`; its log stays. An entry with a known "
    "`uid`, or of the same type and target, updates that channel, and brings it back with its "
    "history if it was archived.",
    scope="config:write",
    body=NEW_CONFIGURATION,
    example=EXAMPLE,
    answer=CONFIGURATION,
    answered="The configuration as it is now.",
    faults=(404,),
)
TEST = Operation(
    id="testChannels",
    summary="Send a test message",
    description="To the saved channel `uid`, to the one that stands in the body (with the scope "
    "`config:write` too), or to all that are enabled. A platform's refusal is a result with `ok` "
    "false, not an error.",
    scope="channels:test",
    body=WHAT_TO_TEST,
    body_required=False,
    example={},
    answer=Results,
    answered="What each platform said.",
    faults=(404, 429),
)


@get(["/query/uid", "/config"], opt=described(READ))
async def read(request: Incoming) -> dict[str, Any]:
    query = bodies.query_of(request)
    if unknown := [name for name in query if name != "uid"]:
        raise Invalid([objects.unknown(name, ("uid",)) for name in unknown])
    org = bearer.of(request).organization
    if "uid" in query:
        return said(request, await channel_settings.channel(org, query["uid"]))
    return _all_said(request, await channel_settings.read(org))


@post(
    ["/config", "/create"],
    status_code=200,
    request_max_body_size=CONFIG_LIMIT,
    opt=described(REPLACE),
)
async def replace(request: Incoming) -> dict[str, Any]:
    who = bearer.of(request)
    payload = bodies.json_of(request)
    return _all_said(
        request, await channel_settings.replace(who.organization, payload, by=who.name)
    )


@post("/test", status_code=200, request_max_body_size=CONFIG_LIMIT, opt=described(TEST))
async def test(request: Incoming) -> Results:
    raw = bodies.json_of(request, empty=True)
    uid = raw.get("uid")
    if not isinstance(uid, str | None):
        raise Invalid.at("/uid", "wrong_type", N_("This must be text"))
    values = raw if set(raw) - {"uid"} else None
    if values is None and "uid" in raw and uid is None:
        raise Invalid.at(
            "/uid", "empty", N_("This is empty. Name one, or leave it out to mean all.")
        )
    who = bearer.of(request)
    if values is not None:
        # Else stored secrets could be used to send anything to anybody.
        bearer.needs(who, "config:write")
    egress = request.app.state.egress
    found = await channel_settings.test(who.organization, egress, uid=uid, raw=values)
    return Results([result_of(request, one) for one in found])


def _all_said(request: Incoming, found: dict[str, Any]) -> dict[str, Any]:
    return {**found, "notifications": [said(request, each) for each in found["notifications"]]}


router = Router(PREFIX, route_handlers=[read, replace, test])
