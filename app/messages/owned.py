"""What agents keep for themselves or share with their team: who sees and who changes it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import TypeVar

import msgspec

from app.errors import Invalid, NotFound
from app.people import audit
from app.reading import uids


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks. A program is no agent, and may change what is the team's."""

    agent: uuid.UUID | None
    is_admin: bool
    by: str


class Owned(msgspec.Struct, frozen=True, kw_only=True):
    """`agent` has made it; None: a program has."""

    uid: str
    shared: bool
    agent: uuid.UUID | None

    def is_by(self, who: Who) -> bool:
        """Only they say whose it is."""
        return who.agent is not None and self.agent == who.agent

    def may_change(self, who: Who) -> bool:
        return self.is_by(who) or (self.shared and who.is_admin)


T = TypeVar("T", bound=Owned)


def one(seen: Iterable[T], uid: str) -> T:
    """Among those that somebody sees. Raises NotFound."""
    wanted = str(uids.uid(uid))
    for each in seen:
        if each.uid == wanted:
            return each
    raise NotFound


def theirs(seen: Iterable[T], uid: str, who: Who) -> T:
    """One that they may change. Raises NotFound."""
    found = one(seen, uid)
    if not found.may_change(who):
        raise NotFound
    return found


def group(seen: Iterable[T], *, shared: bool) -> list[T]:
    """Those of the team, or somebody's own."""
    return [each for each in seen if each.shared == shared]


def need_room(known: Sequence[T], most: int, place: str, detail: str) -> None:
    """Raises Invalid there when a group has as many as it may."""
    if len(known) >= most:
        raise Invalid.at(place, "too_many", detail, limit=str(most))


async def record(
    organization: uuid.UUID, who: Who, action: str, uid: object, *, shared: bool
) -> None:
    """For the audit: what only one person sees is nobody else's business."""
    if shared:
        await audit.record(organization, who.by, action, uid)
