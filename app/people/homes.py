"""Which organization a page of the console is of. A link in a notice does not know which one its
reader has open: the address of a thing tells by the thing, that of a list by its `org`."""

from __future__ import annotations

import re
import uuid
from typing import Any

from app import database, settings
from app.database.remembered import Remembered
from app.people import statements
from app.tables import (
    Agent,
    BlockEntry,
    Channel,
    Delivery,
    Mailbox,
    Message,
    MessageRule,
    Organization,
    ReceivedMail,
    Report,
)

THING = re.compile(
    r"(?P<place>/(?:[a-z]+/)?[a-z]+)"
    r"/(?P<uid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:/|$)"
)
TABLES: dict[str, Any] = {
    "/inbox": Message,
    "/deliveries": Delivery,
    "/mail": ReceivedMail,
    "/settings/blocks": BlockEntry,
    "/settings/channels": Channel,
    "/settings/mail": Mailbox,
    "/settings/members": Agent,
    "/settings/reports": Report,
    "/settings/rules": MessageRule,
}
A_MINUTE = 60.0
_marks: Remembered[uuid.UUID, str] = Remembered(A_MINUTE)


async def address(organization: uuid.UUID, path: str) -> str:
    """Of a list, in full. It says of which organization, where the installation has several."""
    return marked(f"{settings.current().base_url}{path}", await mark(organization))


async def mark(organization: uuid.UUID) -> str:
    """What addresses of lists get: org=… or nothing. New ones are known after a minute."""
    known = _marks.get(organization)
    if known is not None:
        return known
    several = await database.value(int, statements.ONE_OR_TWO) == 2
    asked = Organization.select(Organization.slug).where(Organization.id == organization)
    slug = await database.value(str, asked) if several else None
    return _marks.keep(organization, f"org={slug}" if slug else "")


def marked(address: str, mark: str) -> str:
    if not mark:
        return address
    before, sign, anchor = address.partition("#")
    return f"{before}{'&' if '?' in before else '?'}{mark}{sign}{anchor}"


async def home_of(path: str) -> uuid.UUID | None:
    """The organization of the thing that a page is about; None for a page about none of these."""
    found = THING.match(path)
    table = TABLES.get(found["place"]) if found else None
    if found is None or table is None:
        return None
    query = table.select(table.organization).where(table.id == uuid.UUID(found["uid"]))
    return await database.value(uuid.UUID, query)
