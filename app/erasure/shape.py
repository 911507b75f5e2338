"""What an organization keeps of its visitors, and for how long, as it is written."""

from __future__ import annotations

import functools
from typing import Annotated, Literal

import msgspec

from app.reading.networks import around
from app.tables import Organization

DAYS_MAX = 3650

Days = Annotated[int, msgspec.Meta(ge=1, le=DAYS_MAX)]
Status = Literal["handled", "pending", "spam", "trash"]
Addresses = Literal["full", "network", "none"]
ADDRESSES: tuple[Addresses, ...] = ("full", "network", "none")
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
    addresses: Annotated[
        Addresses,
        msgspec.Meta(
            description="What is stored of visitors' IP addresses: all of it, the network (/24, or "
            "/48 of IPv6), or nothing."
        ),
    ] = "full"
    addresses_days: Annotated[
        Days | None,
        msgspec.Meta(description="After so many days a whole address becomes its network."),
    ] = None
    by_visitors: Annotated[
        Literal["erase", "ask"],
        msgspec.Meta(
            description="What happens when a visitor erases their message: it goes at once, or "
            "the team is asked to erase it."
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


def reduced(address: str, kept: Addresses) -> str:
    """What is stored of an address."""
    if kept == "none":
        return ""
    return around(address) if kept == "network" else address


def stored_address(org: Organization, address: str) -> str:
    """As it is stored with a message that comes now."""
    return reduced(address, of(org).addresses)
