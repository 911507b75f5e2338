"""The log of deliveries for programs: read it, replay, stop a replay."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from litestar import Router, get, post
from litestar.params import FromPath

from app import channel_settings, deliveries
from app.deliveries import detail, log
from app.errors import Invalid, NotFound
from app.reading import objects, uids
from web.api import bearer, filters
from web.api.delivery_shapes import (
    DeliveryDetail,
    HowToReplay,
    LoggedDeliveries,
    LoggedDelivery,
    Replayed,
    Stopped,
    WhatToReplay,
    WhatToStop,
)
from web.http import bodies
from web.http.operation import (
    PREFIX,
    Operation,
    Parameter,
    described,
    hint,
)
from web.http.request import Incoming
from web.http.words import N_

UID = Parameter("uid", "The delivery.", {"type": "string", "format": "uuid"}, "path")
NO_CHANNEL = N_("There is no such channel")
NOT_EMPTY = N_("This is empty. Name one, or leave it out to mean all.")
REFERENCE_LIMIT = 32

LIST = Operation(
    id="listDeliveries",
    summary="The log of deliveries, newest first",
    description="What every channel was owed of every message, and how it went. Tests are listed "
    "as tests; `state` counts them only as `test`.",
    scope="messages:read",
    answer=LoggedDeliveries,
    parameters=(
        Parameter("state", "Only these.", {"type": "string", "enum": ["", *log.STATES]}),
        Parameter("channel", "Only of this channel.", {"type": "string", "format": "uuid"}),
        Parameter("since", "Not before: a date or a time. UTC unless it says more."),
        Parameter("until", "Before this time; of a date, before its end."),
        Parameter("reference", "Only of this message: LM-7K3F9Q."),
        *filters.PAGING,
    ),
    faults=(422,),
)
SHOW = Operation(
    id="getDelivery",
    summary="One delivery with every try and the text that was sent",
    scope="messages:read",
    answer=DeliveryDetail,
    parameters=(UID,),
    faults=(404,),
)
REPLAY = Operation(
    id="replayDelivery",
    summary="Send one delivery once more",
    description="Whatever became of it: also one that was sent. It waits for its place under the "
    "limit, and travels under a new id.",
    scope="deliveries:replay",
    body=HowToReplay,
    body_required=False,
    example={"as_sent": True},
    answer=Replayed,
    parameters=(UID,),
    faults=(404, 409),
)
REPLAY_FAILED = Operation(
    id="replayFailedDeliveries",
    summary="Send all failed deliveries once more",
    description="Of every channel that is on, or of one; since a time, or all.",
    scope="deliveries:replay",
    body=WhatToReplay,
    body_required=False,
    example={"since": "2026-11-22T08:00:00Z", "as_sent": False},
    answer=Replayed,
)
STOP = Operation(
    id="stopReplay",
    summary="Stop sending once more",
    description="What has not gone yet is failed again.",
    scope="deliveries:replay",
    body=WhatToStop,
    body_required=False,
    example={},
    answer=Stopped,
)


@get("/deliveries", opt=described(LIST))
async def listed(request: Incoming) -> LoggedDeliveries:
    query = bodies.query_of(request)
    _named(query)
    wanted = filters.read(query, READERS)
    limit, cursor = wanted.pop("limit"), wanted.pop("cursor", "")
    org = bearer.of(request).organization
    page = await log.listed(org, log.Filter(**wanted), limit=limit, cursor=cursor)
    return LoggedDeliveries(
        [LoggedDelivery.of(row, _hints(request)) for row in page.items], page.next_cursor
    )


@get("/deliveries/{uid:str}", opt=described(SHOW))
async def show(request: Incoming, uid: FromPath[str]) -> DeliveryDetail:
    found = await detail.one(bearer.of(request).organization, uid)
    return DeliveryDetail.of(found, _hints(request))


@post("/deliveries/{uid:str}/replay", status_code=200, opt=described(REPLAY))
async def replay(request: Incoming, uid: FromPath[str]) -> Replayed:
    how = objects.read(bodies.json_of(request, empty=True), HowToReplay)
    who = bearer.of(request)
    return Replayed(
        await deliveries.replay(who.organization, delivery=uid, as_sent=how.as_sent, by=who.name)
    )


@post("/deliveries/replay", status_code=200, opt=described(REPLAY_FAILED))
async def replay_failed(request: Incoming) -> Replayed:
    raw = _named(bodies.json_of(request, empty=True))
    what, who = objects.read(raw, WhatToReplay), bearer.of(request)
    since = filters.time_of(what.since, "/since") if "since" in raw else None
    return Replayed(
        await deliveries.replay(
            who.organization,
            channel=await _channel(who.organization, raw),
            since=since,
            as_sent=what.as_sent,
            missed=what.missed,
            by=who.name,
        )
    )


@post("/deliveries/replay/stop", status_code=200, opt=described(STOP))
async def stop(request: Incoming) -> Stopped:
    raw = _named(bodies.json_of(request, empty=True))
    objects.read(raw, WhatToStop)
    who = bearer.of(request)
    channel = await _channel(who.organization, raw)
    return Stopped(await deliveries.stop_replay(who.organization, channel=channel, by=who.name))


def _hints(request: Incoming) -> Any:
    return lambda msgid, facts: hint(request, msgid, facts)


def _named(raw: dict[str, Any]) -> dict[str, Any]:
    """Raises Invalid for an empty channel: a program that lost the name must not mean all of
    them."""
    if raw.get("channel", "named") in ("", None):
        raise Invalid.at("/channel", "empty", NOT_EMPTY)
    return raw


async def _channel(organization: uuid.UUID, raw: Mapping[str, Any]) -> str | None:
    """The channel's uid; None, for all, only when the key is left out. Raises Invalid for an
    unknown one."""
    if "channel" not in raw:
        return None
    uid: str = raw["channel"]
    try:
        await channel_settings.channel(organization, uid)
    except NotFound:
        raise Invalid.at("/channel", "unknown_uid", NO_CHANNEL) from None
    return uid


def _state(text: str) -> str:
    if text in log.STATES:
        return text
    known = ", ".join(log.STATES)
    raise Invalid.at("/state", "not_a_choice", N_("Use one of {known}"), known=known)


def _uuid(text: str) -> str:
    return str(uids.uid(text, "/channel", "unknown_uid", NO_CHANNEL))


def _since(text: str) -> dt.datetime:
    return filters.time_of(text, "/since")


def _until(text: str) -> dt.datetime:
    return filters.time_of(text, "/until", end=True)


READERS: filters.Readers = {
    "state": ("state", _state),
    "channel": ("channel", _uuid),
    "since": ("since", _since),
    "until": ("until", _until),
    "reference": ("reference", lambda text: text[:REFERENCE_LIMIT]),
    "limit": ("limit", filters.limit_of),
    "cursor": ("cursor", filters.cursor_of),
}

router = Router(PREFIX, route_handlers=[listed, show, replay, replay_failed, stop])
