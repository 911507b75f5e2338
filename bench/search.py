"""Searching among many messages: how long it takes, how large the index is, and what it costs those
who leave messages meanwhile.

python -m bench.search [count] [sqlite|postgres] [--keep FOLDER]
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock

import msgspec
import uvloop

from app import database, messages
from app.fields.check import Answers
from app.messages import Visit, Wanted
from app.messages.search import segments
from app.reading import phones
from app.tables import Organization, new_id
from bench.filled import BASE, OFTEN, RARE, Filled, arguments, filled, index, moment_of
from bench.timing import timed
from bench.words import Words

MS_GOAL, SIZE_GOAL, INTAKE_GOAL = 100, 0.6, 0.9
DEEP = ("rare word of two characters", "two characters, no hit", "word in every other message")
VISITORS = 32
ROUNDS, ROUND_SECONDS = 10, 1.0
SMALL = 20_000
"""Messages of the database where some are left."""


async def size() -> tuple[int, int]:
    """Bytes of the texts, and of their index."""
    if isinstance(database.engine(), database.SQLite):
        text = await database.value(int, "SELECT sum(length(CAST(search AS BLOB))) FROM message")
        used = (
            "SELECT sum(d.pgsize) FROM sqlite_schema s CROSS JOIN dbstat d ON d.name = s.name"
            " AND d.aggregate = TRUE WHERE s.tbl_name LIKE 'search\\_%' ESCAPE '\\'"
        )
        return text or 0, await database.value(int, used) or 0
    text = await database.value(int, "SELECT sum(octet_length(search))::bigint FROM message")
    tables = ("search_segment", "search_leaf", "search_change")
    parts = " + ".join(f"pg_total_relation_size('{table}')" for table in tables)
    return text or 0, await database.value(int, f"SELECT {parts}") or 0


def queries(words: Words, count: int) -> dict[str, Callable[[], str]]:
    chosen = words.random
    tail = [word for word in words.known[3000:] if len(word) == 2]
    odd = "龘靐齉爨麤犇羴鱻骉飝厵淼焱垚"
    return {
        "rare word of two characters": lambda: chosen.choice(tail),
        "two characters, no hit": lambda: chosen.choice(odd) + chosen.choice(odd),
        "two usual characters, no hit": lambda: (
            chosen.choice("咨价发订") + chosen.choice("们吗样话")
        ),
        "word in every other message": lambda: chosen.choice(("咨询", "价格", "请问", "发货")),
        "one character, frequent": lambda: chosen.choice("的请价我"),
        "one character, rare": lambda: chosen.choice(odd),
        "last four digits of a phone": lambda: f"{chosen.randrange(10**4):04}",
        "last eight digits of a phone": lambda: f"{chosen.randrange(10**8):08}",
        "name": words.name,
        "name in pinyin": lambda: chosen.choice(("zhangwei", "shanfang", "qiuyuxuan", "li mei")),
        "initials": lambda: chosen.choice(("zw", "sf", "qyx", "wzm", "lmj")),
        "own field": lambda: f"a-{chosen.randrange(count) // 3 * 3:07}",
        "two terms": lambda: f"{chosen.choice(('咨询', '发货'))} {chosen.choice(tail)}",
        "a whole sentence": lambda: words.content()[:60],
    }


def narrowed(data: Filled) -> dict[str, Wanted]:
    """Words together with a filter."""
    middle = moment_of(0, data.count // BASE // 2)
    day = moment_of(2000) - moment_of(0)
    return {
        "a usual word in spam": Wanted(q="咨询", status="spam"),
        "a usual word, tag seldom": Wanted(q="咨询", tag=RARE),
        "a usual word, category never": Wanted(q="咨询", category="没有"),
        "a usual word, a day in the middle": Wanted(q="咨询", since=middle, until=middle + day),
        "a usual word, before all": Wanted(q="咨询", until=moment_of(0)),
        "a usual word, own field seldom": Wanted(q="咨询", answers={"size": "XL"}),
        "a usual word, high and tagged, never": Wanted(q="咨询", priority="high", tag=OFTEN),
    }


async def searches(data: Filled) -> None:
    words = Words(11)
    deep = str(data.middle[1])

    async def ask_for(what: str, ask: Callable[[], Wanted], cursor: str = "") -> None:
        async def page() -> None:
            wanted = msgspec.structs.replace(ask(), repeats=False)
            await messages.inbox(data.org.id, wanted, limit=50, cursor=cursor)

        await timed(what, MS_GOAL, page, data.server)

    for what, ask in queries(words, data.count).items():

        def searched(ask: Callable[[], str] = ask) -> Wanted:
            return Wanted(q=ask())

        await ask_for(what, searched)
        if what in DEEP:
            await ask_for(f"{what}, deep", searched, deep)
    for what, wanted in narrowed(data).items():

        def same(wanted: Wanted = wanted) -> Wanted:
            return wanted

        await ask_for(what, same)


@contextmanager
def as_before() -> Iterator[None]:
    """Texts without pinyin and keys of contacts."""
    with (
        mock.patch("app.messages.search.text.contact_lines", return_value=[]),
        mock.patch("app.reading.pinyin.spellings", return_value=()),
    ):
        yield


async def rate(org: Organization, words: Words) -> tuple[float, float]:
    """Messages a second, and microseconds of this process's processor for each."""
    stored = 0
    began, worked = time.perf_counter(), time.process_time()

    async def visitor() -> None:
        nonlocal stored
        while time.perf_counter() - began < ROUND_SECONDS:
            answers = Answers(content=words.content(), name=words.name(), phone=words.phone())
            # A submission's check has read it, whatever is indexed.
            phones.keys(answers.phone)
            await messages.leave(org, answers, Visit(ip="192.0.2.1"), submission_id=str(new_id()))
            stored += 1

    await asyncio.gather(*(visitor() for _ in range(VISITORS)))
    cost = (time.process_time() - worked) / stored
    return stored / (time.perf_counter() - began), cost * 1e6


