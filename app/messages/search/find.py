"""Finding messages by words: the newest first, and no further than somebody wants to see them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from itertools import islice

import msgspec
from piccolo.columns.combination import WhereRaw
from piccolo.custom_types import Combinable

from app import database
from app.messages.search import bits, statements
from app.messages.search.bits import Spot
from app.messages.search.statements import EVERY, Range, Segment
from app.reading import uids
from app.reading.grams import answer_gram, needed
from app.reading.search import Term, terms
from app.tables import Message, SearchChange
from app.text import clean_line, folded

QUERY_MAX = 200
FIRST, TIMES = 4, 4
"""Segments looked up at first, and how many times as many each time nothing is enough yet."""
ENOUGH = 4
"""Grams of one piece that are looked up in every segment: more seldom tell anything new."""
DENSE = 0.5
"""Of the blocks; when so many may have it, messages are read one after the other."""
RANGES, RANGES_MAX = 32, 128
"""Blocks that are read at first, and at most, before others get a turn."""
IDS, IDS_MAX = 60, 500
"""Messages of a part while there may be more, and at most: somewhat more than a page shows."""

Spelt = list[list[list[list[Spot]]]]
"""Terms, of each the spellings, of each the pieces, of each the grams."""


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """What messages are found by. With `lines`, one of them is a whole line of the text. `answers`
    are those to the form's own fields, by key. They were left from `since` on, and before
    `until`."""

    q: str = ""
    lines: Sequence[str] = ()
    answers: Mapping[str, str] = {}
    since: dt.datetime | None = None
    until: dt.datetime | None = None

    @property
    def terms(self) -> list[Term]:
        found = wanted(self.q)
        return [*found, [[f"\n{line}\n"] for line in self.lines]] if self.lines else found

    @property
    def dated(self) -> bool:
        return bool(self.since or self.until)

    def ids(self, low: uuid.UUID, high: uuid.UUID) -> Range:
        """What of these ids may have been left then: ids sort by time."""
        if self.since:
            low = max(low, uids.around(self.since, -1))
        return low, min(high, uids.around(self.until, 1)) if self.until else high

    def may_be_in(self, segment: Segment) -> bool:
        """By the time when its messages were left."""
        if segment.earliest is None or segment.latest is None:
            return True
        early = self.since is not None and segment.latest < self.since
        return not (early or (self.until is not None and segment.earliest >= self.until))


def wanted(q: str) -> list[Term]:
    return terms(folded(clean_line(q))[:QUERY_MAX])


def condition(sought: Sought) -> Combinable | None:
    """All at once and without the index, for what is few anyway, but for the time. None for a
    search for nothing."""
    sql, values = statements.holds(sought.terms, sought.answers)
    return WhereRaw(sql.replace("?", "{}"), *values) if sql else None


async def parts(
    organization: uuid.UUID, sought: Sought, *, before: uuid.UUID = EVERY
) -> AsyncIterator[Combinable]:
    """Conditions; each holds for some of the messages found and for no other of the organization's
    before this id, but for the time, newest first. Whoever has enough stops asking. Nor does it
    hold for another organization's."""
    mine, holds = Message.organization == organization, condition(sought)
    if holds is None and not sought.dated:
        yield mine
        return
    async for part in _parts(organization, sought, before, mine if holds is None else mine & holds):
        yield part


