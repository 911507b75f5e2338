"""Who decides about members."""

from __future__ import annotations

import uuid

import msgspec


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """`by` is their name. `agent` is None for the operator of the installation."""

    by: str
    role: str
    agent: uuid.UUID | None = None

    def may_decide_about(self, member: uuid.UUID, role: str) -> bool:
        """Nobody about themselves, and about owners only owners."""
        return member != self.agent and (self.role == "owner" or role != "owner")


OPERATOR = Actor(by="leavemsg admin", role="owner")
