"""The block list for programs: read, added to, changed, and tried on messages of before."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Annotated, Any

from litestar import Router, delete, get, post, put
from litestar.params import FromPath
from msgspec import Meta, Struct

from app.blocks import change, check, stored
from app.blocks.shape import Block, Kind
from app.contacts import sight
from app.contacts.mask import hidden, masked
from app.errors import Invalid
from app.messages.would_catch import would_catch
from app.messages.would_match import LAST
from app.people.token_shape import CONTACTS
from app.reading import objects
from app.reading.dates import seconds_or_none
from web.api import bearer
from web.api.filters import moment_of
from web.api.paging import NextCursor
from web.http import bodies
from web.http.operation import PREFIX, Operation, Parameter, described
from web.http.request import Incoming
from web.http.words import N_


class Blocked(Struct, frozen=True, kw_only=True):
    """Whose messages, or which words."""

    kind: Kind
    text: Annotated[
        str,
        Meta(
            description="A phone number, an e-mail address (or `@example.com` for everybody there),"
            " a WeChat id, an IP address or network, or words, one a line."
        ),
    ]


class NewEntry(Blocked, frozen=True, kw_only=True):
    """An entry of the block list."""

    reason: Annotated[str, Meta(description="For the team.")] = ""
    expires_at: Annotated[
        str, Meta(description="A time as in RFC 3339; left out or empty, it holds for ever.")
    ] = ""


class Entry(Struct, frozen=True, kw_only=True):
    """An entry as it is stored."""

    uid: str
    kind: Kind
    text: str
    reason: str
    expires_at: dt.datetime | None
    created_at: dt.datetime | None
    created_by: str


class Entries(Struct, frozen=True):
    """The newest first."""

    blocks: list[Entry]
    next_cursor: NextCursor = None


class TriedEntry(Blocked, frozen=True, kw_only=True):
    """An entry to try."""

    last: Annotated[int, Meta(description="How many messages to look at: 100 or 1000.")] = LAST[-1]


class CaughtMessage(Struct, frozen=True):
    """A message that an entry would have caught."""

    uid: str
    reference: str
    status: str


class WouldHaveCaught(Struct, frozen=True, kw_only=True):
    """Newest first."""

    looked_at: Annotated[int, Meta(description="How many messages there were to look at.")]
    matched: int
    handled: Annotated[int, Meta(description="How many of them were handled: real ones.")]
    messages: list[CaughtMessage]


UID = Parameter("uid", "The entry.", {"type": "string", "format": "uuid"}, "path")
EXAMPLE = {"kind": "phone", "text": "13900139000", "reason": "广告", "expires_at": ""}
SINGLE = N_("“{word}” is a single character: very many messages have it.")
READ = Operation(
    id="getBlocks",
    summary="The block list",
    description="Expired entries are listed until they are removed.",
    scope="config:read",
    answer=Entries,
    answered="All entries, the newest first.",
)
ADD = Operation(
    id="addBlock",
    summary="Put something on the block list",
    description="Messages that it catches are set aside as spam from then on, and nobody is told. "
    "What is on the list already gets the new reason and end.",
    scope="config:write",
    body=NewEntry,
    example=EXAMPLE,
    answer=Entry,
    status=201,
    answered="The entry.",
)
REPLACE = Operation(
    id="replaceBlock",
    summary="Change an entry of the block list",
    scope="config:write",
    body=NewEntry,
    example=EXAMPLE,
    parameters=(UID,),
    answer=Entry,
    answered="The entry as it is now.",
    faults=(404,),
)
REMOVE = Operation(
    id="removeBlock",
    summary="Take an entry off the block list",
    scope="config:write",
    parameters=(UID,),
    answer=Entries,
    answered="The list as it is now.",
    faults=(404,),
)
TRY = Operation(
    id="tryBlock",
    again="reads",
    summary="Which of the last messages an entry would have caught",
    description="Nothing is saved. Needs the scopes `messages:read` and `messages:contacts`, too.",
    scope="config:read",
    body=TriedEntry,
    example={"kind": "words", "text": "代开发票", "last": 1000},
    answer=WouldHaveCaught,
    answered="The messages, newest first.",
)


@get("/blocks", opt=described(READ))
async def read(request: Incoming) -> Entries:
    return await _all(bearer.of(request).organization)


@post("/blocks", status_code=201, opt=described(ADD))
async def add(request: Incoming) -> Entry:
    who, block = bearer.of(request), _block(bodies.json_of(request))
    (uid,) = await change.add(who.organization, [block], by=who.name)
    return _entry(await stored.one(who.organization, uid))


@put("/blocks/{uid:str}", opt=described(REPLACE))
async def replace(request: Incoming, uid: FromPath[str]) -> Entry:
    who = bearer.of(request)
    await change.save(who.organization, uid, _block(bodies.json_of(request)), by=who.name)
    return _entry(await stored.one(who.organization, uid))


@delete("/blocks/{uid:str}", status_code=200, opt=described(REMOVE))
async def remove(request: Incoming, uid: FromPath[str]) -> Entries:
    who = bearer.of(request)
    await change.remove(who.organization, uid, by=who.name)
    return await _all(who.organization)


@post("/blocks/try", status_code=200, opt=described(TRY))
async def try_(request: Incoming) -> WouldHaveCaught:
    who = bearer.of(request)
    bearer.needs(who, "messages:read", CONTACTS)
    tried = objects.read(bodies.json_of(request), TriedEntry)
    block = check.checked(Block(kind=tried.kind, text=tried.text), dt.datetime.now(dt.UTC))
    (found,) = await would_catch(who.organization, [[block]], tried.last)
    return WouldHaveCaught(
        looked_at=found.looked_at,
        matched=len(found.matched),
        handled=found.handled,
        messages=[CaughtMessage(str(m.id), m.reference, m.status) for m in found.matched],
    )


async def _all(organization: uuid.UUID) -> Entries:
    return Entries([_entry(each) for each in await stored.read(organization)])


def _block(raw: Mapping[str, Any]) -> Block:
    given = objects.read(raw, NewEntry)
    expires_at = moment_of(given.expires_at, "/expires_at") if given.expires_at else None
    block = Block(kind=given.kind, text=given.text, reason=given.reason, expires_at=expires_at)
    if word := check.shortest(block):
        raise Invalid.at("/text", "too_short", SINGLE, word=word)
    return block


def _entry(block: Block) -> Entry:
    text, reason = block.text, block.reason
    if sight.masks():
        text = hidden(text) if block.kind == "words" else masked(text)
        reason = hidden(reason)
    return Entry(
        uid=block.uid,
        kind=block.kind,
        text=text,
        reason=reason,
        expires_at=seconds_or_none(block.expires_at),
        created_at=seconds_or_none(block.created_at),
        created_by=block.created_by,
    )


router = Router(PREFIX, route_handlers=[read, add, replace, remove, try_])
