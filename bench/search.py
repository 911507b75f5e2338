"""Searching among many messages: how long it takes, how large the index is, and what it costs those
who leave messages meanwhile.

python -m bench.search [count] [times] [sqlite|postgres]

With `times`, so many copies of all messages and of their index are searched: to make a million anew
takes longer than all that is measured.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import statistics
import sys
import tempfile
import time
import uuid
from bisect import bisect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec
import uvloop
from pypinyin.phrases_dict import phrases_dict

from app import database, messages
from app.fields.check import Answers
from app.messages import Visit, Wanted, search
from app.messages.search import bits, segments, statements
from app.people import organizations
from app.reading import phones
from app.tables import Message, Organization, SearchSegment, new_id
from app.tables.base import now
from bench.drain import opened
from tests.servers import PostgresServer

MS_GOAL, SIZE_GOAL, INTAKE_GOAL = 100, 0.6, 0.9
AT_ONCE = 5000
VISITORS = 32
ROUNDS, ROUND_SECONDS = 10, 1.0
ELSEWHERE = 10
"""Every tenth message is another organization's."""
SENTENCES = (
    *("你好，我想咨询一下{}的价格", "请问{}什么时候可以发货", "{}坏了，怎么维修？"),
    *("我想了解{}和{}的区别，请尽快联系我", "订单{}还没有收到", "可以开发票吗，抬头是{}有限公司"),
    *("产品{}的质量问题，需要退货", "你们{}有没有优惠活动", "需要批发{}，请报价"),
    *("麻烦给我回个电话，关于{}", "{}，{}，{}", "上次说的{}现在怎么样了，{}也要一起"),
)
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘单解仇查"
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国红梅志文海波鹏飞宇浩欣怡子涵轩雨思远"
)
CATEGORIES = ("产品咨询", "售后服务", "商务合作", "投诉建议")
MAILS = ("qq.com", "163.com", "126.com", "gmail.com", "foxmail.com")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Words:
    """Words of a dictionary, a few of them often and most seldom, as in any language."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.known = sorted(word for word in phrases_dict if 2 <= len(word) <= 4)
        random.Random(1).shuffle(self.known)
        self._sums = list(itertools.accumulate(1 / (n + 20) for n in range(len(self.known))))

    def word(self) -> str:
        return self.known[bisect(self._sums, self.random.random() * self._sums[-1])]

    def content(self) -> str:
        said = (self.random.choice(SENTENCES) for _ in range(self.random.choice((1, 1, 2, 3, 5))))
        return "，".join(
            each.format(*(self.word() for _ in range(each.count("{}")))) for each in said
        )

    def name(self) -> str:
        given = (self.random.choice(GIVEN) for _ in range(self.random.choice((1, 2, 2))))
        return self.random.choice(SURNAMES) + "".join(given)

    def phone(self) -> str:
        return (
            f"{self.random.choice(('138', '139', '186', '150'))}{self.random.randrange(10**8):08}"
        )

    def email(self) -> str:
        local = "".join(self.random.choices(LETTERS, k=self.random.randint(3, 9)))
        return f"{local}{self.random.randrange(10**4)}@{self.random.choice(MAILS)}"


class Row(msgspec.Struct, kw_only=True):
    """What differs between messages; the rest has defaults in the database."""

    id: uuid.UUID
    organization: uuid.UUID
    reference: str
    shown_reference: str
    submission_id: str
    name: str
    phone: str
    email: str
    content: str
    category: str
    fields: str
    created_at: object
    external_id: str = ""
    written: str = "{}"
    note: str = ""
    labels: str = "{}"
    consents: str = "[]"
    source: str = "web_chat"
    user_agent: str = (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari"
    )
    page_url: str = "https://shop.example/products/pricing"
    ip: str = "203.0.113.9"
    search: str = ""


COLUMNS = [getattr(Message, name) for name in Row.__struct_fields__]


def row(words: Words, organization: uuid.UUID, number: int) -> Row:
    fields = {"order": f"A-{number:07}"} if number % 3 == 0 else {}
    made = Row(
        id=new_id(),
        organization=organization,
        reference=f"LM-{number:06}",
        shown_reference=f"LM-{number:06}",
        submission_id=f"bench-{number}",
        name=words.name(),
        phone=words.phone(),
        email=words.email() if number % 2 else "",
        content=words.content(),
        category=words.random.choice(CATEGORIES),
        fields=msgspec.json.encode(fields).decode(),
        created_at=now(),
    )
    made.search = search.search_text(made)
    return made


async def fill(org: Organization, other: Organization, count: int) -> None:
    words = Words(7)
    for begin in range(0, count, AT_ONCE):
        numbers = range(begin, min(begin + AT_ONCE, count))
        rows = [
            row(words, (other if number % ELSEWHERE == 0 else org).id, number) for number in numbers
        ]
        async with database.transaction():
            await database.insert(COLUMNS, rows)
        await asyncio.sleep(0)
    for each in (org, other):
        stored = await Message.count().where(Message.organization == each.id)
        await Organization.update({Organization.messages: stored}).where(Organization.id == each.id)
    if not isinstance(database.engine(), database.SQLite):
        await database.execute("VACUUM ANALYZE message")


async def index() -> float:
    """All of it, without the usual rests."""
    began = time.perf_counter()
    with mock.patch.multiple(segments, REST=0, BUSY_REST=0):
        tending = segments.Tending()
        while await tending.step():
            pass
    return time.perf_counter() - began


async def size() -> tuple[int, int]:
    """Bytes of the texts, and of everything in the database."""
    if isinstance(database.engine(), database.SQLite):
        text = await database.value(int, "SELECT sum(length(CAST(search AS BLOB))) FROM message")
        whole = await database.value(
            int,
            "SELECT (p.page_count - f.freelist_count) * s.page_size FROM pragma_page_count() p,"
            " pragma_freelist_count() f, pragma_page_size() s",
        )
        return text or 0, whole or 0
    text = await database.value(int, "SELECT sum(octet_length(search))::bigint FROM message")
    tables = ("search_segment", "search_leaf", "search_change")
    parts = " + ".join(f"pg_total_relation_size('{table}')" for table in tables)
    return text or 0, await database.value(int, f"SELECT {parts}") or 0


async def multiply(org: Organization, other: Organization, times: int) -> None:
    """Copies, each with later ids than the one before: UUIDv7 begins with the time."""
    for each in (org, other):
        query = Organization.select(Organization.searched).where(Organization.id == each.id)
        last = await database.value(uuid.UUID, query) or statements.NONE
        await Message.delete().where(Message.organization == each.id, Message.id > last)
    begin = int(str(new_id())[:4], 16)
    heads = await SearchSegment.select().order_by(SearchSegment.id)
    step = heads[-1]["id"] + 1
    ends = {each["organization"]: each["last"] for each in heads}
    for n in range(1, times):
        await _copy_messages(f"{begin:04x}", f"{begin + n:04x}", n)
        moved = [_moved(head, f"{begin + n:04x}", step * n) for head in heads]
        for head in moved:
            owner = head["organization"]
            head["after"], ends[owner] = ends[owner], head["last"]
        await SearchSegment.insert(*(SearchSegment(**head) for head in moved))
        await database.execute(
            "INSERT INTO search_leaf (id, segment, bits)"
            f" SELECT id + {step * n * bits.LEAVES_MAX}, segment + {step * n}, bits"
            f" FROM search_leaf WHERE segment < {step}"
        )
    if not isinstance(database.engine(), database.SQLite):
        await database.execute("VACUUM ANALYZE")


async def _copy_messages(first: str, sign: str, n: int) -> None:
    names = [column._meta.db_column_name for column in Message._meta.columns]
    said = {name: f"{name} || '-{n}'" for name in ("reference", "submission_id")}
    if isinstance(database.engine(), database.SQLite):
        said["id"], only = f"'{sign}' || substr(id, 5)", f"substr(id, 1, 4) = '{first}'"
    else:
        said["id"] = f"('{sign}' || substr(id::text, 5))::uuid"
        only = f"substr(id::text, 1, 4) = '{first}'"
    taken = ", ".join(said.get(name, name) for name in names)
    sql = f"INSERT INTO message ({', '.join(names)}) SELECT {taken} FROM message WHERE {only}"
    await database.execute(sql)


def _moved(head: dict[str, Any], sign: str, shift: int) -> dict[str, Any]:
    """A segment of the copy."""
    ends = [head["blocks"][at : at + 16] for at in range(0, len(head["blocks"]), 16)]
    return {
        **head,
        "id": head["id"] + shift,
        "last": uuid.UUID(sign + str(head["last"])[4:]),
        "blocks": b"".join(bytes.fromhex(sign) + end[2:] for end in ends),
    }


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


async def timed(org: Organization, q: str, cursor: str = "") -> float:
    began = time.perf_counter()
    await messages.inbox(org.id, Wanted(q=q), limit=50, cursor=cursor)
    return 1000 * (time.perf_counter() - began)


async def searches(org: Organization, count: int, asked: int) -> None:
    words = Words(11)
    middle = Message.select(Message.id).where(Message.organization == org.id)
    middle = middle.order_by(Message.id).offset(count // 2).limit(1)
    deep = str(await database.value(uuid.UUID, middle) or "")
    listed = sorted([await timed(org, "") for _ in range(asked)])
    print(f"  {'no search':40} p50 {statistics.median(listed):6.1f} ms", flush=True)
    for what, ask in queries(words, count).items():
        for cursor in ("", deep) if what.startswith("rare word") else ("",):
            taken = sorted([await timed(org, ask(), cursor) for _ in range(asked)])
            p50, p95 = statistics.median(taken), taken[int(0.95 * (len(taken) - 1))]
            verdict = "reached" if p95 <= MS_GOAL else "MISSED"
            name = f"{what}, deep page" if cursor else what
            print(f"  {name:40} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   ({verdict})", flush=True)


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


async def measure(name: str, url: str, count: int, times: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Path(folder), url) as org:
            print(f"{name}: {count} messages, a tenth of another organization", flush=True)
            other = await organizations.create("other", "Other")
            began = time.perf_counter()
            await fill(org, other, count)
            print(f"  filled in {time.perf_counter() - began:.0f} s", flush=True)
            await intake(org)
            await database.execute("DELETE FROM search_segment")
            await Organization.update({Organization.searched: None}, force=True)
            before = (await size())[1]
            seconds = await index()
            text, after = await size()
            used = after - (before if not url else 0)
            made = await SearchSegment.count()
            print(
                f"  indexed in {seconds:.0f} s without rests, {made} segments,"
                f" {used / 2**20:.0f} MB for {text / 2**20:.0f} MB of text, {used / text:.2f}"
                f" (goal {SIZE_GOAL}: {'reached' if used / text <= SIZE_GOAL else 'MISSED'})",
                flush=True,
            )
            if url:
                await database.execute("VACUUM ANALYZE")
            if times > 1:
                await multiply(org, other, times)
                print(f"  {times} times as many, by copies of all and of their index", flush=True)
            await searches(org, count * times, asked=40)


async def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    times = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    wanted = sys.argv[3:] or ["sqlite", "postgres"]
    if "sqlite" in wanted:
        await measure("sqlite", "", count, times)
    if "postgres" in wanted:
        server = PostgresServer().start()
        try:
            await measure("postgres", await server.create(), count, times)
        finally:
            server.stop()


if __name__ == "__main__":
    uvloop.run(main())
