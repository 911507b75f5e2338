"""Events for programs, one page after the other, and the keys that endpoints are sent them with."""

from __future__ import annotations

import uuid
from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Response, Router, get, post
from litestar.params import FromPath
from msgspec import Meta, Struct

from app import settings
from app.channel_settings import signing
from app.errors import Invalid
from app.feed import read
from app.feed.catalogue import NAMES
from app.reading import objects
from web.api import bearer
from web.api import filters as api_filters
from web.api.simple import Nothing
from web.http import bodies
from web.http.operation import PREFIX, Operation, Parameter, described
from web.http.request import Incoming
from web.http.words import N_

LIST = Operation(
    id="listEvents",
    summary="What happened, in order",
    description=(
        "Without `after`, from the first event that is kept. Events are kept for 30 days, and "
        "recorded only while somebody may read them. The `cursor` of each answer is where the "
        "next one begins, also when nothing has happened yet. Events have no personal data."
    ),
    scope="events:read",
    answer=read.Page,
    parameters=(
        Parameter("after", "The `cursor` of the answer before."),
        Parameter("types", f"Only these, with commas between: {', '.join(NAMES)}."),
        api_filters.PAGING[0],
    ),
    faults=(410, 422),
)


class Renewal(Struct, frozen=True, kw_only=True):
    """How an endpoint gets a new key."""

    pair: Annotated[
        bool, Meta(description="A pair of keys (Ed25519) instead of a shared secret.")
    ] = False


class Signing(Struct, frozen=True, kw_only=True):
    """How events are signed."""

    secret: Annotated[
        str | None,
        Meta(
            description="The new shared secret, shown this once; null for a pair of keys, and in a "
            "second answer to the same `Idempotency-Key`."
        ),
    ]
    public: Annotated[str | None, Meta(description="Of a pair of keys, what receivers have.")]
    both: Annotated[bool, Meta(description="The earlier key still signs, too.")]


ENDPOINT = Parameter("uid", "The endpoint.", {"type": "string", "format": "uuid"}, "path")
RENEW = Operation(
    id="renewSigningKey",
    summary="Give an endpoint of events a new signing key",
    description="The earlier key signs every event as well, until it is ended.",
    scope="config:write",
    body=Renewal,
    body_required=False,
    example={"pair": False},
    answer=Signing,
    parameters=(ENDPOINT,),
    faults=(404, 409),
    secrets=("secret",),
)
END = Operation(
    id="endSigningKey",
    secrets=("secret",),
    summary="End the earlier signing key of an endpoint",
    scope="config:write",
    body=Nothing,
    body_required=False,
    answer=Signing,
    parameters=(ENDPOINT,),
    faults=(404, 409),
)


def _types(text: str) -> list[str]:
    names = [each.strip() for each in text.split(",") if each.strip()]
    if any(each not in NAMES for each in names):
        detail = N_("Use one of {known}")
        raise Invalid.at("/types", "not_a_choice", detail, known=", ".join(NAMES))
    return list(dict.fromkeys(names))


READERS: api_filters.Readers = {
    "after": ("after", read.after),
    "types": ("types", _types),
    "limit": ("limit", api_filters.limit_of),
}


@get("/events", opt=described(LIST))
async def events(request: Incoming) -> Response[read.Page]:
    query = bodies.query_of(request)
    asked: dict[str, Any] = api_filters.read(query, READERS)
    page = await read.page(bearer.of(request).organization, **asked)
    kept = {name: text for name, text in query.items() if name != "after" and text}
    following = urlencode({**kept, "after": page.cursor})
    address = f"{settings.current().base_url}{PREFIX}/events?{following}"
    return Response(page, headers={"Link": f'<{address}>; rel="next"'})


@post("/channels/{uid:str}/signing/renew", status_code=200, opt=described(RENEW))
async def renew(request: Incoming, uid: FromPath[str]) -> Signing:
    how, who = objects.read(bodies.json_of(request, empty=True), Renewal), bearer.of(request)
    made = await signing.renew(who.organization, uid, pair=how.pair, by=who.name)
    return await _signing(who.organization, uid, None if how.pair else made)


@post("/channels/{uid:str}/signing/end", status_code=200, opt=described(END))
async def end(request: Incoming, uid: FromPath[str]) -> Signing:
    objects.read(bodies.json_of(request, empty=True), Nothing)
    who = bearer.of(request)
    await signing.end(who.organization, uid, by=who.name)
    return await _signing(who.organization, uid, None)


async def _signing(organization: uuid.UUID, uid: str, made: str | None) -> Signing:
    found = await signing.keys(organization, uid)
    return Signing(secret=made, public=found.public or None, both=found.both)


router = Router(PREFIX, route_handlers=[events, renew, end])
