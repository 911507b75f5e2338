"""Replies that a program proposes. The visitor reads one only after a person has sent it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from litestar import Router, get, post
from litestar.params import FromPath
from msgspec import Meta, Struct

from app import messages
from app.messages import drafts
from app.messages.remarks import TEXT_MAX
from app.people.token_shape import DRAFTS
from app.reading import objects
from app.reading.dates import seconds
from web.api import bearer
from web.api.filters import UID
from web.api.paging import NextCursor
from web.http import bodies
from web.http.operation import PREFIX, Operation, described
from web.http.request import Incoming


class NewDraft(Struct, frozen=True):
    """A reply to be proposed."""

    text: Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": TEXT_MAX})]


class ReplyDraft(Struct, frozen=True, kw_only=True):
    """A reply that a program proposes, until a person sends or discards it."""

    uid: str
    author: Annotated[str, Meta(description="The name of the token that proposed it.")]
    text: str
    created_at: dt.datetime

    @classmethod
    def of(cls, draft: drafts.Draft) -> ReplyDraft:
        return cls(
            uid=draft.uid,
            author=draft.author,
            text=draft.text,
            created_at=seconds(draft.created_at),
        )


class ReplyDrafts(Struct, frozen=True):
    """Oldest first."""

    items: list[ReplyDraft]
    next_cursor: NextCursor = None


LIST = Operation(
    id="listReplyDrafts",
    summary="Replies that programs propose, and nobody has sent or discarded, oldest first",
    scope="messages:read",
    other_scopes=(DRAFTS,),
    answer=ReplyDrafts,
    parameters=(UID,),
    faults=(404,),
)
PROPOSE = Operation(
    id="proposeReply",
    summary="Propose a reply to the visitor",
    description="It stands on the page of the message, where a person sends it, changed or as it "
    f"is, or discards it. The same words are proposed once; at most {drafts.DRAFTS_MAX} wait.",
    scope=DRAFTS,
    other_scopes=("messages:write",),
    body=NewDraft,
    example={"text": "您好，团队版每年 3,600 元，可开发票。"},
    answer=ReplyDraft,
    answered="Proposed.",
    status=201,
    parameters=(UID,),
    faults=(404,),
)


@get("/messages/{uid:str}/drafts", opt=described(LIST))
async def listed(request: Incoming, uid: FromPath[str]) -> ReplyDrafts:
    organization = bearer.of(request).organization
    await messages.one(organization, uid)
    return ReplyDrafts([ReplyDraft.of(each) for each in await drafts.of(organization, uid)])


@post("/messages/{uid:str}/drafts", opt=described(PROPOSE))
async def propose(request: Incoming, uid: FromPath[str]) -> ReplyDraft:
    wanted, who = objects.read(bodies.json_of(request), NewDraft), bearer.of(request)
    return ReplyDraft.of(await drafts.add(who.organization, uid, wanted.text, by=who.name))


router = Router(PREFIX, route_handlers=[listed, propose])
