"""Whether the chain of an organization is whole, or which entry is the first that is not as it was
written. Reads only."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Literal

import msgspec

from app import database
from app.people.audit import Entry, chain, is_marked, statements
from app.tables import Audit

AT_ONCE = 1000
LOWEST = -(2**62)
WAITING_MAX = 10_000
"""So many of those without a place are looked at; a running worker leaves none of them so long."""
What = Literal["changed", "removed", "moved", "forged", "head", "other_head", "mended"]
WORDS: dict[What, str] = {
    "changed": "entry {number} is not as it was written",
    "removed": "entries are missing from number {number} on",
    "moved": "entry {number} stands where another stood: one was removed, added or moved",
    "forged": "an entry outside of the chain was not written by Leavemsg, or was changed",
    "head": "the end of the chain was removed or changed; its last entry is {number}",
    "other_head": "entry {number} is not the one whose hash you kept",
    "mended": "the end of the chain was removed or changed before entry {number}",
}


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """The first entry that is wrong, if it is there."""

    what: What
    number: int
    id: uuid.UUID | None = None
    at: dt.datetime | None = None
    action: str = ""

    def __str__(self) -> str:
        return WORDS[self.what].format(number=self.number)


class Verdict(msgspec.Struct, kw_only=True):
    """`entries` have a place in the chain, `waiting` not yet. The first `old` were recorded before
    there was a chain; those up to `since` have an earlier secret key and only their numbers are
    checked. `hash` is that of the last entry."""

    entries: int = 0
    waiting: int = 0
    old: int = 0
    since: int = 0
    hash: str = ""
    fault: Finding | None = None


class _Walk(msgspec.Struct):
    since: int
    read: int = LOWEST
    number: int = 0
    hash: str = ""
    mended: Finding | None = None

    def take(self, entry: Entry) -> Finding | None:
        """Goes on by one entry; what is wrong with it."""
        assert entry.number is not None
        expected, before, self.read = self.number + 1, self.hash, entry.number
        if entry.number != expected:
            return _fault("forged" if entry.number < expected else "removed", expected, entry)
        self.number, self.hash = expected, entry.hash
        if expected <= self.since:
            return None
        if not is_marked(entry):
            return _fault("changed", expected, entry)
        if not chain.is_linked(entry, before):
            return _fault("moved", expected, entry)
        if entry.action == chain.BROKEN and self.mended is None:
            self.mended = _fault("mended", expected, entry)
        return None


async def verify(organization: uuid.UUID, *, kept: tuple[int, str] | None = None) -> Verdict:
    """`kept` is the number and hash of an entry that the operator wrote down earlier."""
    found = await chain.head(organization)
    walk = _Walk(found.since if found else 0)
    fault = await _walk(organization, walk, kept)
    # What gets its place meanwhile is there before its head is.
    found = await chain.head(organization)
    if fault is None and found and found.number > walk.number:
        fault = await _walk(organization, walk, kept)
    waiting, forged = await _waiting(organization, found)
    fault = fault or _of_head(found, walk) or _of_kept(kept, walk) or walk.mended or forged
    return Verdict(
        entries=walk.number,
        waiting=waiting,
        old=found.old if found else 0,
        since=found.since if found else 0,
        hash=walk.hash,
        fault=fault,
    )


async def _walk(
    organization: uuid.UUID, walk: _Walk, kept: tuple[int, str] | None
) -> Finding | None:
    while rows := await database.rows(Entry, statements.CHAIN, organization, walk.read, AT_ONCE):
        for each in rows:
            if fault := walk.take(each):
                return fault
            if kept and kept[0] == walk.number and kept[1] != walk.hash:
                return _fault("other_head", walk.number, each)
    return None


def _of_head(found: chain.Head | None, walk: _Walk) -> Finding | None:
    if found is None:
        return _fault("head", walk.number) if walk.number else None
    if not found.is_whole():
        return _fault("head", walk.number)
    if found.number > walk.number:
        return _fault("removed", walk.number + 1)
    if (found.number, found.hash) != (walk.number, walk.hash):
        return _fault("head", walk.number)
    return None


def _of_kept(kept: tuple[int, str] | None, walk: _Walk) -> Finding | None:
    return _fault("removed", walk.number + 1) if kept and kept[0] > walk.number else None


async def _waiting(organization: uuid.UUID, found: chain.Head | None) -> tuple[int, Finding | None]:
    """How many have no place yet, and the first of them that is not ours."""
    count = await Audit.count().where(Audit.organization == organization, Audit.number.is_null())
    rows = await database.rows(Entry, statements.WAITING, organization, WAITING_MAX)
    settled = found is not None and found.settled
    wrong = [each for each in rows if not is_marked(each) and (each.mark or settled)]
    return count, _fault("forged", 0, wrong[0]) if wrong else None


def _fault(what: What, number: int, entry: Entry | None = None) -> Finding:
    if entry is None:
        return Finding(what=what, number=number)
    return Finding(what=what, number=number, id=entry.id, at=entry.at, action=entry.action)
