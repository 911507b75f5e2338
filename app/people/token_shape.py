"""What a token is: for the program that shows it, and for the admin who looks at it."""

from __future__ import annotations

import datetime as dt
import ipaddress
import uuid

import msgspec

from app.reading.networks import Network

CONTACTS = "messages:contacts"
"""Without it contact data comes masked."""
MCP = "mcp"
"""For AI agents: such a token opens the MCP server, whose tools need the other scopes, and no other
address but the one that says what it may do. Whatever its agent is talked into, it does no more
than the tools do."""
DRAFTS = "drafts:write"
"""Proposes replies, which only a person sends."""
SCOPES = (
    "messages:read",
    CONTACTS,
    "messages:write",
    DRAFTS,
    "messages:erase",
    "config:read",
    "config:write",
    "channels:test",
    "deliveries:replay",
    "events:read",
    "presence:write",
    "mail:deliver",
    "tokens:write",
    "audit:read",
    "submit",
    MCP,
)
ALL = tuple(each for each in SCOPES if each != MCP)
"""What `all` means."""
READ_ONLY = ("messages:read", CONTACTS, "config:read")
"""What a new token may do unless its maker says more."""
DAYS, DAYS_MAX = 90, 365
OVERLAP, OVERLAP_MAX = dt.timedelta(hours=24), dt.timedelta(days=30)
"""How long the secret before still works after a rotation, unless said otherwise, and at most."""
SOON = dt.timedelta(days=14)
"""An admin is reminded this long before a token expires."""


class Bearer(msgspec.Struct, frozen=True, kw_only=True):
    """A program that has shown a secret of ours. `ended`: it is one no more. `by_old`: it is the
    secret before the last rotation. `expires_at` is the end of the secret that was shown."""

    id: uuid.UUID
    organization: uuid.UUID
    name: str
    scopes: frozenset[str]
    networks: tuple[Network, ...] = ()
    ended: bool = False
    expires_at: dt.datetime | None = None
    by_old: bool = False
    used_at: dt.datetime | None = None

    def may_come_from(self, address: str) -> bool:
        """IPv4 within IPv6 is IPv4 on both sides, see app.reading.networks and
        web.http.address."""
        here = ipaddress.ip_address(address)
        return not self.networks or any(here in network for network in self.networks)


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A row, as admins see it. The secrets' hashes tell nothing, and stay here."""

    id: uuid.UUID
    public_id: str
    secret_hash: str
    ends: str
    secret_at: dt.datetime | None
    name: str
    scopes: str
    networks: str
    created_by: str
    maker: uuid.UUID | None
    created_at: dt.datetime
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None
    used_at: dt.datetime | None
    used_from: str
    old_ends: str
    old_until: dt.datetime | None
    old_used_at: dt.datetime | None
    old_maker: uuid.UUID | None
    through: uuid.UUID | None
    old_through: uuid.UUID | None

    @property
    def shown(self) -> str:
        """By which one tells it apart."""
        return f"lm_{self.public_id}_…{self.ends}"

    @property
    def old_shown(self) -> str:
        return f"lm_{self.public_id}_…{self.old_ends}"

    def state(self, now: dt.datetime) -> str:
        """living, expired or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "living"

    def is_known_to(self, agent: uuid.UUID, now: dt.datetime) -> bool:
        """Whether a secret that works was shown to them."""
        if self.maker == agent and self.state(now) == "living":
            return True
        return self.old_maker == agent and self.old_works(now)

    def old_works(self, now: dt.datetime) -> bool:
        """Whether the secret before the last rotation still opens something."""
        return self.revoked_at is None and self.old_until is not None and self.old_until > now
