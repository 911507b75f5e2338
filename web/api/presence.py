"""Presence for programs: chat systems report it; a token may read it with its reasons."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from litestar import Router, get, put
from msgspec import Meta, Struct

from app import presence
from app.errors import Invalid
from app.people import organizations
from app.reading import nulls, objects
from app.reading.dates import seconds, seconds_or_none
from app.tables import Organization
from web.api import bearer
from web.api.schemas import PRESENCE
from web.http import (
    bodies,
    moments,
    words,
)
from web.http.operation import PREFIX, Operation, described
from web.http.request import Incoming


class Word(Struct, frozen=True):
    """What may be said; what is left out stays as it was."""

    agents_online: int = 0
    agent: str = ""
    state: str = ""
    overloaded: bool = False
    ttl: int = presence.TTL


class Why(Struct, frozen=True, kw_only=True):
    """One rule that was looked at."""

    rule: Annotated[str, Meta(description="override, overload, console, reports, hours or rule.")]
    says: Annotated[str, Meta(description="online, offline, or empty: it has nothing to say.")]
    decides: bool
    detail: Annotated[str, Meta(description="In the caller's language.")]


class State(Struct, frozen=True, kw_only=True):
    """What visitors see, and why."""

    state: Literal["online", "offline"]
    reason: str
    rule: Annotated[str, Meta(description="agents, hours or agents_and_hours.")]
    agents_online: int
    until: Annotated[
        dt.datetime | None, Meta(description="When what overrides the rule ends by itself.")
    ]
    next_change_at: dt.datetime | None
    why: Annotated[list[Why], Meta(description="Every rule, in the order of its weight.")]


SAY = Operation(
    id="reportPresence",
    summary="Say who is there",
    description="Send it again before `ttl` runs out. Each token replaces its own word only.",
    scope="presence:write",
    body=PRESENCE,
    example={"agents_online": 2, "ttl": 90},
    answer=State,
    answered="What visitors see now.",
)
SHOW = Operation(
    id="getPresence",
    summary="What visitors see, and why",
    scope="messages:read",
    other_scopes=("presence:write",),
    answer=State,
)


@put("/presence", opt=described(SAY))
async def say(request: Incoming) -> State:
    raw = nulls.given(bodies.json_of(request), Word)
    if problems := objects.faults(raw, Word):
        raise Invalid(problems)
    who = bearer.of(request)
    await presence.report(who.organization, who.id, who.name, **raw)
    return await _state(request, await organizations.by_id(who.organization))


@get("/presence", opt=described(SHOW))
async def show(request: Incoming) -> State:
    return await _state(request, await organizations.by_id(bearer.of(request).organization))


async def _state(request: Incoming, org: Organization) -> State:
    facts = await presence.read(org, also_over=True)
    found = presence.decide(facts)
    locale = words.locale_of(request)
    return State(
        state=found.state,
        reason=found.reason,
        rule=found.rule,
        agents_online=found.agents_online,
        until=seconds_or_none(found.until),
        next_change_at=seconds(found.next_change_at) if found.next_change_at else None,
        why=[
            Why(
                rule=step.rule,
                says=step.says,
                decides=step.decides,
                detail=moments.sentence(locale, facts.schedule.timezone, step, facts.now),
            )
            for step in presence.steps(facts)
        ],
    )


router = Router(PREFIX, route_handlers=[say, show])
