"""Public presence: small, cacheable, readable from the sites that may show the form."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, Router, get, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from msgspec import Meta, Struct

from app import presence, widget
from app.brands import stored as brands
from app.errors import NotFound, Unavailable
from app.reading.dates import seconds
from web.http import problems
from web.http.cors import ANY_SITE, readers
from web.http.etag import etag, unchanged
from web.http.faults import fault_of
from web.http.operation import Operation, Parameter, described
from web.http.request import Incoming
from web.visitor.known import about

# Seconds until a page notices a change at the latest.
MAX_AGE = 30
# A page needs nothing else, and its browser may cache this preflight answer.
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Max-Age": "86400",
}


class Public(Struct, frozen=True):
    """Whether somebody is there."""

    state: Annotated[
        Literal["online", "offline"],
        Meta(description="`offline`: show the form. So does whatever is not this document."),
    ]
    reason: Annotated[
        str,
        Meta(
            description="override, overloaded, agents_online, no_agents, within_hours, "
            "outside_hours, holiday, no_hours or unknown."
        ),
    ]
    next_change_at: Annotated[
        dt.datetime | None,
        Meta(description="When that changes next, as far as it is planned: UTC."),
    ]


SHOW = Operation(
    id="getPublicPresence",
    summary="Whether somebody is there",
    description="No token. Pages of other sites may read it as far as they may show the form. "
    "Answers 304 to a known `If-None-Match`.",
    answer=Public,
    parameters=(
        Parameter(
            "slug",
            "The brand, of which an organization has one at first.",
            {"type": "string", "maxLength": 64},
            "path",
        ),
    ),
    faults=(404,),
)


@get("/", opt=described(SHOW))
async def show(request: Incoming, slug: FromPath[str]) -> Response[Any]:
    try:
        brand = await brands.by_slug(slug)
        setup = await widget.read(brand.id)
        found = await presence.state(brand.org, brand=brand.id)
    except NotFound as error:
        missing = problems.problem_of(request, fault_of(error))
        missing.headers.update(ANY_SITE)
        return missing
    except Unavailable as error:
        # Unknown counts as offline, so the form is shown; this answer is not cached.
        headers = {"Retry-After": str(error.after), "Cache-Control": "no-store", **ANY_SITE}
        return Response(Public("offline", "unknown", None), status_code=503, headers=headers)
    change = found.next_change_at
    body = msgspec.json.encode(
        Public(found.state, found.reason, seconds(change) if change else None)
    )
    about(request.scope, brand, body)
    headers = {
        "Cache-Control": f"public, max-age={_age(change, dt.datetime.now(dt.UTC))}",
        "ETag": etag(body),
        **readers(request, setup),
    }
    known = unchanged(request, headers)
    return known or Response(body, media_type="application/json", headers=headers)


def _age(change: dt.datetime | None, now: dt.datetime) -> int:
    """Seconds to cache: not longer than the state lasts, so that pages change in time."""
    if change is None:
        return MAX_AGE
    return max(1, min(MAX_AGE, int((change - now).total_seconds())))


@route("/", http_method=[HttpMethod.OPTIONS], status_code=204)
async def preflight(request: Incoming, slug: FromPath[str]) -> Response[None]:
    try:
        setup = await widget.read((await brands.by_slug(slug)).id)
    except (NotFound, Unavailable):
        return Response(None, status_code=204, headers={**ANY_SITE, **PREFLIGHT})
    return Response(None, status_code=204, headers={**readers(request, setup), **PREFLIGHT})


# `preflight` first: after a GET, Litestar would make its own OPTIONS.
router = Router("/w/{slug:str}/presence", route_handlers=[preflight, show])
