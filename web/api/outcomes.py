"""How messages are handled, for programs: the outcomes and reasons of an organization."""

from __future__ import annotations

from litestar import Router, get, put

from app.messages import outcomes
from app.messages.outcomes import Outcomes
from web.api import bearer
from web.http import bodies
from web.http.operation import PREFIX, Operation, described
from web.http.request import Incoming

READ = Operation(
    id="getOutcomes",
    summary="How messages are handled: the outcomes, and the reasons for `none`",
    scope="config:read",
    answer=Outcomes,
    answered="Both lists in their order.",
)
REPLACE = Operation(
    id="replaceOutcomes",
    summary="Replace the outcomes and reasons",
    description="What is not listed is retired: no longer offered, and still named where it was "
    "chosen. An entry without `key` is new. A built-in outcome (`phone`, `email`, `wechat`, `none`)"
    " without `label` is called as before.",
    scope="config:write",
    body=Outcomes,
    example={
        "outcomes": [
            {"key": "phone"},
            {"key": "visit", "label": "Visited"},
            {"key": "none", "label": "No need"},
        ],
        "reasons": [{"key": "ad", "label": "Advertising"}],
    },
    answer=Outcomes,
    answered="Both lists as they are now.",
)


@get("/outcomes", opt=described(READ))
async def read(request: Incoming) -> Outcomes:
    return await outcomes.read(bearer.of(request).organization)


@put("/outcomes", opt=described(REPLACE))
async def replace(request: Incoming) -> Outcomes:
    who = bearer.of(request)
    return await outcomes.save(who.organization, bodies.json_of(request), by=who.name)


router = Router(PREFIX, route_handlers=[read, replace])
