"""Searching with an index finds what reading every message finds, in small segments here."""

from __future__ import annotations

import datetime as dt
import importlib
import uuid
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app import database, messages
from app.messages import remarks, search
from app.messages.search import find, segments
from app.messages.search.bits import LEAVES_MAX, Spot, look
from app.messages.stored import Stored
from app.reading import uids as uids_of
from app.tables import Message, Organization, SearchChange, SearchLeaf, SearchSegment, new_id
from tests.app.messages.conftest import Leave

PIECES = st.sampled_from(
    [
        *("价格", "发货", "张三", "价", "格", "退", "的", "zhang", "san", "Ab", "ab", "STRASSE"),
        *("ß", "13800138000", "8000", "138", "0", " ", "  ", "\n", "😀", "👨‍👩‍👧", "é", "e\u0301"),
        *("%", "_", "\\", "'", '"', "*", "(", ")", "NEAR", "AND", "NOT", "^", "-", ":", "{", "?"),
        *(
            "ａｂ",
            "１２",
            "한국어",
            "日本",
            "кот",
            "عربي",
            "lm-8xftsh",
            "@",
            ".com",
            "\u200b",
            "㍿",
        ),
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=3), max_size=8).map("".join)


@pytest.fixture
async def small(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Segments of four blocks of two messages, and no rest."""
    await database.execute("DELETE FROM instance WHERE name LIKE 'search%'")
    for name, value in {"BLOCK": 2, "SEGMENT": 8, "REST": 0, "BLOCKS": 4}.items():
        monkeypatch.setattr(segments, name, value)


async def index() -> None:
    tending = segments.Tending()
    while await tending.step():
        pass


def message(org: Organization, n: int, text: str, **more: Any) -> Message:
    """As it is stored, with no other text than this one."""
    row = Message(id=new_id(), organization=org.id, content=text, reference=f"R{n}", **more)
    row.shown_reference, row.submission_id = row.reference, f"put {row.id}"
    row.search = search.search_text(msgspec.convert(row.to_dict(), Stored))
    return row


async def put(org: Organization, *texts: str) -> list[Message]:
    return await store(org, [message(org, n, text) for n, text in enumerate(texts)])


async def store(org: Organization, rows: list[Message]) -> list[Message]:
    async with database.transaction():
        if rows:
            await Message.insert(*rows)
        count = {Organization.messages: Organization.messages + len(rows)}
        await Organization.update(count).where(Organization.id == org.id)
    return rows


async def by_index(org: Organization, q: str) -> list[uuid.UUID]:
    found: list[uuid.UUID] = []
    async for part in search.parts(org.id, search.Sought(q=q)):
        query = Message.select(Message.id).where(Message.organization == org.id, part)
        found += await database.values(uuid.UUID, query.order_by(Message.id, ascending=False))
    return found


async def by_reading(org: Organization, q: str) -> list[uuid.UUID]:
    query = Message.select(Message.id).where(Message.organization == org.id)
    condition = search.condition(search.Sought(q=q))
    query = query.where(condition) if condition is not None else query
    return await database.values(uuid.UUID, query.order_by(Message.id, ascending=False))


async def contents(org: Organization, q: str, *, limit: int = 50, **more: Any) -> list[str]:
    page = await messages.inbox(org.id, messages.Wanted(q=q, **more), limit=limit)
    return [row.content for row in page.items]


async def uids(org: Organization, q: str) -> list[str]:
    return [row.uid for row in (await messages.inbox(org.id, messages.Wanted(q=q))).items]


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, min_size=1, max_size=20), queries=st.lists(TEXTS, min_size=1))
async def test_the_index_finds_what_reading_finds(
    org: Organization, small: None, texts: list[str], queries: list[str]
) -> None:
    await database.execute("DELETE FROM message")
    await database.execute("DELETE FROM search_segment")
    await database.execute("UPDATE organization SET searched = NULL")
    await put(org, *(text.replace("\0", "") for text in texts))
    await index()
    for q in (*queries, *texts, *(text[1:3] for text in texts)):
        assert await by_index(org, q) == await by_reading(org, q), q


def test_days_bound_the_ids_that_are_read_though_clocks_differ() -> None:
    first, last = (dt.datetime(2026, 11, day, tzinfo=dt.UTC) for day in (3, 5))
    every = (uuid.UUID(int=0), uuid.UUID(int=(1 << 128) - 1))
    assert find.Sought().ids(*every) == every
    low, high = find.Sought(since=first, until=last).ids(*every)
    for apart, within in ((dt.timedelta(minutes=59), True), (dt.timedelta(minutes=61), False)):
        assert (low < uids_of.around(first - apart, 0)) == within
        assert (high > uids_of.around(last + apart, 0)) == within
    assert find.Sought(since=first, until=last).ids(high, every[1]) == (high, high)


DAYS = st.integers(0, 6).map(lambda n: dt.datetime(2026, 11, 1 + n, tzinfo=dt.UTC))
VALUES = st.sampled_from(["S", "s", "XL", "红", '"%_\\'])
FIELDS = st.dictionaries(st.sampled_from("ab"), VALUES)
LEFT = st.tuples(st.sampled_from(["价格", "发货", "价格 发货"]), FIELDS, DAYS)
ASKED = st.tuples(st.sampled_from(["", "价格", "发货"]), FIELDS, st.none() | DAYS, st.none() | DAYS)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(left=st.lists(LEFT, min_size=1, max_size=30), asked=st.lists(ASKED, min_size=1))
async def test_answers_and_days_are_found_as_by_reading(
    org: Organization, small: None, left: list[Any], asked: list[Any]
) -> None:
    """Some of them are in the index, and some of those have changed."""
    await database.execute("DELETE FROM message")
    await database.execute("DELETE FROM search_segment")
    await database.execute("UPDATE organization SET searched = NULL")
    left.sort(key=lambda each: each[2])
    rows = [
        message(org, n, text, fields=msgspec.json.encode(fields).decode(), created_at=day)
        for n, (text, fields, day) in enumerate(left)
    ]
    for n, row in enumerate(rows):
        row.id = uuid.UUID(int=uids_of.around(row.created_at, 0).int + n)
    await store(org, rows)
    await index()
    await remarks.append(org.id, str(rows[0].id), "好")
    for q, answers, since, until in asked:
        wanted = [
            str(row.id)
            for row, (text, fields, day) in zip(rows, left, strict=True)
            if q in text
            and answers.items() <= fields.items()
            and (since is None or day >= since)
            and (until is None or day < until)
        ]
        which = messages.Wanted(q=q, answers=answers, since=since, until=until)
        assert await pages(org, which) == wanted[::-1]
        assert await messages.count(org.id, which) == len(wanted)


async def pages(org: Organization, which: messages.Wanted) -> list[str]:
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await messages.inbox(org.id, which, limit=3, cursor=cursor)
        found += [row.uid for row in page.items]
        cursor = page.next_cursor
    return found


async def test_a_segment_of_before_does_not_hide_an_answer(
    org: Organization, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [message(org, n, "价格", fields='{"size":"XL"}') for n in range(20)]
    await store(org, rows)
    monkeypatch.setattr(segments, "answer_gram", lambda *_: "a")
    await index()
    which = messages.Wanted(answers={"size": "XL"})
    assert await messages.count(org.id, which) < 20
    await database.execute("UPDATE search_segment SET earliest = NULL, latest = NULL")
    assert await messages.count(org.id, which) == 20


async def test_the_newest_are_first_whatever_is_in_the_index(
    org: Organization, small: None
) -> None:
    rows = await put(org, *(f"价格 {n}" for n in range(50)))
    await index()
    assert await SearchSegment.count() == 6
    assert await by_index(org, "价格") == [row.id for row in reversed(rows)]
    assert await contents(org, "价格", limit=3) == ["价格 49", "价格 48", "价格 47"]


async def test_pages_follow_each_other_through_the_segments(org: Organization, small: None) -> None:
    await put(org, *(("价格" if n % 3 else "发货") + f" {n}" for n in range(40)))
    await index()
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await messages.inbox(org.id, messages.Wanted(q="发货"), limit=4, cursor=cursor)
        seen += [row.content for row in page.items]
        cursor = page.next_cursor
    assert seen == [f"发货 {n}" for n in range(39, -1, -3)]


async def test_a_filter_holds_for_what_the_index_finds(org: Organization, small: None) -> None:
    rows = await put(org, *(f"发货 {n}" if n == 5 else f"价格 {n}" for n in range(20)))
    await index()
    await messages.spam(org.id, str(rows[5].id), by="tests")
    assert await contents(org, "发货", status="spam") == ["发货 5"]
    assert await contents(org, "发货", status="pending") == []


async def test_another_organization_finds_nothing(
    org: Organization, other_org: Organization, small: None
) -> None:
    await put(org, *(f"价格 {n}" for n in range(20)))
    await put(other_org, *(f"发货 {n}" for n in range(20)))
    await index()
    assert await by_index(other_org, "价格") == []
    assert len(await by_index(other_org, "发货")) == 20


async def test_a_remark_is_found_in_an_old_message(
    org: Organization, leave: Leave, small: None
) -> None:
    left = [await leave() for _ in range(20)]
    await index()
    await remarks.add(org.id, left[3].uid, "备用电话 010-8888 6666", visible=False, by="li")
    await remarks.append(org.id, left[4].uid, "已经解决了")
    for _ in range(2):
        assert await uids(org, "备用") == [left[3].uid]
        assert await uids(org, "01088886666") == [left[3].uid]
        assert await uids(org, "解决 question") == [left[4].uid]
        await index()


async def test_the_note_of_who_handled_it_is_found_until_it_is_opened_again(
    org: Organization, leave: Leave, small: None
) -> None:
    left = [await leave() for _ in range(20)]
    await index()
    await messages.handle(org.id, left[3].uid, outcome="phone", note="约好周五", by="li")
    assert await uids(org, "周五") == [left[3].uid]
    await messages.handle(org.id, left[4].uid, outcome="phone", note="约好", by="li")
    assert len(await uids(org, "约好")) == 2


async def test_many_changes_make_their_segment_anew(
    org: Organization, leave: Leave, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [await leave() for _ in range(20)]
    await index()
    monkeypatch.setattr(segments, "CHANGES_MAX", 3)
    for each in left[:4]:
        await remarks.add(org.id, each.uid, "备用", visible=False, by="li")
    before = await database.values(int, SearchSegment.select(SearchSegment.id))
    await index()
    assert await SearchChange.count() == 0
    assert await database.values(int, SearchSegment.select(SearchSegment.id)) != before
    assert len(await by_index(org, "备用")) == 4


async def test_what_is_deleted_leaves_the_index(org: Organization, small: None) -> None:
    rows = await put(org, *(f"价格 {n}" for n in range(7)), "秘密", *("发货",) * 4)
    await index()
    assert await may_be("秘密") == 1
    await Message.delete().where(Message.id == rows[7].id)
    await index()
    assert await may_be("秘密") == 0
    assert (await by_index(org, "秘密"), len(await by_index(org, "价格"))) == ([], 7)


async def may_be(gram: str) -> int:
    """In how many blocks."""
    spot, found = Spot(gram), 0
    for leaf in await database.rows(_Leaf, SearchLeaf.select(SearchLeaf.id, SearchLeaf.bits)):
        segment = await SearchSegment.objects().get(SearchSegment.id == leaf.id // LEAVES_MAX)
        assert segment is not None
        if leaf.id % LEAVES_MAX == spot.hash % segment.leaves:
            found += look(leaf.bits, spot).bit_count()
    return found


class _Leaf(msgspec.Struct):
    id: int
    bits: bytes


async def test_an_organization_takes_its_index_with_it(
    org: Organization, other_org: Organization, small: None
) -> None:
    await put(other_org, *(f"价格 {n}" for n in range(20)))
    await index()
    assert await SearchLeaf.count() > 0
    await Organization.delete().where(Organization.id == other_org.id)
    assert (await SearchLeaf.count(), await SearchSegment.count()) == (0, 0)


async def test_a_message_that_comes_late_is_found(
    org: Organization, leave: Leave, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another machine's clock is behind, so its ids are among those that are indexed."""
    early = [new_id() for _ in range(3)]
    await put(org, *(f"价格 {n}" for n in range(20)))
    await index()
    monkeypatch.setattr(
        importlib.import_module("app.messages.leave"), "new_id", lambda: early.pop(0)
    )
    late = await leave("迟到")
    for _ in range(2):
        assert await by_index(org, "迟到") == [uuid.UUID(late.uid)]
        await index()


async def test_a_worker_that_died_keeps_no_other_from_the_work(
    org: Organization, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(org, *(f"价格 {n}" for n in range(20)))
    assert await segments.Tending().step()
    monkeypatch.setattr(segments, "ME", "another")
    assert not await segments.Tending().step()
    await database.execute("UPDATE instance SET at = ? WHERE name = ?", *long_ago())
    await index()
    assert await SearchSegment.count() == 2


def long_ago() -> tuple[Any, str]:
    return dt.datetime(2020, 1, 1, tzinfo=dt.UTC), segments.WORKER


async def test_a_segment_made_by_one_who_lost_the_work_is_not_kept(
    org: Organization, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(org, *(f"价格 {n}" for n in range(20)))
    await index()
    monkeypatch.setattr(segments, "ME", "another")
    await put(org)
    with pytest.raises(segments.Lost):
        await segments.seal(org.id)
    assert await SearchSegment.count() == 2


async def test_texts_of_an_older_version_are_renewed(
    org: Organization, leave: Leave, small: None
) -> None:
    left = [await leave() for _ in range(3)]
    await remarks.add(org.id, left[1].uid, "备用", visible=False, by="li")
    wanted = await database.values(str, Message.select(Message.search).order_by(Message.id))
    await database.execute("UPDATE message SET search = 'question'")
    assert await by_index(org, "zhangsan") == []
    await index()
    renewed = await database.values(str, Message.select(Message.search).order_by(Message.id))
    assert renewed == wanted
    assert len(await by_index(org, "zhangsan")) == 3


async def test_where_nothing_is_there_is_nothing_to_do(org: Organization, small: None) -> None:
    await index()
    assert await by_index(org, "价格") == []


async def test_a_leaf_that_is_not_there_hides_nothing(org: Organization, small: None) -> None:
    await put(org, *(f"价格 {n}" for n in range(19)), "发货")
    await index()
    await database.execute("DELETE FROM search_leaf")
    assert len(await by_index(org, "价格")) == 19


@pytest.mark.parametrize("few", [2, 64])
async def test_more_hits_than_are_read_at_once_are_all_found(
    org: Organization, small: None, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "RANGES": 1,
        "RANGES_MAX": 2,
        "IDS": few,
        "IDS_MAX": few,
        "DENSE": 2,
        "FIRST": 1,
    }.items():
        monkeypatch.setattr(find, name, value)
    rows = await put(org, *(f"价格 {n}" for n in range(60)))
    await index()
    assert await by_index(org, "价格") == [row.id for row in reversed(rows)]
