"""The index of a segment: which of its blocks may have a gram, as bits.

A row of bits has one for each block. A gram that many blocks have gets a row of its own. The others
share rows: each sets its blocks in three of them, which hashes choose, and may only be where all
three agree; in one block of a hundred others make them. All rows of a gram lie in one leaf.
"""

from __future__ import annotations

import struct
import uuid
import zlib
from collections.abc import Iterable, Iterator, Sequence

BLOCKS = 64
"""In a segment: the bits of a row."""
ROW = 8
"""Bytes of a row."""
END = 16
"""Bytes of the last id of a block."""
SHARED = 96
"""Shared rows of a leaf, which then takes about a kilobyte."""
OWN = SHARED * ROW
"""Where the rows of frequent grams begin: first their marks, then their rows."""
FREQUENT = 8
"""From so many blocks on, a row of its own takes less room than bits in three."""
MARK = 2
"""Bytes by which a frequent gram is known within its leaf."""
EVERYWHERE = (1 << BLOCKS) - 1
SHARE = 0.46
"""Bytes of the leaves for each byte of text. With less, the blocks that others only seem to be in
would cost more than reading the index."""
LEAVES_MAX = 1 << 20
"""More than a segment can have: a leaf's id is its number and its segment's."""
AT_A_TIME = 1000
"""Grams placed between two pauses."""


class Spot:
    """Where a gram stands."""

    __slots__ = ("hash", "mark", "rows")

    def __init__(self, gram: str) -> None:
        # Multiplied twice: a checksum of two characters alone is too regular.
        mixed = zlib.crc32(gram.encode()) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
        mixed = (mixed ^ mixed >> 32) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
        self.hash, self.mark = mixed >> 40, mixed >> 24 & 0xFFFF
        self.rows = mixed % SHARED, (mixed >> 8) % SHARED, (mixed >> 16) % SHARED


class Bits:
    """The rows of a segment while they are made."""

    def __init__(self) -> None:
        self._blocks: dict[str, int] = {}

    def add(self, block: int, grams: Iterable[str]) -> None:
        bit, blocks = 1 << block, self._blocks
        for gram in grams:
            blocks[gram] = blocks.get(gram, 0) | bit

    def leaves(self, size: int) -> Iterator[Sequence[bytes]]:
        """The leaves for texts of `size` bytes, at last; before them nothing after each piece of
        the work, so that others get a turn."""
        frequent = sum(blocks.bit_count() >= FREQUENT for blocks in self._blocks.values())
        count = max(1, round((size * SHARE - frequent * (MARK + ROW)) / OWN))
        rows = [[0] * SHARED for _ in range(count)]
        own: list[dict[int, int]] = [{} for _ in range(count)]
        for n, (gram, blocks) in enumerate(self._blocks.items()):
            spot = Spot(gram)
            leaf = spot.hash % count
            if blocks.bit_count() >= FREQUENT:
                own[leaf][spot.mark] = own[leaf].get(spot.mark, 0) | blocks
            else:
                shared = rows[leaf]
                for row in spot.rows:
                    shared[row] |= blocks
            if n % AT_A_TIME == 0:
                yield ()
        yield [_packed(*each) for each in zip(rows, own, strict=True)]


def _packed(rows: list[int], own: dict[int, int]) -> bytes:
    n = len(own)
    return struct.pack(f"<{SHARED}Q{n}H{n}Q", *rows, *own.keys(), *own.values())


def look(leaf: bytes, spot: Spot) -> int:
    """The blocks that may have the gram."""
    blocks = EVERYWHERE
    for row in spot.rows:
        blocks &= _row(leaf, row * ROW)
    marks = (len(leaf) - OWN) // (MARK + ROW)
    listed = struct.unpack_from(f"<{marks}H", leaf, OWN)
    if spot.mark in listed:
        blocks |= _row(leaf, OWN + marks * MARK + listed.index(spot.mark) * ROW)
    return blocks


def _row(leaf: bytes, at: int) -> int:
    return int.from_bytes(leaf[at : at + ROW], "little")


def end(ends: bytes, block: int) -> uuid.UUID:
    """The last id of a block."""
    return uuid.UUID(bytes=ends[block * END : (block + 1) * END])
