"""The number a visitor is given: LM- and six characters, never the same twice in an organization.

It is the organization's count of messages, permuted by a key over 30 bits, so that it does not
reveal how many messages there are. One key gives no number twice; one that was given under another
key, or before a count was set back, is skipped.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable, Iterator

from app import database
from app.reading.references import ALPHABET
from app.secrets import keyed
from app.tables import Message

HALF = 15
MASK = (1 << HALF) - 1
ROUNDS = 4
AHEAD = 256
"""Numbers after the count that are tried when one is taken."""
DRAWS = 16
"""If all of those are taken, random numbers are drawn, at most this often. A draw misses with the
share of the 2^30 that is taken."""


def of(organization: object, count: int) -> str:
    left, right, whose = (count >> HALF) & MASK, count & MASK, str(organization)
    begun = keyed("reference")
    for step in range(ROUNDS):
        mac = begun.copy()
        mac.update(f"{whose}.{step}.{right}".encode())
        left, right = right, left ^ (int.from_bytes(mac.digest()[:4]) & MASK)
    return _written((left << HALF) | right)


def _written(number: int) -> str:
    return "LM-" + "".join(ALPHABET[(number >> shift) & 31] for shift in range(25, -5, -5))


async def free(organization: uuid.UUID, count: int, needed: int) -> tuple[list[str], int]:
    """`needed` references after `count` that no message has, and the count to go on from.

    Only in a transaction that holds the organization's lock. Raises database.Taken when there are
    none left.
    """
    last = count + max(AHEAD, 2 * needed)
    counts = {of(organization, each): each for each in range(count + 1, last + 1)}
    found = await _not_taken(organization, counts)
    if len(found) >= needed:
        return found[:needed], counts[found[needed - 1]]
    for _ in range(DRAWS):
        drawn = dict.fromkeys(_draw(needed))
        found += [each for each in await _not_taken(organization, drawn) if each not in found]
        if len(found) >= needed:
            return found[:needed], last
    raise database.Taken("message_reference")


def _draw(needed: int) -> Iterator[str]:
    return (_written(secrets.randbits(2 * HALF)) for _ in range(2 * needed))


async def _not_taken(organization: uuid.UUID, references: Iterable[str]) -> list[str]:
    """The free ones, in their order."""
    query = Message.select(Message.reference).where(
        Message.organization == organization, Message.reference.is_in(list(references))
    )
    taken = set(await database.values(str, query))
    return [each for each in references if each not in taken]
