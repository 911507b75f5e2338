"""The audit for programs: page by page, or as a file."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import msgspec
from litestar import Router, get
from litestar.response import Stream
from msgspec import Meta, Struct

from app import limits
from app.messages.export.wish import FORMATS as MEDIA
from app.people import organizations
from app.people.audit import Entry, taken
from app.people.audit import listed as audit
from app.people.audit.acts import AREAS
from app.reading.dates import seconds
from web.api import bearer, filters
from web.http import bodies, words
from web.http.download import saved
from web.http.operation import PREFIX, Operation, Parameter, described
from web.http.request import Incoming

TARGET_MAX = 64


class AuditActor(Struct, frozen=True, kw_only=True):
    """Who did it."""

    kind: Annotated[str, Meta(description="`agent`, `token`, `cli`, `system`, `visitor`, `link`.")]
    uid: Annotated[str, Meta(description="Of the agent or the token; else the kind.")]
    name: str


class AuditEntry(Struct, frozen=True, kw_only=True):
    """One thing that somebody did, without secrets and without a visitor's words."""

    uid: str
    at: dt.datetime
    actor: AuditActor
    act: str
    area: str
    target: str
    detail: str
    address: Annotated[str, Meta(description="From where, as far as it is kept.")]
    change: Annotated[
        dict[str, Any] | list[Any] | None, Meta(description="What stood before and after.")
    ]
    number: Annotated[
        int | None,
        Meta(description="Its place in the chain; null until it has one, a moment later."),
    ]
    hash: str

    @classmethod
    def of(cls, entry: Entry) -> AuditEntry:
        return cls(
            uid=str(entry.id),
            at=seconds(entry.at),
            actor=AuditActor(kind=entry.kind, uid=entry.who, name=entry.actor),
            act=entry.action,
            area=entry.area,
            target=entry.target,
            detail=entry.detail,
            address=entry.address,
            change=msgspec.json.decode(entry.change) if entry.change else None,
            number=entry.number,
            hash=entry.hash,
        )


class AuditEntries(Struct, frozen=True):
    """Newest first."""

    items: list[AuditEntry]
    next_cursor: Annotated[str | None, Meta(description="Send it as `cursor` for the next page.")]


WHICH = (
    Parameter("who", "Only by this agent or token (uid), or `cli`, `system`, `visitor`, `link`."),
    Parameter("area", "Only of this subject.", {"type": "string", "enum": ["", *AREAS]}),
    Parameter("target", "Only what was done to this thing."),
    *(each for each in filters.FILTERS if each.name in {"from", "to"}),
)
LIST = Operation(
    id="listAudit",
    summary="Who did what to which thing, newest first",
    scope="audit:read",
    answer=AuditEntries,
    parameters=(*WHICH, *filters.PAGING),
    faults=(422,),
)
EXPORT = Operation(
    id="exportAudit",
    summary="The audit as one file",
    description="The audit itself says who took it.",
    scope="audit:read",
    answer={"type": "string", "format": "binary"},
    answered_as=tuple(MEDIA[each] for each in taken.FORMATS),
    parameters=(
        Parameter("format", "Of the file.", {"type": "string", "enum": [*taken.FORMATS]}),
        *WHICH,
    ),
    faults=(422, 429),
)
FILTER: filters.Readers = {
    "who": ("who", lambda text: text[:TARGET_MAX]),
    "area": ("area", filters.one_of("/area", tuple(AREAS))),
    "target": ("target", lambda text: text[:TARGET_MAX]),
    "from": filters.FILTER["from"],
    "to": filters.FILTER["to"],
}


@get("/audit", opt=described(LIST))
async def listed(request: Incoming) -> AuditEntries:
    asked = filters.read(bodies.query_of(request), {**FILTER, **filters.PAGED})
    paging = filters.paging_of(asked)
    organization = bearer.of(request).organization
    page = await audit.listed(organization, audit.Wanted(**asked), **paging)
    return AuditEntries([AuditEntry.of(each) for each in page.items], page.next_cursor or None)


@get("/audit/export", opt=described(EXPORT))
async def take(request: Incoming) -> Stream:
    asked = filters.read(bodies.query_of(request), {**FILTER, "format": ("format", str)})
    kind, who = asked.pop("format", taken.FORMATS[0]), bearer.of(request)
    await limits.allow_export(who.id)
    org = await organizations.by_id(who.organization)
    wanted = audit.Wanted(**asked)
    return saved(await taken.take(org, wanted, kind, locale=words.locale_of(request), by=who.name))


router = Router(PREFIX, route_handlers=[listed, take])
