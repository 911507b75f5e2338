"""Tokens for programs that manage them: made, rotated and revoked.

A program never gains by it: what it makes or rotates may do no more than its own token, and from
no other addresses, for no longer, and whoever made its own token counts as the maker. When its own
token is revoked, these are, too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated

from litestar import Response, Router, delete, get, post
from litestar.params import FromPath
from msgspec import Meta, Struct, structs

from app.people import tokens
from app.people.token_shape import DAYS, DAYS_MAX, SCOPES, Bearer, Listed
from app.reading import objects
from app.reading.dates import seconds, seconds_or_none
from app.reading.networks import Network, network_of
from web.api import bearer
from web.api.filters import moment_of
from web.api.paging import NextCursor
from web.http import bodies
from web.http.faults import Refused
from web.http.operation import PREFIX, Operation, Parameter, described
from web.http.request import Incoming
from web.http.words import N_

UID = Parameter("uid", "The token: the part of it after `lm_`, of twelve characters.", place="path")
WRITE = "tokens:write"


class NewToken(Struct, frozen=True, kw_only=True):
    """A token to be made."""

    name: str
    scopes: Annotated[list[str], Meta(description="Of those that the token of the request has.")]
    days: Annotated[
        int,
        Meta(
            description=f"How long it works, at most {DAYS_MAX}, and never beyond the end of the "
            "token of the request."
        ),
    ] = DAYS
    networks: Annotated[
        list[str], Meta(description="Addresses and networks that may use it; none: all.")
    ] = []


class Rotation(Struct, frozen=True, kw_only=True):
    """How a token gets a new secret."""

    days: Annotated[
        int,
        Meta(
            description=f"How long the new one works, at most {DAYS_MAX}, and never beyond the end "
            "of the token of the request."
        ),
    ] = DAYS
    until: Annotated[
        str, Meta(description="Until when the old one works, too; left out, for 24 hours.")
    ] = ""


class TokenEntry(Struct, frozen=True, kw_only=True):
    """A token, without its secret."""

    uid: str
    name: str
    shown: Annotated[str, Meta(description="How it begins and ends.")]
    scopes: list[str]
    networks: Annotated[list[str], Meta(description="From where it may be used; none: anywhere.")]
    state: Annotated[str, Meta(description="`living`, `expired` or `revoked`.")]
    created_by: str
    created_at: dt.datetime
    expires_at: dt.datetime | None
    used_at: dt.datetime | None
    used_from: str
    old_until: Annotated[
        dt.datetime | None, Meta(description="Until when the secret before the rotation works.")
    ]

    @classmethod
    def of(cls, row: Listed) -> TokenEntry:
        now = dt.datetime.now(dt.UTC)
        return cls(
            uid=row.public_id,
            name=row.name,
            shown=row.shown,
            scopes=row.scopes.split(),
            networks=row.networks.split(),
            state=row.state(now),
            created_by=row.created_by,
            created_at=seconds(row.created_at),
            expires_at=seconds_or_none(row.expires_at),
            used_at=seconds_or_none(row.used_at),
            used_from=row.used_from,
            old_until=seconds_or_none(row.old_until if row.old_works(now) else None),
        )


class ShownToken(TokenEntry, frozen=True, kw_only=True):
    """A token with its secret, this once."""

    token: Annotated[
        str | None, Meta(description="Null in a second answer to the same `Idempotency-Key`.")
    ]


class TokenEntries(Struct, frozen=True):
    """Newest first, also those that work no more."""

    items: list[TokenEntry]
    next_cursor: NextCursor = None


LIST = Operation(
    id="listTokens",
    summary="The organization's tokens, newest first",
    scope=WRITE,
    other_scopes=("config:read",),
    answer=TokenEntries,
)
SHOW = Operation(
    id="getTokenEntry",
    summary="One token",
    scope=WRITE,
    other_scopes=("config:read",),
    answer=TokenEntry,
    parameters=(UID,),
    faults=(404,),
)
MAKE = Operation(
    id="createToken",
    summary="Make a token",
    description="Its scopes must be among those of the token of the request, and it is used from "
    "no other addresses, and ends with it at the latest, also when that is revoked. The secret is "
    "shown this once: a second answer to the same `Idempotency-Key` has none.",
    scope=WRITE,
    body=NewToken,
    example={"name": "crm", "scopes": ["submit"], "days": 30},
    answer=ShownToken,
    status=201,
    answered="Made.",
    secrets=("token",),
)
ROTATE = Operation(
    id="rotateToken",
    summary="Give a token a new secret",
    description="Its id, its idempotency keys and its log stay. One that may do more than the "
    "token of the request gets a new secret from an admin only. The new secret ends with the "
    "token of the request at the latest, also when that is revoked: only an admin makes one that "
    "lasts longer.",
    scope=WRITE,
    body=Rotation,
    body_required=False,
    example={"days": 90, "until": ""},
    answer=ShownToken,
    parameters=(UID,),
    faults=(404, 409),
    secrets=("token",),
)
REVOKE = Operation(
    id="revokeToken",
    summary="End a token, with every secret of it",
    description="What was made or renewed through it ends, too. One that may do more than the "
    "token of the request is ended by an admin only.",
    scope=WRITE,
    answer=TokenEntry,
    answered="As it is now.",
    parameters=(UID,),
    faults=(404,),
)


@get("/tokens", opt=described(LIST))
async def listed(request: Incoming) -> TokenEntries:
    found = await tokens.listed(bearer.of(request).organization)
    return TokenEntries([TokenEntry.of(each) for each in found])


@get("/tokens/{uid:str}", opt=described(SHOW))
async def show(request: Incoming, uid: FromPath[str]) -> TokenEntry:
    return TokenEntry.of(await tokens.one(bearer.of(request).organization, uid))


@post("/tokens", opt=described(MAKE))
async def make(request: Incoming) -> Response[ShownToken]:
    new, who = objects.read(bodies.json_of(request), NewToken), bearer.of(request)
    wanted = tokens.meant(new.scopes)
    bearer.needs(who, *(scope for scope in wanted if scope in SCOPES))
    made = await tokens.create(
        who.organization,
        new.name,
        wanted,
        days=new.days,
        networks=" ".join(_within(who, new.networks)),
        by=who.name,
        maker=await tokens.maker_of(who),
        through=who,
    )
    answer = await _shown(who, made)
    return Response(answer, status_code=201, headers={"Location": f"{PREFIX}/tokens/{answer.uid}"})


@post("/tokens/{uid:str}/rotate", status_code=200, opt=described(ROTATE))
async def rotate(request: Incoming, uid: FromPath[str]) -> ShownToken:
    how, who = objects.read(bodies.json_of(request, empty=True), Rotation), bearer.of(request)
    await _no_more_than(who, uid)
    until = moment_of(how.until, "/until") if how.until else None
    made = await tokens.rotate(
        who.organization,
        uid,
        until=until,
        days=how.days,
        by=who.name,
        maker=await tokens.maker_of(who),
        through=who,
    )
    return await _shown(who, made)


@delete("/tokens/{uid:str}", status_code=200, opt=described(REVOKE))
async def revoke(request: Incoming, uid: FromPath[str]) -> TokenEntry:
    """One that is over already stays so."""
    who = bearer.of(request)
    await _no_more_than(who, uid)
    await tokens.revoke(who.organization, uid, by=who.name)
    return TokenEntry.of(await tokens.one(who.organization, uid))


async def _shown(who: Bearer, secret: str) -> ShownToken:
    row = TokenEntry.of(await tokens.one(who.organization, secret.split("_")[1]))
    return ShownToken(**structs.asdict(row), token=secret)


async def _no_more_than(who: Bearer, uid: str) -> None:
    """Raises Refused for a token that may do more than the caller, or from elsewhere."""
    row = await tokens.one(who.organization, uid)
    bearer.needs(who, *row.scopes.split())
    if sorted(_within(who, row.networks.split())) != sorted(row.networks.split()):
        raise _elsewhere()


def _within(who: Bearer, wanted: Iterable[str]) -> list[str]:
    """The addresses of a token that the caller makes: theirs, unless it names some within. Raises
    Refused; what is no address is left for `tokens.create` to say."""
    named = tokens.named(" ".join(wanted))
    if not who.networks:
        return named
    known = [found for each in named if (found := network_of(each)) is not None]
    if not all(any(_lies_in(each, own) for own in who.networks) for each in known):
        raise _elsewhere()
    return named or [str(each) for each in who.networks]


def _lies_in(network: Network, other: Network) -> bool:
    return network.version == other.version and network.subnet_of(other)  # type: ignore[arg-type]


def _elsewhere() -> Refused:
    detail = N_("This token may only be used from some addresses, and makes none for others.")
    return Refused(403, "forbidden", detail)


router = Router(PREFIX, route_handlers=[listed, show, make, rotate, revoke])