async def _tend() -> None:
    tending = segments.Tending()
    while True:
        if not await tending.step():
            await asyncio.sleep(1)


async def intake(org: Organization) -> None:
    """By turns without any index and with one that has a backlog and so is always at work."""
    words, without, having = Words(13), [], []
    for _ in range(ROUNDS):
        with as_before():
            without.append(await rate(org, words))
        work = asyncio.create_task(_tend())
        having.append(await rate(org, words))
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
    ratio = statistics.median(b[0] / a[0] for a, b in zip(without, having, strict=True))
    costs = [statistics.median(cost for _, cost in each) for each in (without, having)]
    print(
        f"  messages left: {ratio:.2f} times as many a second while an index is made as without one"
        f" (goal {INTAKE_GOAL}: {'reached' if ratio >= INTAKE_GOAL else 'MISSED'}); each takes"
        f" {costs[0]:.0f} and {costs[1]:.0f} µs of processor: {costs[0] / costs[1]:.2f}",
        flush=True,
    )


async def beside(name: str) -> None:
    """What an index costs those who leave messages, in a database of its own."""
    async with filled(name, SMALL) as data:
        await database.execute("DELETE FROM search_segment")
        await Organization.update({Organization.searched: None}, force=True)
        await intake(data.org)
        print(f"  indexed in {await index():.0f} s without rests", flush=True)


async def main() -> None:
    asked = arguments(__doc__, count=1_000_000)
    for name in asked.only:
        if not asked.keep:
            await beside(name)
        async with filled(name, asked.count, asked.keep) as data:
            print(f"{name}, load {os.getloadavg()[0]:.1f}", flush=True)
            text, used = await size()
            print(
                f"  {used / 2**20:.0f} MB of index for {text / 2**20:.0f} MB of text,"
                f" {used / text:.2f} (goal {SIZE_GOAL}:"
                f" {'reached' if used / text <= SIZE_GOAL else 'MISSED'})",
                flush=True,
            )
            await searches(data)


if __name__ == "__main__":
    uvloop.run(main())
