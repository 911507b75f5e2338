"""What a plan says, and what applying it did."""

from __future__ import annotations

from typing import Literal

import msgspec

from app.configuration.differ import Difference


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of notices that wait for a channel: they are not sent, or sent with its new
    settings."""

    channel: str
    notices: int
    effect: Literal["not_sent", "new_settings"]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """`withdrawn` are tokens of members who are disabled: they work no more."""

    differences: list[Difference]
    waiting: list[Waiting]
    withdrawn: list[str] = []


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """`invitations`: "email link" each, shown only here."""

    plan: Plan
    invitations: list[str]
