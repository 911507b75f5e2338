"""Mail for programs: handed over as it came, and what waits for somebody to decide."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Literal

from litestar import Router, get, post
from litestar.params import FromPath
from msgspec import Meta, Struct

from app.mail import mailboxes, waiting
from app.mail.attachments import Kept
from app.mail.receive import RAW_MAX, receive
from app.mail.settle import settle
from app.mail.waiting import Waiting
from app.reading import objects, uids
from app.reading.dates import seconds
from web.api import bearer
from web.api.paging import NextCursor
from web.http import bodies
from web.http.operation import PREFIX, Operation, Parameter, described
from web.http.request import Incoming

UID = Parameter("uid", "The mail.", {"type": "string", "format": "uuid"}, "path")
Where = Annotated[
    Literal["new", "done", "waiting", "thrown"],
    Meta(description="`done`: it is in the story of `message`. `waiting`: see `reason`."),
]


class MailFile(Struct, frozen=True):
    """Something attached."""

    uid: str
    name: str
    size: int


class Received(Struct, frozen=True, kw_only=True):
    """A mail that came in."""

    uid: str
    state: Where
    reason: Annotated[str, Meta(description="Why it waits: unknown, several, stranger, forged, …")]
    message: Annotated[str | None, Meta(description="The uid of the message that it belongs to.")]
    found_by: Annotated[
        str,
        Meta(
            description="How its message was found: `id` of a mail of ours, their `own` earlier "
            "mail, the mark in the `address` or the `subject`, by `hand`; `source`: it became one."
        ),
    ]
    sender: str
    subject: str
    said: Annotated[str, Meta(description="What was written, without what it quotes.")]
    received_at: dt.datetime
    attachments: list[MailFile]


class ReceivedList(Struct, frozen=True):
    items: list[Received]
    next_cursor: NextCursor = None


class Decision(Struct, frozen=True, kw_only=True):
    """Where a mail belongs: `addition` to `message`, a message of its own (`new`), or nowhere
    (`thrown`)."""

    to: Literal["addition", "new", "thrown"]
    message: str = ""


DELIVER = Operation(
    id="deliverMail",
    again="own",
    summary="Hand over a mail",
    description="The raw mail as it came, for mail providers and for pipes. Stored when "
    "answered; the same mail again gets the first answer. It becomes an addition to the message "
    "that it answers, a message of its own if it came to a mailbox that is a source, or waits.",
    scope="mail:deliver",
    body={"type": "string", "format": "binary"},
    body_as="message/rfc822",
    example="From: <visitor@example.com>\r\nSubject: Re: Price\r\n\r\nThank you\r\n",
    answer=Received,
    answered="Stored, and where it went.",
    status=201,
    parameters=(
        Parameter(
            "mailbox",
            "The uid of the mailbox that it came to. Without it, its addresses say which.",
            {"type": "string", "format": "uuid"},
        ),
    ),
    faults=(404,),
)
READ = Operation(
    id="getWaitingMail",
    summary="Mails that wait for somebody to decide",
    description="At most 200, the newest first.",
    scope="messages:read",
    answer=ReceivedList,
    answered="The mails.",
)
SETTLE = Operation(
    id="settleMail",
    summary="Say where a waiting mail belongs",
    description="An addition is the visitor's own words: the message is open again, and the "
    "team is told.",
    scope="messages:write",
    body=Decision,
    example={"to": "new"},
    answer=Received,
    answered="The mail as it is now.",
    parameters=(UID,),
    faults=(404, 409),
)


@post(
    "/mail/inbound",
    status_code=201,
    request_max_body_size=RAW_MAX,
    opt=described(DELIVER),
)
async def deliver(request: Incoming) -> Received:
    organization = bearer.of(request).organization
    named = bodies.query_of(request).get("mailbox", "")
    box = (await mailboxes.one(organization, named)).uid if named else None
    uid = await receive(organization, bodies.raw_of(request), box)
    await settle(organization, uid)
    return await _one(organization, str(uid))


@get("/mail", opt=described(READ))
async def read(request: Incoming) -> ReceivedList:
    return await _waiting(bearer.of(request).organization)


@post("/mail/{uid:str}/settle", status_code=200, opt=described(SETTLE))
async def decide(request: Incoming, uid: FromPath[str]) -> Received:
    who = bearer.of(request)
    await waiting.one(who.organization, uid)
    said = objects.read(bodies.json_of(request), Decision)
    if said.to == "addition":
        message = str(uids.uid(said.message))
        await waiting.assign(who.organization, uid, message, by=who.name)
    elif said.to == "new":
        await waiting.make(who.organization, uid, by=who.name)
    else:
        await waiting.throw(who.organization, uid, by=who.name)
    return await _one(who.organization, uid)


async def _one(organization: uuid.UUID, uid: str) -> Received:
    return _shown(await waiting.one(organization, uid))


async def _waiting(organization: uuid.UUID) -> ReceivedList:
    return ReceivedList([_shown(each) for each in await waiting.of(organization)])


def _shown(mail: Waiting) -> Received:
    return Received(
        uid=str(mail.id),
        state=mail.state,
        reason=mail.reason,
        message=str(mail.message) if mail.message else None,
        found_by=mail.found_by,
        sender=mail.sender,
        subject=mail.subject,
        said=mail.said,
        received_at=seconds(mail.received_at),
        attachments=[_file(each) for each in mail.attachments],
    )


def _file(kept: Kept) -> MailFile:
    return MailFile(str(kept.id), kept.name, kept.size)


router = Router(PREFIX, route_handlers=[deliver, read, decide])
