"""A channel from pasted text alone: an address, a key, or a message that has one in it."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec

from app.channel_settings.entry import read_entry
from app.channel_settings.read import twin
from app.channel_settings.trial import test
from app.channel_settings.write import add
from app.channels.paste import UNKNOWN, complete, recognise
from app.deliveries.trial import Tested
from app.egress.way import Egress
from app.errors import Invalid


def read_pasted(text: str) -> dict[str, Any]:
    """The channel's JSON as far as the text says it: not `complete` where the
    kind wants more, as a mailbox does. Raises Invalid at /pasted."""
    recognised = recognise(text)
    if recognised is None:
        raise Invalid.at("/pasted", "unknown", UNKNOWN)
    kind, fields = recognised
    found = {"type": kind, **fields}
    if complete(kind, fields):
        try:
            read_entry(found)
        except Invalid as error:
            # One line was pasted: its first fault is what to mend.
            raise Invalid(
                [msgspec.structs.replace(each, pointer="/pasted") for each in error.problems[:1]]
            ) from None
    return found


async def connect(
    organization: uuid.UUID, found: dict[str, Any], egress: Egress, *, by: str
) -> Tested:
    """Adds the channel, which is off until a test is accepted, and tests it; one with the same
    destination is tested as it is. Raises Invalid, and TooMany when it was added but cannot be
    tested yet."""
    uid = await twin(organization, found)
    if uid is None:
        uid = await add(organization, found, by=by, until_tested=True)
    [tested] = await test(organization, egress, uid=uid)
    return tested
