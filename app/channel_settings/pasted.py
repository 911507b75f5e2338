"""A channel from pasted text alone: an address, a key, or a message that has one in it."""

from __future__ import annotations

from typing import Any

import msgspec

from app.channel_settings.entry import read_entry
from app.channels.paste import UNKNOWN, recognise
from app.errors import Invalid


def read_pasted(text: str) -> dict[str, Any]:
    """The channel's JSON as far as the text says it: without `webhook_url` it wants more than an
    address, as a mailbox does. Raises Invalid at /pasted."""
    recognised = recognise(text)
    if recognised is None:
        raise Invalid.at("/pasted", "unknown", UNKNOWN)
    kind, fields = recognised
    found = {"type": kind, **fields}
    if "webhook_url" in fields:
        try:
            read_entry(found)
        except Invalid as error:
            # One line was pasted: its first fault is what to mend.
            raise Invalid(
                [msgspec.structs.replace(each, pointer="/pasted") for each in error.problems[:1]]
            ) from None
    return found
