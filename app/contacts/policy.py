"""Who of an organization sees contact data, as it is written, and changing it. Owners and admins
always do: they could change it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from app import database
from app.people import audit
from app.reading import objects
from app.tables import Organization

SHOWN_MAX = 1000

Way = Literal["full", "asked", "masked"]
WAYS: tuple[Way, ...] = ("full", "asked", "masked")


class Contacts(msgspec.Struct, frozen=True, kw_only=True):
    """Who sees phone numbers, e-mail addresses, WeChat ids and addresses of visitors."""

    agents: Annotated[
        Way,
        msgspec.Meta(
            description="`asked`: masked, and each message's are shown when somebody asks, which "
            "is audited."
        ),
    ] = "full"
    viewers: Literal["full", "masked"] = "full"
    shown_a_day: Annotated[
        int,
        msgspec.Meta(
            ge=1, le=SHOWN_MAX, description="How many messages one agent may ask for in a day."
        ),
    ] = 50

    def way(self, role: str) -> Way:
        if role == "viewer":
            return self.viewers
        return self.agents if role == "agent" else "full"


@functools.lru_cache(maxsize=256)
def stored(text: str) -> Contacts:
    """What the organization's row holds."""
    return msgspec.json.decode(text, type=Contacts) if text else Contacts()


def of(org: Organization) -> Contacts:
    return stored(org.contacts)


def read(raw: Mapping[str, Any]) -> Contacts:
    """As it may be saved. Raises Invalid with every fault."""
    return objects.read(raw, Contacts)


async def save(org: Organization, raw: Mapping[str, Any], *, by: str) -> Contacts:
    """Raises Invalid with every fault."""
    found = read(raw)
    text = msgspec.json.encode(found).decode()
    async with database.transaction():
        await Organization.update({Organization.contacts: text}).where(Organization.id == org.id)
        org.contacts = text
        await audit.record(org.id, by, "contacts.changed", org.id)
    return found
