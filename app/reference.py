"""The number a visitor is given: LM- and six characters, never the same twice in an organization.

The organization's own count of messages, shuffled by a keyed permutation of 30 bits, so that nobody
can read from it how many messages there are, and no search for a free one is ever needed.
"""

from __future__ import annotations

from app.secrets import keyed_hash

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, which people mistake."""
HALF = 15
MASK = (1 << HALF) - 1
ROUNDS = 4


def of(organization: object, count: int) -> str:
    left, right = (count >> HALF) & MASK, count & MASK
    for step in range(ROUNDS):
        mixed = int(keyed_hash("reference", f"{organization}.{step}.{right}")[:8], 16) & MASK
        left, right = right, left ^ mixed
    number = (left << HALF) | right
    return "LM-" + "".join(ALPHABET[(number >> shift) & 31] for shift in range(25, -5, -5))
