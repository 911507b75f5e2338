"""The targets of an organization, as they are written."""

from __future__ import annotations

import functools
from typing import Annotated, Literal

import msgspec

MINUTES_MAX = 60 * 200
"""200 office hours: a month."""


Minutes = Annotated[int, msgspec.Meta(ge=1, le=MINUTES_MAX)]


class OwnTarget(msgspec.Struct, frozen=True, kw_only=True):
    """The target of one category; null for none."""

    category: str
    minutes: Minutes | None = None


class Targets(msgspec.Struct, frozen=True, kw_only=True):
    """Minutes of office time until a message is handled first; without office hours every minute
    counts."""

    minutes: Annotated[
        Minutes | None,
        msgspec.Meta(description="Of every category without an own target; null for none."),
    ] = None
    categories: list[OwnTarget] = []
    visitors: Annotated[
        Literal["time", "kept", "nothing"],
        msgspec.Meta(
            description="What visitors read: by when their message is answered, what was kept "
            "lately, or nothing."
        ),
    ] = "time"
    warn: Annotated[
        str | None,
        msgspec.Meta(
            description="The uid of the channel that is told when a target is missed more than "
            "one time in five."
        ),
    ] = None

    def of(self, category: str) -> int | None:
        """In minutes."""
        return self.own().get(category, self.minutes)

    def own(self) -> dict[str, int | None]:
        return {each.category: each.minutes for each in self.categories}

    @property
    def is_empty(self) -> bool:
        return self.minutes is None and not any(each.minutes for each in self.categories)


@functools.lru_cache(maxsize=256)
def stored(text: str) -> Targets:
    """What the organization's row holds."""
    return msgspec.json.decode(text, type=Targets) if text else Targets()
