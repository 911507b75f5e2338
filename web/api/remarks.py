"""What is said about a message: replies to its visitor, notes for colleagues, additions."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from litestar import Router, get, post
from litestar.params import FromPath
from msgspec import Meta, Struct

from app import messages
from app.contacts import sight
from app.contacts.mask import masked_or_empty
from app.messages import remarks
from app.reading import objects
from app.reading.dates import seconds
from web.api import bearer
from web.api.filters import UID
from web.api.paging import NextCursor
from web.http import bodies
from web.http.operation import PREFIX, Operation, described
from web.http.request import Incoming


class NewRemark(Struct, frozen=True):
    """A reply or a note to be written."""

    text: Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": remarks.TEXT_MAX})]


class MessageRemark(Struct, frozen=True, kw_only=True):
    """A reply, a note, or what the visitor added."""

    uid: str
    author: Annotated[str, Meta(description="Who wrote it; empty for the visitor.")]
    text: str
    visible: Annotated[bool, Meta(description="Whether the visitor reads it.")]
    created_at: dt.datetime

    @classmethod
    def of(cls, remark: remarks.Remark) -> MessageRemark:
        return cls(
            uid=remark.uid,
            author=remark.author,
            text=remark.text,
            visible=remark.visible,
            created_at=seconds(remark.created_at),
        )


class MessageRemarks(Struct, frozen=True):
    """Oldest first."""

    items: list[MessageRemark]
    next_cursor: NextCursor = None


class SentReply(Struct, frozen=True, kw_only=True):
    """A reply, and whether it is mailed, too."""

    reply: MessageRemark
    mailed_to: Annotated[str, Meta(description="Empty when no mail goes out.")]
    why_not: Annotated[
        str,
        Meta(
            description="Why none goes: `off`, `no_channel`, `no_address`, `spam`, `trash`, "
            "`too_many`, `refused`, `stopped`; `said`: it was said seconds ago."
        ),
    ]


LIST = Operation(
    id="listRemarks",
    summary="Replies, notes and additions of a message, oldest first",
    scope="messages:read",
    answer=MessageRemarks,
    parameters=(UID,),
    faults=(404,),
)
REPLY = Operation(
    id="replyToMessage",
    summary="Reply to the visitor",
    description="They read it on the page of their message, and by mail where replies are mailed. "
    "The author is the name of the token. The same words within seconds are said once.",
    scope="messages:write",
    body=NewRemark,
    example={"text": "您好，报价已发到您的邮箱。"},
    answer=SentReply,
    answered="Said.",
    status=201,
    parameters=(UID,),
    faults=(404,),
)
NOTE = Operation(
    id="addNote",
    summary="Write a note for colleagues",
    description="The visitor never reads it. Colleagues that it mentions by @name are told.",
    scope="messages:write",
    body=NewRemark,
    example={"text": "已电话联系，明天再打。"},
    answer=MessageRemark,
    answered="Written.",
    status=201,
    parameters=(UID,),
    faults=(404,),
)


@get("/messages/{uid:str}/remarks", opt=described(LIST))
async def listed(request: Incoming, uid: FromPath[str]) -> MessageRemarks:
    organization = bearer.of(request).organization
    await messages.one(organization, uid)
    return MessageRemarks([MessageRemark.of(each) for each in await remarks.of(organization, uid)])


@post("/messages/{uid:str}/reply", opt=described(REPLY))
async def reply(request: Incoming, uid: FromPath[str]) -> SentReply:
    said, added = await _add(request, uid, visible=True)
    goes = added.goes
    if goes is None:
        return SentReply(reply=said, mailed_to="", why_not="said")
    mailed_to = masked_or_empty(goes.to) if sight.masks() else goes.to
    return SentReply(reply=said, mailed_to=mailed_to, why_not="" if goes.to else goes.reason)


@post("/messages/{uid:str}/notes", opt=described(NOTE))
async def note(request: Incoming, uid: FromPath[str]) -> MessageRemark:
    said, _ = await _add(request, uid, visible=False)
    return said


async def _add(
    request: Incoming, uid: str, *, visible: bool
) -> tuple[MessageRemark, remarks.Added]:
    """The remark, also when it was there already."""
    wanted, who = objects.read(bodies.json_of(request), NewRemark), bearer.of(request)
    added = await remarks.add(who.organization, uid, wanted.text, visible=visible, by=who.name)
    said = await remarks.of(who.organization, uid)
    return MessageRemark.of(next(each for each in said if each.uid == added.remark)), added


router = Router(PREFIX, route_handlers=[listed, reply, note])
