"""What pages of a site were told of a brand a moment ago, so that very many may ask."""

from __future__ import annotations

import time
import uuid

import msgspec

from app.brands import changed
from app.database.remembered import Remembered
from app.tables import Organization

SECONDS = 10.0
"""How long another process may not notice a change."""
JUMP_SECONDS = 1.0
"""A clock that is set by more has another idea of who is on duty."""
AT_MOST = 5000
"""Answers, of some kilobytes each."""


class Told(msgspec.Struct, frozen=True):
    """An answer with its ETag, the `tag`. `made` is when, by the monotonic clock; `ahead`, by how
    much the wall clock was ahead of that one then; `age`, for how many seconds it may be kept from
    then on; `shown`, whose form it showed, if anybody's."""

    organization: uuid.UUID
    brand: uuid.UUID
    made: float
    ahead: float
    age: int
    tag: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    shown: Organization | None

    @property
    def is_good(self) -> bool:
        over = time.monotonic() - self.made >= self.age
        was_set = abs(ahead() - self.ahead) > JUMP_SECONDS
        return (
            not over and not was_set and not changed.since(self.made, self.organization, self.brand)
        )


def ahead() -> float:
    return time.time() - time.monotonic()


_told: Remembered[tuple[str, str], Told] = Remembered(SECONDS, at_most=AT_MOST)


def get(path: str, origin: str) -> Told | None:
    """None when it is unknown, too old, or from before a change."""
    found = _told.get((path, origin))
    return found if found is not None and found.is_good else None


def keep(path: str, origin: str, answer: Told) -> None:
    _told.keep((path, origin), answer)
