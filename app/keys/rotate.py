"""From one secret key to another: all that needs an older one is made anew with the present one."""

from __future__ import annotations

from collections.abc import AsyncIterator

from app import keymark
from app.keys import census, reseal
from app.keys.reseal import Done
from app.people.audit import chain
from app.people.audit.verify import verify

AUDIT = "audit chains"


async def rotate() -> AsyncIterator[Done]:
    """Part by part, as each is done, while the product runs. Raises Unavailable."""
    async for done in reseal.everything():
        yield done
    yield await _audit()
    if not (await census.look()).older:
        await keymark.only_this()


async def needed_by_audit() -> int:
    """Organizations whose audit is checked by an older key."""
    return sum([await chain.needs_other(each) for each in await chain.with_one()])


async def _audit() -> Done:
    """A chain that is whole goes on with the present key. One that is not stays as it is: its
    first fault is found with the older key only."""
    done = Done(name=AUDIT)
    for organization in await chain.with_one():
        if not await chain.needs_other(organization):
            continue
        if (await verify(organization)).fault:
            done.unreadable.append(str(organization))
            continue
        await chain.go_on(organization)
        done.changed += 1
    return done
