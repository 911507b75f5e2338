"""Channels by their names, as a document says them. A name that two share says nothing: then the
uid does."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable

from app.deliveries.rows import ChannelRow
from app.errors import Problem

UNKNOWN = "There is no channel with this name, or more than one: use its uid then"


class Channels:
    def __init__(self, rows: Iterable[ChannelRow], reserved: tuple[str, ...] = ()) -> None:
        """`reserved` are words that mean something else where channels are named."""
        self._named = {str(row.id): row.name for row in rows}
        shared = Counter(self._named.values())
        self._plain = {
            uid: name
            for uid, name in self._named.items()
            if name and shared[name] == 1 and name not in reserved
        }
        self._uids = {name: uid for uid, name in self._plain.items()}

    def said(self, uid: uuid.UUID | str) -> str:
        return self._plain.get(str(uid), str(uid))

    def is_plain(self, uid: uuid.UUID | str) -> bool:
        """Whether its name alone says which one it is."""
        return str(uid) in self._plain

    def uid(self, said: str) -> str | None:
        return self._uids.get(said) or (said if said in self._named else None)

    def found(self, said: object, at: str, problems: list[Problem]) -> str:
        """The uid; empty, with a fault, where there is none."""
        uid = self.uid(said) if isinstance(said, str) else None
        if uid is None:
            problems.append(Problem(at, "unknown_channel", UNKNOWN))
        return uid or ""
