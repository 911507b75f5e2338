"""The work behind the search: texts of older versions renewed, segments made, and made anew where
messages were changed or deleted.

Never within a submission. What is not in a segment yet is read by every search, so to be late costs
time and never a hit. One worker at a time does it, a little at a time.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import time
import uuid
from collections.abc import Sequence

import msgspec

from app import database, instance
from app.messages.search import statements
from app.messages.search.bits import BLOCKS, LEAVES_MAX, Bits
from app.messages.search.statements import NONE, Text, Waiting
from app.messages.search.text import outdated, write
from app.messages.stored import STORED, Stored
from app.people import organizations
from app.reading.grams import answer_gram, grams
from app.tables import Instance, Message, Organization, SearchChange, SearchLeaf, SearchSegment

BLOCK = 64
"""Messages of a block."""
BLOCK_CHARACTERS = 12_000
"""A block of long messages ends earlier: it would have every gram."""
SEGMENT = BLOCK * BLOCKS
WORKER, TEXTS = "search worker", "search texts"
"""Names of facts of the installation: who does this work, and how far the texts are renewed."""
VERSION = 1
"""Of the texts: with another one, all are renewed."""
RENEWED, COMPARED = 500, 20
"""Messages whose texts are renewed in one transaction, and compared between two rests."""
LEASE = dt.timedelta(minutes=5)
"""After this another worker takes over from one that died."""
TAKEN_SECONDS = 60.0
"""How long a worker does not ask whether it still is the one: each of its transactions does."""
CHANGES_MAX = 64
"""Changed messages of one segment that every search reads besides."""
CHANGED_FOR = dt.timedelta(days=1)
COUNTED_EVERY_SECONDS = 600.0
AT_ONCE = 50
"""Organizations of which it is counted at a time what is in no segment."""
WORK_SECONDS, REST, BUSY_REST = 0.004, 9, 60
"""How long it keeps others waiting at a time, and how many times as long it rests then, also while
they are busy: that is the share of the processor that it may take from submissions."""
LATE_SECONDS = 0.005
"""A rest that ends so late shows that they are."""
ME = uuid.uuid4().hex


class Lost(Exception):
    """Another worker has taken over."""


class Pace:
    """Short pieces of work and long rests."""

    busy = True

    def __init__(self) -> None:
        self._since = time.perf_counter()

    async def rest(self) -> None:
        began = time.perf_counter()
        worked = began - self._since
        if worked > WORK_SECONDS:
            rest = worked * (BUSY_REST if Pace.busy else REST)
            await asyncio.sleep(rest)
            self._since = time.perf_counter()
            Pace.busy = self._since - began - rest > LATE_SECONDS


class Tending:
    """Remembers when it last looked for what is seldom, and whether it is the one that works."""

    def __init__(self) -> None:
        self._counted = -COUNTED_EVERY_SECONDS
        self._taken = -TAKEN_SECONDS
        self._turn = 0

    async def step(self) -> bool:
        """Does one piece of the work; whether there may be more."""
        if time.monotonic() - self._taken > TAKEN_SECONDS:
            if not await _take():
                return False
            self._taken = time.monotonic()
        try:
            return await self._step()
        except Lost:
            self._taken = -TAKEN_SECONDS
            return False

    async def _step(self) -> bool:
        if await renew_some():
            return True
        organization = await statements.crowded(await self._some(), SEGMENT)
        if organization is not None:
            return await seal(organization)
        waiting = await self._waiting()
        if waiting is None:
            return False
        await make_anew(waiting)
        return True

    async def _some(self) -> list[uuid.UUID]:
        """Large organizations by turns: to count what waits reads up to a segment of each."""
        found = await organizations.large(SEGMENT)
        if self._turn >= len(found):
            self._turn = 0
        self._turn += AT_ONCE
        return found[self._turn - AT_ONCE : self._turn]

    async def _waiting(self) -> Waiting | None:
        before = await database.now() - CHANGED_FOR
        found = await statements.changed_segment(CHANGES_MAX, before)
        if found is None and time.monotonic() - self._counted > COUNTED_EVERY_SECONDS:
            found = await statements.miscounted_segment()
            if found is None:
                await _forget()
                self._counted = time.monotonic()
        return found


async def _take() -> bool:
    """Whether this worker is the one that does the work."""
    await instance.write(WORKER, ME, keep=True)
    now = await database.now()
    query = Instance.update({Instance.value: ME, Instance.at: now}).where(
        Instance.name == WORKER, (Instance.value == ME) | (Instance.at < now - LEASE)
    )
    return bool(await query.returning(Instance.name))


async def _still() -> None:
    """In the transaction of each change: nobody else makes one meanwhile. Raises Lost."""
    query = Instance.update({Instance.at: await database.now()})
    query = query.where(Instance.name == WORKER, Instance.value == ME)
    if not await query.returning(Instance.name):
        raise Lost


class Renewed(msgspec.Struct):
    version: int = 0
    after: uuid.UUID = NONE
    done: bool = False


async def renew_some() -> bool:
    """The texts of messages that older versions stored; False when all are renewed."""
    fact = await instance.read(TEXTS)
    state = msgspec.json.decode(fact.value, type=Renewed) if fact else Renewed()
    if state.version != VERSION:
        state = Renewed(VERSION)
    if state.done:
        return False
    pace = Pace()
    query = Message.select(*STORED).where(Message.id > state.after).order_by(Message.id)
    rows = await database.rows(Stored, query.limit(RENEWED))
    texts: list[tuple[Stored, str]] = []
    for at in range(0, len(rows), COMPARED):
        texts += await outdated(rows[at : at + COMPARED])
        await pace.rest()
    after = rows[-1].id if rows else state.after
    state = Renewed(VERSION, after, done=len(rows) < RENEWED)
    async with database.transaction():
        await _still()
        await write(texts)
        await instance.write(TEXTS, msgspec.json.encode(state).decode())
    await pace.rest()
    return True


class Made(msgspec.Struct):
    """A segment that is ready to be written."""

    organization: uuid.UUID
    after: uuid.UUID
    blocks: list[uuid.UUID]
    messages: int
    leaves: Sequence[bytes]
    changes: list[uuid.UUID]
    earliest: dt.datetime | None = None
    latest: dt.datetime | None = None

    def add(self, rows: Sequence[Text]) -> None:
        """One more block."""
        times = [row.created_at for row in rows]
        self.blocks.append(rows[-1].id)
        self.messages += len(rows)
        self.earliest = min([*times, self.earliest] if self.earliest else times)
        self.latest = max([*times, self.latest] if self.latest else times)


async def seal(organization: uuid.UUID) -> bool:
    """Puts an organization's oldest messages that are in no segment into one; whether it did."""
    query = Organization.select(Organization.searched).where(Organization.id == organization)
    after = await database.value(uuid.UUID, query) or NONE
    made = await _make(organization, after, statements.EVERY, BLOCK)
    last = made.blocks[-1]
    async with database.transaction():
        await _still()
        await _write(made, last)
        # Takes the row that every submission takes: those that come later see how far it goes.
        await Organization.update({Organization.searched: last}).where(
            Organization.id == organization
        )
        if await statements.count(organization, after, last) == made.messages:
            return True
        raise Lost  # One came or went meanwhile: the next time.


