"""The mailboxes that mail is fetched from, or that providers post to, for programs."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from litestar import Router, delete, get, patch, post
from litestar.params import FromPath
from msgspec import UNSET, Meta, Struct, UnsetType, structs

from app import secrets, settings
from app.mail import fetch, mailbox_change, mailboxes
from app.mail.faults import FAULTS
from app.mail.imap import MailboxFault
from app.mail.mailboxes import Config, Listed, Tls
from app.mail.posted import providers, take
from app.mail.posted.providers import Provider
from app.reading import objects
from app.reading.dates import seconds
from web.api import bearer
from web.api.paging import NextCursor
from web.http import bodies
from web.http.operation import PREFIX, Operation, Parameter, described, hint
from web.http.request import Incoming

UID = Parameter("uid", "The mailbox.", {"type": "string", "format": "uuid"}, "path")
EXAMPLE = {"host": "imap.example.com", "user": "support@example.com", "secret": "authorisation"}

By = Annotated[
    Provider,
    Meta(
        description="`imap`: mail is fetched. Others post it to `url`; `host`, `user` and the "
        "like are empty then."
    ),
]
PublicKey = Annotated[
    str, Meta(description="Of a SendGrid that signs; empty: it shows the secret as password.")
]
Encryption = Annotated[Tls, Meta(description="`implicit`: from the first byte, usually port 993.")]
Address = Annotated[
    str, Meta(description="What people write to; empty: the `user`. Replies name it.")
]
Source = Annotated[
    bool, Meta(description="What answers nothing of ours becomes a message of its own.")
]
BrandUid = Annotated[str, Meta(description="Of such messages; empty: the first.")]
Trusted = Annotated[
    str,
    Meta(description="The server whose `Authentication-Results` count, as it calls itself."),
]
MoveTo = Annotated[
    str, Meta(description="The folder that fetched mail is moved to; empty: it stays.")
]
Secret = Annotated[str, Meta(description="Password or authorisation code. Never answered.")]


class NewMailbox(Struct, frozen=True, kw_only=True):
    """A mailbox to be added."""

    provider: By = "imap"
    host: str = ""
    user: str = ""
    secret: Annotated[
        str,
        Meta(
            description="Password, authorisation code, or the signing key of Mailgun. For other "
            "providers one is made if it is left out."
        ),
    ] = ""
    name: str = ""
    port: int = 993
    tls: Encryption = "implicit"
    address: Address = ""
    folder: str = "INBOX"
    source: Source = False
    brand: BrandUid = ""
    trusted: Trusted = ""
    move_to: MoveTo = ""
    public_key: PublicKey = ""
    enabled: bool = True


class MailboxChanges(Struct, frozen=True, kw_only=True):
    """What is left out stays as it is."""

    provider: By | UnsetType = UNSET
    host: str | UnsetType = UNSET
    user: str | UnsetType = UNSET
    secret: Secret | UnsetType = UNSET
    name: str | UnsetType = UNSET
    port: int | UnsetType = UNSET
    tls: Encryption | UnsetType = UNSET
    address: Address | UnsetType = UNSET
    folder: str | UnsetType = UNSET
    source: Source | UnsetType = UNSET
    brand: BrandUid | UnsetType = UNSET
    trusted: Trusted | UnsetType = UNSET
    move_to: MoveTo | UnsetType = UNSET
    public_key: PublicKey | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


class Trouble(Struct, frozen=True, kw_only=True):
    """Why mail cannot be fetched; `words` are the server's."""

    code: str
    detail: str
    words: str


class Mailbox(Struct, frozen=True, kw_only=True):
    """Where mail is fetched from, or what a provider posts to."""

    uid: str
    name: str
    provider: By
    url: Annotated[
        str,
        Meta(description="What a provider posts to, without the secret; empty for `imap`."),
    ]
    host: str
    port: int
    tls: Encryption
    user: str
    address: Address
    folder: str
    source: Source
    brand: BrandUid
    trusted: Trusted
    move_to: MoveTo
    public_key: PublicKey
    enabled: bool
    secret_at: Annotated[dt.datetime | None, Meta(description="When the secret was last set.")]
    looked_at: Annotated[
        dt.datetime | None,
        Meta(
            description="When it was last looked into, and that went well, or a provider last "
            "brought a mail."
        ),
    ]
    fault: Trouble | None


