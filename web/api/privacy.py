"""Privacy for programs: erasing all of a person, how long messages are kept, who sees contacts."""

from __future__ import annotations

import uuid
from typing import Annotated, Literal

from litestar import Router, get, post, put
from litestar.response import Stream
from msgspec import Meta, Struct

from app import limits
from app.contacts import policy
from app.contacts.policy import Contacts
from app.erasure import packed, person, retention, taken
from app.erasure.person import Kept
from app.erasure.retention import Retention
from app.messages import export
from app.messages.export.wish import Export
from app.people import organizations
from app.reading import objects
from app.tables import Organization
from web.api import bearer
from web.http import bodies, words
from web.http.download import saved, while_there
from web.http.operation import PREFIX, Operation, described
from web.http.request import Incoming

ACTIONS = {"erase": "erased", "anonymise": "anonymised"}


class Forgetting(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose data is to go, and how."""

    contact: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=1000,
            description="A phone number, e-mail address or WeChat id; several with commas between.",
        ),
    ]
    how: Annotated[
        Literal["erase", "anonymise"],
        Meta(description="`anonymise` keeps handled messages as numbers, and erases the others."),
    ] = "erase"
    dry_run: Annotated[bool, Meta(description="Only say how much there is.")] = False


class Asking(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose data is asked for."""

    contact: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=1000,
            description="A phone number, e-mail address or WeChat id; several with commas between.",
        ),
    ]


class Forgotten(Struct, frozen=True, kw_only=True):
    """What was found, and goes unless it was a dry run."""

    messages: int
    mails: Annotated[int, Meta(description="Received mails that belong to no message.")]
    blocked: Annotated[int, Meta(description="Entries of the block list; they stay.")]
    act: Annotated[
        str, Meta(description="Where there are many messages, the act that goes on with them.")
    ] = ""


FORGET = Operation(
    id="erasePerson",
    summary="Erase or anonymise all of one person",
    description="Everything that was left with one of these contacts, in every state.",
    scope="messages:erase",
    body=Forgetting,
    example={"contact": "13800138000", "dry_run": True},
    answer=Forgotten,
    answered="How much there is.",
)
TAKE = Operation(
    id="exportPerson",
    summary="All that is kept of one person, as a ZIP file for them",
    description="Their messages, what was said about them, their mails and files, with contact "
    "data in full. The scope `messages:read` is needed, too. The audit says that it was taken.",
    scope="messages:contacts",
    again="reads",
    body=Asking,
    example={"contact": "13800138000"},
    answer={"type": "string", "format": "binary"},
    answered_as=(packed.ZIP,),
    answered="The file.",
    faults=(429,),
)
READ = Operation(
    id="getRetention",
    summary="After how many days messages are erased",
    scope="config:read",
    answer=Retention,
    answered="The days.",
)
REPLACE = Operation(
    id="replaceRetention",
    summary="Replace after how many days messages are erased",
    description="What is older goes in the next night. What is left out is kept for ever.",
    scope="config:write",
    body=Retention,
    example={"spam": 30, "trash": 30, "handled": 365, "how": "anonymise"},
    answer=Retention,
    answered="The days as they are now.",
)
CONTACTS = Operation(
    id="getContacts",
    summary="Who sees contact data in full",
    scope="config:read",
    answer=Contacts,
    answered="By role. Owners and admins always do; a token does by its scope `messages:contacts`.",
)
REPLACE_CONTACTS = Operation(
    id="replaceContacts",
    summary="Replace who sees contact data in full",
    description="It holds from the next request on. What is left out is as at first: in full.",
    scope="config:write",
    body=Contacts,
    example={"agents": "asked", "viewers": "masked", "shown_a_day": 50},
    answer=Contacts,
    answered="As it is now.",
)


@post("/persons/erase", status_code=200, opt=described(FORGET))
async def forget(request: Incoming) -> Forgotten:
    meant, who = objects.read(bodies.json_of(request), Forgetting), bearer.of(request)
    found = await person.kept(who.organization, meant.contact)
    act = ""
    if not meant.dry_run and not found.is_nothing:
        done = await person.erase(who.organization, meant.contact, ACTIONS[meant.how], by=who.name)
        act = str(done) if isinstance(done, uuid.UUID) else ""
    return Forgotten(
        messages=len(found.messages), mails=len(found.mails), blocked=found.blocked, act=act
    )


@post("/persons/export", status_code=200, opt=described(TAKE))
async def take(request: Incoming) -> Stream:
    asked, who = objects.read(bodies.json_of(request), Asking), bearer.of(request)
    bearer.needs(who, "messages:read")
    found = await person.kept(who.organization, asked.contact)
    await limits.allow_export(who.id)
    org = await organizations.by_id(who.organization)
    return saved(await while_there(request, _packed(request, org, found, by=who.name)))


async def _packed(request: Incoming, org: Organization, found: Kept, *, by: str) -> Export:
    locale = words.locale_of(request)
    messages = await export.these(org, found.messages, locale=locale, by=by)
    return await taken.whole(org, found, messages, by=by)


@get("/retention", opt=described(READ))
async def read(request: Incoming) -> Retention:
    return retention.of(await organizations.by_id(bearer.of(request).organization))


@put("/retention", opt=described(REPLACE))
async def replace(request: Incoming) -> Retention:
    who = bearer.of(request)
    org = await organizations.by_id(who.organization)
    return await retention.save(org, bodies.json_of(request), by=who.name)


@get("/contacts", opt=described(CONTACTS))
async def read_contacts(request: Incoming) -> Contacts:
    return policy.of(await organizations.by_id(bearer.of(request).organization))


@put("/contacts", opt=described(REPLACE_CONTACTS))
async def replace_contacts(request: Incoming) -> Contacts:
    who = bearer.of(request)
    org = await organizations.by_id(who.organization)
    return await policy.save(org, bodies.json_of(request), by=who.name)


router = Router(
    PREFIX, route_handlers=[forget, take, read, replace, read_contacts, replace_contacts]
)
