"""Where a ciphertext stands."""

from __future__ import annotations

import msgspec


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a ciphertext stands: it opens nowhere else. `was` is how places were written before
    version 2."""

    table: str = ""
    column: str = ""
    organization: str = ""
    row: str = ""
    was: str = ""

    def bound(self, version: bytes, key: str) -> bytes:
        """The associated data: everything that must be as it was when it is opened."""
        here = [self.organization, self.table, self.column, self.row]
        return msgspec.json.encode([version.decode(), key, *here])