class MadeMailbox(Mailbox, frozen=True, kw_only=True):
    """With the secret that was made for it, which is answered only now."""

    secret: Annotated[
        str | None | UnsetType,
        Meta(description="Null in a second answer to the same `Idempotency-Key`."),
    ] = UNSET


class Mailboxes(Struct, frozen=True):
    """In the order in which they were added."""

    items: list[Mailbox]
    next_cursor: NextCursor = None


class MailboxTest(Struct, frozen=True, kw_only=True):
    """`mails`: how many came in the last seven days. None was taken. What a provider posts to is
    `ok` once a mail has come, and nothing was refused since; `last_at` is when."""

    ok: bool
    mails: int
    fault: Trouble | None
    last_at: dt.datetime | UnsetType = UNSET


LIST = Operation(
    id="listMailboxes",
    summary="The mailboxes",
    scope="config:read",
    answer=Mailboxes,
)
SHOW = Operation(
    id="getMailbox",
    summary="One mailbox",
    scope="config:read",
    answer=Mailbox,
    parameters=(UID,),
    faults=(404,),
)
ADD = Operation(
    id="addMailbox",
    secrets=("secret",),
    summary="Add a mailbox",
    description="At most ten. What comes from then on is fetched. A provider that posts gets a "
    "secret, which is answered only here.",
    scope="config:write",
    body=NewMailbox,
    example=EXAMPLE,
    answer=MadeMailbox,
    status=201,
)
CHANGE = Operation(
    id="changeMailbox",
    summary="Change a mailbox",
    description="What is left out stays. Another server, user or folder needs the secret again, "
    "and begins with what comes from then on.",
    scope="config:write",
    body=MailboxChanges,
    example={"name": "Support", "source": True},
    answer=Mailbox,
    parameters=(UID,),
    faults=(404,),
)
REMOVE = Operation(
    id="removeMailbox",
    summary="Remove a mailbox",
    description="What came in stays.",
    scope="config:write",
    answer=Mailboxes,
    answered="Those that are left.",
    parameters=(UID,),
    faults=(404,),
)
ROTATE = Operation(
    id="rotateMailbox",
    secrets=("secret",),
    summary="Make a new secret for a mailbox",
    description="Where a provider posts with a secret that was made here. The one before works for "
    "24 more hours.",
    scope="config:write",
    answer=MadeMailbox,
    parameters=(UID,),
    faults=(404, 422),
)
TEST = Operation(
    id="testMailbox",
    summary="Try a mailbox",
    description="Signs in as it is stored and opens the folder. Nothing is taken or changed. Of "
    "a provider that posts it says what has come.",
    scope="channels:test",
    answer=MailboxTest,
    parameters=(UID,),
    faults=(404,),
)


@get("/mailboxes", opt=described(LIST))
async def listed(request: Incoming) -> Mailboxes:
    return await _all(request)


@get("/mailboxes/{uid:str}", opt=described(SHOW))
async def show(request: Incoming, uid: FromPath[str]) -> Mailbox:
    return _shown(request, await mailboxes.one(bearer.of(request).organization, uid))


@post("/mailboxes", opt=described(ADD))
async def add(request: Incoming) -> MadeMailbox:
    new, who = objects.read(bodies.json_of(request), NewMailbox), bearer.of(request)
    said = structs.asdict(new)
    secret, enabled = said.pop("secret"), said.pop("enabled")
    made = "" if secret or not providers.has_our_secret(new.provider) else providers.drawn()
    uid = await mailbox_change.save(
        request.app.state.egress,
        who.organization,
        None,
        Config(**said),
        secret or made,
        by=who.name,
        enabled=enabled,
    )
    return await _made(request, uid, made)


