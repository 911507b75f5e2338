"""All that is kept of one person, found by what they can be reached at."""

from __future__ import annotations

import uuid

import msgspec

from app import database
from app.blocks import stored
from app.blocks.match import Matcher, Sender
from app.catalogue import N_
from app.erasure import statements
from app.errors import Invalid
from app.messages import long_acts
from app.messages.inbox import ids
from app.messages.long_acts import MESSAGES_MAX
from app.messages.wanted import Wanted, contacts
from app.people import audit
from app.reading import emails

UNCLEAR = N_("Give a phone number, an e-mail address or a WeChat id")


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """`messages` are in every state; `mails` have no message yet. `blocked` are entries of the
    block list, which stay: without them the person could not be kept out."""

    messages: list[uuid.UUID]
    mails: list[uuid.UUID]
    blocked: int

    @property
    def is_nothing(self) -> bool:
        return not (self.messages or self.mails)


async def kept(organization: uuid.UUID, text: str) -> Kept:
    """Of whoever has one of these, separated by commas. Raises Invalid at /contact."""
    theirs = contacts(text)
    if not theirs:
        raise Invalid.at("/contact", "required", UNCLEAR)
    found: list[uuid.UUID] = []
    for status in ("", "trash"):
        which = Wanted(contact=theirs, status=status)
        found += await ids(organization, which, most=MESSAGES_MAX - len(found))
    addresses = [address for each in theirs if (address := emails.address(each))]
    mails = await statements.mails_of(organization, addresses)
    return Kept(messages=found, mails=mails, blocked=await _blocked(organization, theirs))


async def erase(organization: uuid.UUID, text: str, action: str, *, by: str) -> int | uuid.UUID:
    """All of it; `action` is one of `long_acts.ERASURES`. Returns how many messages, or the long
    act. Raises Invalid at /contact."""
    found = await kept(organization, text)
    async with database.transaction():
        await statements.forget_mails(organization, found.mails)
        await audit.record(organization, by, "person.erased", "", str(len(found.messages)))
    await database.forget()
    return await long_acts.erase_all(organization, found.messages, action, by=by)


async def _blocked(organization: uuid.UUID, theirs: tuple[str, ...]) -> int:
    now = await database.now()
    people = [Sender(**{kind: each}) for kind in ("phone", "email", "wechat") for each in theirs]
    matchers = [Matcher([block]) for block in await stored.read(organization)]
    return sum(any(found.caught(each, now) for each in people) for found in matchers)