async def make_anew(old: Waiting) -> None:
    """As its messages are now."""
    total = await statements.count(old.organization, old.after, old.last)
    size = max(1, -(-total // BLOCKS))
    made = await _make(old.organization, old.after, old.last, size)
    async with database.transaction():
        await _still()
        await SearchSegment.delete().where(SearchSegment.id == old.id)
        await _write(made, old.last)


async def _make(organization: uuid.UUID, after: uuid.UUID, last: uuid.UUID, size: int) -> Made:
    """From at most BLOCKS times `size` messages between these ids."""
    changes = await database.values(
        uuid.UUID,
        SearchChange.select(SearchChange.id).where(SearchChange.organization == organization),
    )
    made = Made(organization, after, [], 0, (), changes)
    index, length, pace = Bits(), 0, Pace()
    open_ended = last == statements.EVERY
    while len(made.blocks) < BLOCKS:
        start = made.blocks[-1] if made.blocks else after
        rows = await statements.texts(organization, start, last, size)
        if open_ended:
            rows = _short(rows)
        if not rows:
            break
        index.add(len(made.blocks), _grams(rows))
        length += sum(len(row.search.encode()) for row in rows)
        made.add(rows)
        await pace.rest()
    for made.leaves in index.leaves(length):
        await pace.rest()
    return made


def _grams(rows: Sequence[Text]) -> set[str]:
    found = grams("\n".join(row.search for row in rows))
    for row in rows:
        answers = msgspec.json.decode(row.fields, type=dict[str, str])
        found.update(answer_gram(*each) for each in answers.items())
    return found


def _short(rows: Sequence[Text]) -> list[Text]:
    """As many as make a block, at least one."""
    kept: list[Text] = []
    length = 0
    for row in rows:
        length += len(row.search)
        if kept and length > BLOCK_CHARACTERS:
            break
        kept.append(row)
    return kept


async def _write(made: Made, last: uuid.UUID) -> None:
    newest = SearchSegment.select(SearchSegment.id).order_by(SearchSegment.id, ascending=False)
    number = (await database.value(int, newest.limit(1)) or 0) + 1
    blocks = b"".join(each.bytes for each in made.blocks)
    leaves = made.leaves if made.blocks else ()
    segment = _Segment(
        id=number,
        organization=made.organization,
        after=made.after,
        last=last,
        blocks=blocks,
        messages=made.messages,
        leaves=len(leaves),
        earliest=made.earliest,
        latest=made.latest,
    )
    await database.insert(_SEGMENT, [segment])
    rows = [_Leaf(number * LEAVES_MAX + n, number, leaf) for n, leaf in enumerate(leaves)]
    await database.insert(_LEAF, rows)
    await statements.forget_these(made.changes, made.after, last)


async def _forget() -> None:
    """Changes of messages that are in no segment, so that they do not pile up."""
    async with database.transaction():
        await _still()
        await statements.forget(await database.now() - CHANGED_FOR)


class _Segment(msgspec.Struct, kw_only=True):
    id: int
    organization: uuid.UUID
    after: uuid.UUID
    last: uuid.UUID
    blocks: bytes
    messages: int
    leaves: int
    earliest: dt.datetime | None
    latest: dt.datetime | None


class _Leaf(msgspec.Struct):
    id: int
    segment: int
    bits: bytes


_SEGMENT = (
    SearchSegment.id,
    SearchSegment.organization,
    SearchSegment.after,
    SearchSegment.last,
    SearchSegment.blocks,
    SearchSegment.messages,
    SearchSegment.leaves,
    SearchSegment.earliest,
    SearchSegment.latest,
)
_LEAF = (SearchLeaf.id, SearchLeaf.segment, SearchLeaf.bits)
