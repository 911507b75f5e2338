"""Messages for programs: list them, show one, change its status."""

from __future__ import annotations

import uuid

from litestar import Router, delete, get, post
from litestar.params import FromPath
from litestar.response import Stream

from app import messages
from app.erasure.remove import remove
from app.fields.consents import agreed
from app.messages import acts, export
from app.messages.earlier import earlier as left_before
from app.messages.export.wish import FORMATS, Wish
from app.messages.shape import Message
from app.people import organizations
from app.reading import objects
from web.api import bearer, team
from web.api import filters as api_filters
from web.api.filters import UID
from web.api.shapes import (
    Handling,
    MessageDetail,
    Messages,
)
from web.api.simple import Nothing
from web.http import bodies, words
from web.http.download import saved, while_there
from web.http.operation import (
    PREFIX,
    Operation,
    Parameter,
    described,
    hint,
)
from web.http.request import Incoming

LIST = Operation(
    id="listMessages",
    summary="List messages, newest first",
    scope="messages:read",
    answer=Messages,
    parameters=api_filters.PARAMETERS,
    faults=(422,),
)
SHOW = Operation(
    id="getMessage",
    volatile=("deliveries", "linked"),
    summary="One message with its deliveries and every attempt",
    scope="messages:read",
    answer=MessageDetail,
    parameters=(UID,),
    faults=(404,),
)
EARLIER = Operation(
    id="listEarlierMessages",
    summary="What the same visitor left before, newest first",
    description="With the same phone number, e-mail address or WeChat id, "
    "however it is written; without"
    " repeats and the trash.",
    scope="messages:read",
    answer=Messages,
    parameters=(UID, *api_filters.PAGING),
    faults=(404, 422),
)
EXPORT = Operation(
    id="exportMessages",
    summary="The messages of a list as one file, newest first",
    description=(
        "Contact data is as in the list: in full with the scope `messages:contacts`. Who took how "
        "many is audited. A CSV cell that a spreadsheet might run begins with an apostrophe; "
        "`jsonl` has each message as the list shows it, one a line."
    ),
    scope="messages:read",
    answer={"type": "string", "format": "binary"},
    answered_as=tuple(FORMATS.values()),
    parameters=(
        Parameter("format", "Of the file.", {"type": "string", "enum": [*FORMATS]}),
        *api_filters.FILTERS,
    ),
    faults=(409, 422),
)
HANDLE = Operation(
    id="handleMessage",
    summary="Mark a message handled",
    scope="messages:write",
    body=Handling,
    body_required=False,
    example={"outcome": "phone", "note": ""},
    answer=Message,
    parameters=(UID,),
    faults=(404, 409),
)
REOPEN = team.of_message("reopenMessage", "Take back that a message is handled, or spam")
SPAM = team.of_message("markMessageAsSpam", "Mark a message as spam")
ERASE = Operation(
    id="eraseMessage",
    summary="Erase a message for good",
    description="With replies, notes, mails, notices and what its visitor sent again. Nothing "
    "takes it back.",
    scope="messages:erase",
    answer=Nothing,
    answered="It is erased.",
    parameters=(UID,),
    faults=(404,),
)


@get("/query/org", opt=described(LIST))
async def inbox(request: Incoming) -> Messages:
    return await _page(request)


@get("/messages", opt=described(LIST))
async def listed(request: Incoming) -> Messages:
    """The same; `web.asgi` puts it beside leaving one."""
    return await _page(request)


async def _page(request: Incoming) -> Messages:
    asked = api_filters.read(bodies.query_of(request))
    paging = api_filters.paging_of(asked)
    page = await messages.inbox(bearer.of(request).organization, messages.Wanted(**asked), **paging)
    return Messages([Message.of(row) for row in page.items], page.next_cursor)


@get("/messages/{uid:str}", opt=described(SHOW))
async def show(request: Incoming, uid: FromPath[str]) -> MessageDetail:
    organization = bearer.of(request).organization
    shown = await messages.show(organization, uid)
    row = shown.message
    found = await agreed(organization, row.consents, row.form_version)
    return MessageDetail.of(shown, lambda msgid, facts: hint(request, msgid, facts), found)


@get("/messages/{uid:str}/earlier", opt=described(EARLIER))
async def earlier(request: Incoming, uid: FromPath[str]) -> Messages:
    paging = api_filters.read(bodies.query_of(request), api_filters.PAGED)
    page = await left_before(bearer.of(request).organization, uid, **paging)
    return Messages([Message.of(row) for row in page.items], page.next_cursor)


@get("/messages/export", opt=described(EXPORT))
async def take(request: Incoming) -> Stream:
    asked = api_filters.read(bodies.query_of(request), api_filters.TAKEN)
    wish = Wish(format=asked.pop("format", "csv"), full=True, locale=words.locale_of(request))
    who = bearer.of(request)
    org = await organizations.by_id(who.organization)
    taking = export.take(org, messages.Wanted(**asked), wish, by=who.name)
    return saved(await while_there(request, taking))


@post("/messages/{uid:str}/handle", status_code=200, opt=described(HANDLE))
async def handle(request: Incoming, uid: FromPath[str]) -> Message:
    done = objects.read(bodies.json_of(request, empty=True), Handling)
    who = bearer.of(request)
    await messages.handle(
        who.organization,
        uid,
        outcome=done.outcome,
        reason=done.outcome_reason,
        note=done.note,
        by=who.name,
    )
    return Message.of(await messages.one(who.organization, uid))


@post("/messages/{uid:str}/reopen", status_code=200, opt=described(REOPEN))
async def reopen(request: Incoming, uid: FromPath[str]) -> Message:
    return await team.done(request, uid, acts.reopened())


@post("/messages/{uid:str}/spam", status_code=200, opt=described(SPAM))
async def spam(request: Incoming, uid: FromPath[str]) -> Message:
    return await team.done(request, uid, acts.spam())


@delete("/messages/{uid:str}", status_code=200, opt=described(ERASE))
async def erase(request: Incoming, uid: FromPath[str]) -> Nothing:
    who = bearer.of(request)
    found = await messages.one(who.organization, uid)
    await remove(who.organization, [uuid.UUID(found.uid)], by=who.name)
    return Nothing()


router = Router(
    PREFIX,
    route_handlers=[inbox, take, show, earlier, handle, reopen, spam, erase, *team.HANDLERS],
)
