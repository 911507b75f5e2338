"""Who belongs to the organization, for programs. They are invited and changed in the console."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from litestar import Router, get
from litestar.params import FromPath
from msgspec import Meta, Struct

from app.people import members
from app.people.members import Member
from app.reading.dates import seconds, seconds_or_none
from web.api import bearer
from web.api.paging import NextCursor
from web.http.operation import PREFIX, Operation, Parameter, described
from web.http.request import Incoming

UID = Parameter("uid", "The member.", {"type": "string", "format": "uuid"}, "path")


class MemberEntry(Struct, frozen=True, kw_only=True):
    """Somebody who may sign in."""

    uid: str
    name: str
    email: str
    role: Annotated[str, Meta(description="`owner`, `admin`, `agent` or `viewer`.")]
    disabled_at: dt.datetime | None
    created_at: dt.datetime
    seen_at: Annotated[dt.datetime | None, Meta(description="When they were last here.")]

    @classmethod
    def of(cls, member: Member) -> MemberEntry:
        return cls(
            uid=str(member.id),
            name=member.name,
            email=member.email,
            role=member.role,
            disabled_at=seconds_or_none(member.disabled_at),
            created_at=seconds(member.created_at),
            seen_at=seconds_or_none(member.seen_at),
        )


class MemberEntries(Struct, frozen=True):
    """By name; those who were disabled come last."""

    items: list[MemberEntry]
    next_cursor: NextCursor = None


LIST = Operation(
    id="listMembers",
    summary="Who belongs to the organization",
    scope="config:read",
    answer=MemberEntries,
)
SHOW = Operation(
    id="getMember",
    summary="One member",
    volatile=("seen_at",),
    scope="config:read",
    answer=MemberEntry,
    parameters=(UID,),
    faults=(404,),
)


@get("/members", opt=described(LIST))
async def listed(request: Incoming) -> MemberEntries:
    found = await members.of(bearer.of(request).organization)
    return MemberEntries([MemberEntry.of(each) for each in found])


@get("/members/{uid:str}", opt=described(SHOW))
async def show(request: Incoming, uid: FromPath[str]) -> MemberEntry:
    return MemberEntry.of(await members.one(bearer.of(request).organization, uid))


router = Router(PREFIX, route_handlers=[listed, show])