@patch("/mailboxes/{uid:str}", opt=described(CHANGE))
async def change(request: Incoming, uid: FromPath[str]) -> Mailbox:
    who = bearer.of(request)
    before = await mailboxes.one(who.organization, uid)
    wanted = objects.read(bodies.json_of(request), MailboxChanges)
    said: dict[str, Any] = {
        name: value for name, value in structs.asdict(wanted).items() if value is not UNSET
    }
    secret, enabled = said.pop("secret", ""), said.pop("enabled", before.enabled)
    way, config = request.app.state.egress, structs.replace(before.config, **said)
    if said or secret:
        await mailbox_change.save(
            way, who.organization, uid, config, secret, by=who.name, enabled=enabled
        )
    elif enabled != before.enabled:
        await mailbox_change.switch(who.organization, uid, on=enabled, by=who.name)
    return _shown(request, await mailboxes.one(who.organization, uid))


@delete("/mailboxes/{uid:str}", status_code=200, opt=described(REMOVE))
async def remove(request: Incoming, uid: FromPath[str]) -> Mailboxes:
    who = bearer.of(request)
    await mailbox_change.remove(who.organization, uid, by=who.name)
    return await _all(request)


@post("/mailboxes/{uid:str}/rotate", status_code=200, opt=described(ROTATE))
async def rotate(request: Incoming, uid: FromPath[str]) -> MadeMailbox:
    who = bearer.of(request)
    return await _made(
        request, uid, await mailbox_change.rotate(who.organization, uid, by=who.name)
    )


@post("/mailboxes/{uid:str}/test", status_code=200, opt=described(TEST))
async def test(request: Incoming, uid: FromPath[str]) -> MailboxTest:
    """Faults are an answer like any other."""
    row = await mailboxes.row_of(bearer.of(request).organization, uid)
    box = mailboxes.listed(row)
    if not box.config.is_fetched:
        return await _heard(request, box)
    try:
        mails = await fetch.tried(request.app.state.egress, box.config, mailboxes.password(row))
    except secrets.Unreadable:
        return MailboxTest(ok=False, mails=0, fault=_trouble(request, "secret_unreadable", ""))
    except MailboxFault as fault:
        return MailboxTest(ok=False, mails=0, fault=_trouble(request, fault.code, fault.words))
    return MailboxTest(ok=True, mails=mails, fault=None)


async def _heard(request: Incoming, box: Listed) -> MailboxTest:
    found = await take.heard(box)
    code = found.fault or ("" if found.last else "none_yet")
    fault = _trouble(request, code, found.fault_words) if code else None
    last = seconds(found.last) if found.last else UNSET
    return MailboxTest(ok=found.is_well, mails=found.mails, fault=fault, last_at=last)


async def _made(request: Incoming, uid: object, secret: str) -> MadeMailbox:
    box = _shown(request, await mailboxes.one(bearer.of(request).organization, uid))
    return MadeMailbox(**structs.asdict(box), secret=secret or UNSET)


async def _all(request: Incoming) -> Mailboxes:
    found = await mailboxes.of(bearer.of(request).organization)
    return Mailboxes([_shown(request, each) for each in found])


def _shown(request: Incoming, box: Listed) -> Mailbox:
    return Mailbox(
        uid=str(box.uid),
        url=f"{settings.current().base_url}{box.path}" if box.path else "",
        **structs.asdict(box.config),
        enabled=box.enabled,
        secret_at=seconds(box.secret_at) if box.secret_at else None,
        looked_at=seconds(box.looked_at) if box.looked_at else None,
        fault=_trouble(request, box.fault, box.fault_words) if box.fault else None,
    )


def _trouble(request: Incoming, code: str, said: str) -> Trouble:
    return Trouble(code=code, detail=hint(request, FAULTS.get(code, code), {}) or "", words=said)


router = Router(PREFIX, route_handlers=[listed, show, add, change, remove, rotate, test])
