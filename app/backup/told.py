"""How the last backup that was made by itself went."""

from __future__ import annotations

import msgspec

from app import instance

ROUND = "backup_round"
"""In the table of the installation's facts."""


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """`faults`: by place, in words. `made_at` is empty when none could be made at all."""

    made_at: str = ""
    name: str = ""
    bytes: int = 0
    messages: int = 0
    sealed: bool = False
    places: list[str] = []
    faults: dict[str, str] = {}


async def last() -> instance.Fact | None:
    return await instance.read(ROUND)


def read(fact: instance.Fact) -> Round:
    return msgspec.json.decode(fact.value, type=Round)