async def _parts(
    organization: uuid.UUID, sought: Sought, before: uuid.UUID, holds: Combinable
) -> AsyncIterator[Combinable]:
    segments = await statements.segments(organization, before)
    if not segments:
        yield holds
        return
    if before > segments[0].last:
        yield (Message.id > segments[0].last) & holds
    changes = await _changed(organization, before, segments[0].last)
    segments = [each for each in segments if sought.may_be_in(each)]
    words, answers = await _telling(segments[:FIRST], _words(sought)), _answers(sought)
    ids: list[uuid.UUID] = []
    for window in _windows(segments):
        low, high = window[-1].after, window[0].last
        may = await _candidates(window, words, answers)
        blocks = sum(each.bit_count() for each in may)
        dense = blocks > DENSE * bits.BLOCKS * len(window)
        # A change is read with the window that it is in, or with the next older one.
        alone = [id for id in changes if id > (high if dense else low)]
        changes = [id for id in changes if id <= low]
        ranges = [] if dense else await _ranges(window, may)
        ranges += [(uuid.UUID(int=id.int - 1), id) for id in alone]
        ranges = [sought.ids(*each) for each in ranges if each[0] < before]
        for some in _growing(sorted(ranges, reverse=True)):
            ids += await _found(organization, some, sought)
            while len(ids) >= IDS:
                yield Message.id.is_in(ids[:IDS_MAX])
                ids = ids[IDS_MAX:]
        if dense:
            if ids:
                yield Message.id.is_in(ids)
                ids = []
            first, last = sought.ids(low, high)
            yield (Message.id > first) & (Message.id <= last) & holds
    ids += await _found(organization, [(uuid.UUID(int=id.int - 1), id) for id in changes], sought)
    if ids:
        yield Message.id.is_in(ids)


async def _found(
    organization: uuid.UUID, ranges: Sequence[Range], sought: Sought
) -> list[uuid.UUID]:
    if not ranges:
        return []
    found = await statements.found(organization, ranges, sought.terms, sought.answers)
    return sorted(set(found), reverse=True)


def _words(sought: Sought) -> Spelt:
    return [
        [[[*map(Spot, needed(piece.strip("\n")))] for piece in way] for way in term]
        for term in sought.terms
    ]


def _answers(sought: Sought) -> Spelt:
    return [[[[Spot(answer_gram(*each))]]] for each in sought.answers.items()]


async def _changed(organization: uuid.UUID, before: uuid.UUID, last: uuid.UUID) -> list[uuid.UUID]:
    """Those that are in a segment, newest first."""
    query = SearchChange.select(SearchChange.message)
    query = query.where(SearchChange.organization == organization, SearchChange.message <= last)
    found = await database.values(uuid.UUID, query.where(SearchChange.message < before))
    return sorted(set(found), reverse=True)


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


async def _telling(window: Sequence[Segment], words: Spelt) -> Spelt:
    """Of each piece the grams that the fewest blocks of these segments may have."""
    if all(len(piece) <= ENOUGH for term in words for way in term for piece in way):
        return words
    may = await _looked_up(window, words)

    def blocks(spot: Spot) -> int:
        return sum(may(each, spot).bit_count() for each in window if each.leaves)

    return [
        [[sorted(piece, key=blocks)[:ENOUGH] for piece in way] for way in term] for term in words
    ]


async def _candidates(window: Sequence[Segment], words: Spelt, answers: Spelt) -> list[int]:
    """For each segment the blocks that may have all terms and answers, as bits."""
    may, found = await _looked_up(window, words + answers), []
    for segment in window:
        blocks = bits.EVERYWHERE if segment.leaves else 0
        for term in words + answers if segment.earliest else words:
            one_way = 0
            for way in term:
                every = blocks
                for spot in (spot for piece in way for spot in piece):
                    every = every and every & may(segment, spot)
                one_way |= every
            blocks = one_way
        found.append(blocks)
    return found


async def _looked_up(window: Sequence[Segment], spelt: Spelt) -> Callable[[Segment, Spot], int]:
    """What says which blocks of a segment may have a gram."""
    spots = [spot for term in spelt for way in term for piece in way for spot in piece]
    ids = {leaf_id(each, spot) for each in window if each.leaves for spot in spots}
    leaves = await statements.leaves(sorted(ids)) if ids else {}

    def may(segment: Segment, spot: Spot) -> int:
        leaf = leaves.get(leaf_id(segment, spot))
        # A segment that was made anew meanwhile: every block may have it.
        return bits.look(leaf, spot) if leaf is not None else bits.EVERYWHERE

    return may


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
        last = len(ends) // bits.END - 1
        for n in (n for n in range(last + 1) if blocks >> n & 1):
            low = bits.end(ends, n - 1) if n else segment.after
            # What came late with an id after the last block's belongs to it.
            found.append((low, bits.end(ends, n) if n < last else segment.last))
    return found
