"""The chain of an organization's audit: every entry gets the next number, and a keyed hash over its
own mark and the hash before it.

Entries get their place behind the act, by a worker: nothing that people wait for takes the chain's
lock. The row of the head is that lock, so of two workers one waits for the other, and a place that
was not committed was never given. What is committed late gets a later number. Within the seconds
until then an entry has its mark already: changed or made by somebody else it is found, too.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence

import msgspec

from app import database
from app.people.actor import OPERATOR
from app.people.audit import Entry, acting, mark, record, statements
from app.people.audit.acts import area_of
from app.secrets import keyed_hash, keyed_hashes
from app.tables import Agent, AuditHead, Token

log = logging.getLogger(__name__)

AT_ONCE = 200
"""Entries in one transaction, which takes some hundredths of a second."""
NOBODY = uuid.UUID(int=0)
BROKEN = "audit.broken"


class Head(msgspec.Struct, kw_only=True):
    """The end of the chain, see app.tables.AuditHead."""

    organization: uuid.UUID
    number: int = 0
    hash: str = ""
    old: int = 0
    settled: bool = False
    since: int = 0
    seal: str = ""

    def sealed(self) -> str:
        return keyed_hash("audit head", self._said())

    def is_whole(self) -> bool:
        """Whether we wrote it, with any secret key that still counts."""
        return self.seal in keyed_hashes("audit head", self._said())

    def _said(self) -> str:
        said = [self.organization, self.number, self.hash, self.old, self.settled, self.since]
        return " ".join(map(str, said))


HEAD = (
    AuditHead.organization,
    AuditHead.number,
    AuditHead.hash,
    AuditHead.old,
    AuditHead.settled,
    AuditHead.since,
    AuditHead.seal,
)


def link(before: str, number: int, mark: str) -> str:
    return keyed_hash("audit chain", f"{before} {number} {mark}")


def is_linked(entry: Entry, before: str) -> bool:
    """By any secret key that still counts."""
    return entry.hash in keyed_hashes("audit chain", f"{before} {entry.number} {entry.mark}")


async def head(organization: uuid.UUID) -> Head | None:
    query = AuditHead.select(*HEAD).where(AuditHead.organization == organization)
    return await database.row(Head, query)


async def step() -> bool:
    """Gives some entries of every organization their place. Whether more wait."""
    more, last = False, NOBODY
    while found := await database.value(uuid.UUID, statements.NEXT_WAITING, last):
        last = found
        more |= await place(found)
    return more


async def place(organization: uuid.UUID, *, anew: bool = False) -> bool:
    """Some of one organization. With `anew` they also get a new mark, and an unreadable head is
    taken as it is: the secret key is another one. Whether more wait."""
    async with database.transaction():
        found = await _hold(organization)
        if not anew and not found.is_whole():
            await _mend(found)
        rows = await database.rows(Entry, statements.WAITING, organization, AT_ONCE)
        unmarked = [each for each in rows if not each.mark] if not found.settled else []
        await _adopt(organization, unmarked)
        for each in rows if anew else unmarked:
            each.mark = mark(each)
        found.old += len(unmarked)
        found.settled = not unmarked or len(rows) < AT_ONCE
        await _give(found, rows)
        await _keep(found)
    return len(rows) == AT_ONCE


async def accept_key() -> None:
    """After the secret key was lost: all entries until now are as they are, and the chain goes on
    with the new key."""
    for organization in await with_one():
        await go_on(organization, anew=True)


async def with_one() -> list[uuid.UUID]:
    """The organizations that have a chain."""
    return await database.values(uuid.UUID, AuditHead.select(AuditHead.organization))


async def go_on(organization: uuid.UUID, *, anew: bool = False) -> None:
    """Whatever is recorded until now needs the present key no more; an entry says so. With `anew`
    what has no place yet is taken as it is, else only what we wrote."""
    while await place(organization, anew=anew):
        pass
    async with database.transaction():
        found = await _hold(organization)
        found.since = found.number
        await _keep(found)
    with acting("cli"):
        await record(organization, OPERATOR.by, "audit.other_key", detail=str(found.number))


async def needs_other(organization: uuid.UUID) -> bool:
    """Whether entries are checked by another key than the present one. If any are, the first is."""
    found = await head(organization)
    first = await database.row(
        Entry, statements.CHAIN, organization, found.since if found else 0, 1
    ) or await database.row(Entry, statements.WAITING, organization, 1)
    return first is not None and first.mark != mark(first)


async def _hold(organization: uuid.UUID) -> Head:
    """The head, locked until the transaction ends, and made where there is none."""
    fresh = Head(organization=organization)
    made = AuditHead({AuditHead.organization: organization, AuditHead.seal: fresh.sealed()})
    await AuditHead.insert(made).on_conflict(
        target=AuditHead.organization, action="DO UPDATE", values=[AuditHead.organization]
    )
    found = await head(organization)
    assert found is not None
    if found.number == 0 and await _last(organization):
        found.seal = ""  # Somebody has removed the head.
    return found


async def _last(organization: uuid.UUID) -> Entry | None:
    return await database.row(Entry, statements.LAST, organization)


async def _mend(found: Head) -> None:
    """Somebody else than we wrote the head, or removed it: goes on after the last entry, and an
    entry says so for ever."""
    log.error("audit head was changed", extra={"organization": str(found.organization)})
    last = await _last(found.organization)
    found.number, found.hash = (last.number or 0, last.hash) if last else (0, "")
    found.settled = True
    await record(found.organization, "", BROKEN, detail=str(found.number))


async def _adopt(organization: uuid.UUID, rows: Sequence[Entry]) -> None:
    """Entries of before the chain: who did it is found by the name."""
    if not rows:
        return
    known = await _names(organization)
    for each in rows:
        each.kind, each.who = known.get(each.actor, ("system", "system"))
        each.area = area_of(each.action)


async def _names(organization: uuid.UUID) -> dict[str, tuple[str, str]]:
    found = {"visitor": ("visitor", "visitor"), "": ("visitor", "visitor")}
    found |= dict.fromkeys((OPERATOR.by, "command line"), ("cli", "cli"))
    tokens = await Token.select(Token.id, Token.name).where(Token.organization == organization)
    found |= {each["name"]: ("token", str(each["id"])) for each in tokens}
    query = Agent.select(Agent.id, Agent.name, Agent.email)
    for each in await query.where(Agent.organization == organization):
        found |= dict.fromkeys((each["name"], each["email"]), ("agent", str(each["id"])))
    return found


async def _give(found: Head, rows: Sequence[Entry]) -> None:
    for each in rows:
        found.number += 1
        found.hash = link(found.hash, found.number, each.mark)
        each.number, each.hash = found.number, found.hash
    values = [
        [each.kind, each.who, each.area, each.mark, each.number, each.hash, each.id]
        for each in rows
    ]
    await database.execute_many(statements.PLACE, values)


async def _keep(found: Head) -> None:
    changed = AuditHead.update(
        {
            AuditHead.number: found.number,
            AuditHead.hash: found.hash,
            AuditHead.old: found.old,
            AuditHead.settled: found.settled,
            AuditHead.since: found.since,
            AuditHead.seal: found.sealed(),
        }
    )
    await changed.where(AuditHead.organization == found.organization)
