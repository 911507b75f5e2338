"""How long an organization keeps messages, as it is written, and changing it. Nothing is erased
unless somebody has said so."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from app import database
from app.errors import Invalid
from app.people import audit
from app.reading import categories, objects
from app.tables import Organization
from app.text import clean_line

DAYS_MAX = 3650

Days = Annotated[int, msgspec.Meta(ge=1, le=DAYS_MAX)]
Status = Literal["handled", "pending", "spam", "trash"]
STATUSES: tuple[Status, ...] = ("handled", "pending", "spam", "trash")


class OwnRetention(msgspec.Struct, frozen=True, kw_only=True):
    """The days of one category's handled messages; null keeps them."""

    category: str
    days: Days | None = None


class Retention(msgspec.Struct, frozen=True, kw_only=True):
    """Days after which messages are erased; null keeps them. Counted from when they were handled,
    left (waiting and spam) or thrown away, or from what was last said about them."""

    handled: Days | None = None
    pending: Annotated[
        Days | None, msgspec.Meta(description="Messages that nobody has handled.")
    ] = None
    spam: Days | None = None
    trash: Days | None = None
    categories: Annotated[
        list[OwnRetention], msgspec.Meta(description="Categories with days of their own.")
    ] = []
    how: Annotated[
        Literal["erase", "anonymise"],
        msgspec.Meta(
            description="What becomes of handled messages: anonymised ones lose who left them and "
            "what was written, and stay in the numbers."
        ),
    ] = "erase"

    @property
    def is_empty(self) -> bool:
        return not any((self.handled, self.pending, self.spam, self.trash)) and not any(
            each.days for each in self.categories
        )


@functools.lru_cache(maxsize=256)
def stored(text: str) -> Retention:
    """What the organization's row holds."""
    return msgspec.json.decode(text, type=Retention) if text else Retention()


def of(org: Organization) -> Retention:
    return stored(org.retention)


def read(raw: Mapping[str, Any]) -> Retention:
    """As it may be saved. Raises Invalid with every fault."""
    found = objects.read(raw, Retention)
    own = [
        msgspec.structs.replace(each, category=clean_line(each.category))
        for each in found.categories
    ]
    found = msgspec.structs.replace(found, categories=own)
    if problems := list(categories.faults([each.category for each in found.categories])):
        raise Invalid(problems)
    return found


async def save(org: Organization, raw: Mapping[str, Any], *, by: str) -> Retention:
    """Raises Invalid with every fault."""
    found = read(raw)
    text = msgspec.json.encode(found).decode()
    async with database.transaction():
        await Organization.update({Organization.retention: text}).where(Organization.id == org.id)
        org.retention = text
        await audit.record(org.id, by, "retention.changed", org.id)
    return found
