"""Which key has encrypted how much, and whether any but the present one is still needed."""

from __future__ import annotations

import contextlib
from collections import Counter

import msgspec

from app import database, keymark, secrets
from app.errors import NotFound
from app.files import store
from app.keys import fields, statements, stored
from app.keys.fields import FIELDS

EARLIER = "earlier form"
"""As values were encrypted before they named their key."""


class Census(msgspec.Struct, frozen=True, kw_only=True):
    """`keys` are those of this process by their ids, the one that is written with first. `values`:
    how many of each field each key has encrypted; also keys that are not there, which nobody can
    read. `marked`: nothing starts without the other keys."""

    keys: list[str]
    values: dict[str, dict[str, int]]
    marked: bool

    def by(self, *keys: str) -> int:
        return sum(counts.get(key, 0) for counts in self.values.values() for key in keys)

    @property
    def older(self) -> int:
        """Values that another key of this process reads."""
        return self.by(*self.keys[1:])

    @property
    def lost(self) -> int:
        """Values whose key is not here, so that nobody can read them."""
        named = {key for counts in self.values.values() for key in counts}
        return self.by(*(named - {*self.keys, EARLIER}))


class _Count(msgspec.Struct):
    key: str
    n: int


async def look() -> Census:
    """Reads only. Raises Unavailable."""
    values = {}
    for field in FIELDS:
        found = await database.rows(_Count, statements.by_key(field))
        values[field.name] = {each.key or EARLIER: each.n for each in found}
    values[fields.FILES] = await _files()
    return Census(
        keys=list(secrets.ring()),
        values={name: counts for name, counts in values.items() if counts},
        marked=not await keymark.is_only_this(),
    )


async def _files() -> dict[str, int]:
    found = Counter[str]()
    async for _, name in stored.files():
        with contextlib.suppress(NotFound):
            head = await store.current().begins(name, secrets.HEAD)
            found[secrets.key_of(head) or EARLIER] += 1
    return dict(found)
