"""Finding messages by words: the newest first, and no further than somebody wants to see them."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import islice

from piccolo.columns.combination import WhereRaw
from piccolo.custom_types import Combinable

from app import database
from app.messages.search import bits, statements
from app.messages.search.bits import Spot
from app.messages.search.statements import EVERY, Range, Segment
from app.reading.grams import needed
from app.reading.search import Term, terms
from app.tables import Message, SearchChange
from app.text import clean_line, folded

QUERY_MAX = 200
FIRST, TIMES = 4, 4
"""Segments looked up at first, and how many times as many each time nothing is enough yet."""
DENSE = 0.5
"""Of the blocks; when so many may have it, messages are read one after the other."""
RANGES, RANGES_MAX = 32, 128
"""Blocks that are read at first, and at most, before others get a turn."""
IDS, IDS_MAX = 60, 500
"""Messages of a part while there may be more, and at most: somewhat more than a page shows."""

Spelt = list[list[list[list[Spot]]]]
"""Terms, of each the spellings, of each the pieces, of each the grams."""


def wanted(q: str) -> list[Term]:
    return terms(folded(clean_line(q))[:QUERY_MAX])


def condition(q: str) -> Combinable | None:
    """All at once and without the index, for what is few anyway. None for a search for nothing."""
    asked = wanted(q)
    return _holds(asked) if asked else None


def _holds(asked: Sequence[Term]) -> Combinable:
    sql, patterns = statements.holds(asked)
    return WhereRaw(sql.replace("?", "{}"), *patterns)


async def parts(
    organization: uuid.UUID, q: str, *, lines: Sequence[str] = (), before: uuid.UUID = EVERY
) -> AsyncIterator[Combinable]:
    """Conditions; each holds for some of the messages found and for no other of the organization's
    before this id, newest first. Whoever has enough stops asking. With `lines`, one of them is a
    whole line of the text. A search for nothing is one condition that always holds."""
    asked = wanted(q)
    if lines:
        asked.append([[f"\n{line}\n"] for line in lines])
    if not asked:
        yield Message.organization == organization
        return
    async for part in _parts(organization, asked, before):
        yield part


async def _parts(
    organization: uuid.UUID, asked: list[Term], before: uuid.UUID
) -> AsyncIterator[Combinable]:
    segments = await statements.segments(organization, before)
    if not segments:
        yield _holds(asked)
        return
    if before > segments[0].last:
        yield (Message.id > segments[0].last) & _holds(asked)
    changes = await _changed(organization)
    spelt = [
        [[[*map(Spot, needed(piece.strip("\n")))] for piece in way] for way in term]
        for term in asked
    ]
    ids: list[uuid.UUID] = []
    for window in _windows(segments):
        low, high = window[-1].after, window[0].last
        may = await _candidates(window, spelt)
        blocks = sum(each.bit_count() for each in may)
        if blocks > DENSE * bits.BLOCKS * len(window):
            if ids:
                yield Message.id.is_in(ids)
                ids = []
            yield (Message.id > low) & (Message.id <= high) & _holds(asked)
            continue
        ranges = await _ranges(window, may)
        ranges += [(uuid.UUID(int=id.int - 1), id) for id in changes if low < id <= high]
        ranges = [each for each in ranges if each[0] < before]
        for some in _growing(sorted(ranges, reverse=True)):
            ids += sorted(set(await statements.found(organization, some, asked)), reverse=True)
            while len(ids) >= IDS:
                yield Message.id.is_in(ids[:IDS_MAX])
                ids = ids[IDS_MAX:]
    if ids:
        yield Message.id.is_in(ids)


async def _changed(organization: uuid.UUID) -> list[uuid.UUID]:
    query = SearchChange.select(SearchChange.message)
    return await database.values(uuid.UUID, query.where(SearchChange.organization == organization))


def _windows(segments: Sequence[Segment]) -> Iterator[list[Segment]]:
    rest, size = iter(segments), FIRST
    while window := list(islice(rest, size)):
        yield window
        size *= TIMES


def _growing(ranges: Sequence[Range]) -> Iterator[Sequence[Range]]:
    at, size = 0, RANGES
    while at < len(ranges):
        yield ranges[at : at + size]
        at, size = at + size, min(2 * size, RANGES_MAX)


async def _candidates(window: Sequence[Segment], spelt: Spelt) -> list[int]:
    """For each segment the blocks that may have all terms, as bits."""
    spots = [spot for term in spelt for way in term for piece in way for spot in piece]
    ids = {leaf_id(each, spot) for each in window if each.leaves for spot in spots}
    leaves = await statements.leaves(sorted(ids))

    def may(segment: Segment, spot: Spot) -> int:
        leaf = leaves.get(leaf_id(segment, spot))
        # A segment that was made anew meanwhile: every block may have it.
        return bits.look(leaf, spot) if leaf is not None else bits.EVERYWHERE

    found = []
    for segment in window:
        blocks = bits.EVERYWHERE if segment.leaves else 0
        for term in spelt:
            one_way = 0
            for way in term:
                every = blocks
                for spot in (spot for piece in way for spot in piece):
                    every = every and every & may(segment, spot)
                one_way |= every
            blocks = one_way
        found.append(blocks)
    return found


def leaf_id(segment: Segment, spot: Spot) -> int:
    return segment.id * bits.LEAVES_MAX + spot.hash % segment.leaves


async def _ranges(window: Sequence[Segment], may: Sequence[int]) -> list[Range]:
    """The ids of candidate blocks."""
    lasts = await statements.blocks(
        [each.id for each, blocks in zip(window, may, strict=True) if blocks]
    )
    found = []
    for segment, blocks in zip(window, may, strict=True):
        if not blocks:
            continue
        ends = lasts.get(segment.id)
        if ends is None:  # Made anew meanwhile.
            found.append((segment.after, segment.last))
            continue
        starts = [segment.after, *ends[:-1]]
        # What came late with an id after the last block's belongs to it.
        ends[-1] = segment.last
        found += [pair for n, pair in enumerate(zip(starts, ends, strict=True)) if blocks >> n & 1]
    return found
