"""Finding messages."""

import datetime as dt
import itertools
import uuid
from typing import Any

import pytest
from msgspec.structs import replace

from app import channel_settings, database, messages
from app.errors import Invalid, NotFound
from app.fields.check import Answers
from app.messages import acts
from app.messages import statements as of_messages
from app.messages.common import statements
from app.people import agents
from app.tables import Agent, Mention, Organization
from tests.app.deliveries.test_query_plans import plans_of, told
from tests.app.messages.conftest import Leave

HOOK = {"type": "custom", "webhook_url": "http://127.0.0.1:9/hook"}


async def found(org: Organization, q: str, **filters: Any) -> list[str]:
    page = await messages.inbox(org.id, messages.Wanted(q=q, **filters))
    return [row.content for row in page.items]


async def test_the_newest_is_first(org: Organization, leave: Leave) -> None:
    for text in ("one", "two", "three"):
        await leave(text)
    assert await found(org, "") == ["three", "two", "one"]


async def test_a_row_has_everything(org: Organization, leave: Leave) -> None:
    await channel_settings.add(org.id, HOOK, by="tests")
    left = await leave("hello", name="李四", fields={"订单": "A-1"})
    (row,) = (await messages.inbox(org.id)).items
    assert (row.uid, row.reference, row.created_at) == (left.uid, left.reference, left.created_at)
    assert (row.name, row.fields, row.ip) == ("李四", {"订单": "A-1"}, "192.168.1.100")
    assert (row.repeats, row.repeat_of, row.read_at, row.source) == (1, None, None, "web_chat")
    assert row.deliveries == messages.Tally(pending=1)


async def test_deliveries_are_counted_by_state(org: Organization, leave: Leave) -> None:
    for n in range(5):
        await channel_settings.add(
            org.id, {**HOOK, "webhook_url": f"http://127.0.0.1:9/{n}"}, by="t"
        )
    await leave()
    rows = await database.rows(dict, "SELECT id FROM delivery ORDER BY id")
    for row, state in zip(rows, ("sent", "failed", "cancelled", "sending"), strict=False):
        await database.execute("UPDATE delivery SET state = ? WHERE id = ?", state, row["id"])
    (shown,) = (await messages.inbox(org.id)).items
    assert shown.deliveries == messages.Tally(pending=2, sent=1, failed=1, cancelled=1)


async def test_the_filters(org: Organization, leave: Leave) -> None:
    handled, spam = await leave("handled"), await leave("spam", spam="content")
    await messages.handle(org.id, handled.uid, outcome="phone", by="tests")
    await leave("pending")
    assert await found(org, "", status="handled") == ["handled"]
    assert await found(org, "", status="spam") == ["spam"]
    assert await found(org, "", status="pending") == ["pending"]
    assert await found(org, "", since=spam.created_at, until=spam.created_at) == []
    assert await found(org, "", since=spam.created_at) == ["pending", "spam"]
    assert await found(org, "", until=spam.created_at) == ["handled"]
    assert await found(org, "spam", status="pending") == []


async def test_wrong_filters_are_named(org: Organization) -> None:
    for filters, fault in (
        ({"status": "open"}, "/status: not_a_choice"),
        ({"limit": 0}, "/limit: out_of_range"),
        ({"limit": 201}, "/limit: out_of_range"),
        ({"cursor": "x"}, "/cursor: bad_cursor"),
        ({"cursor": "\x00"}, "/cursor: bad_cursor"),
    ):
        paging = {name: filters.pop(name) for name in ("limit", "cursor") if name in filters}
        with pytest.raises(Invalid, match=fault):
            await messages.inbox(org.id, messages.Wanted(**filters), **paging)


async def test_two_chinese_characters_find_a_message(org: Organization, leave: Leave) -> None:
    await leave("我想咨询一下产品价格")
    await leave("三天了还没有发货")
    assert await found(org, "价格") == ["我想咨询一下产品价格"]
    assert await found(org, "发货") == ["三天了还没有发货"]
    assert await found(org, "退货") == []
    assert await found(org, "价") == ["我想咨询一下产品价格"]


async def test_a_message_is_found_by_whatever_is_known_of_it(
    org: Organization, leave: Leave
) -> None:
    left = await leave(
        "Straße Ａｂｃ",
        name="王小明",
        phone="021-5555 0100",
        email="Wang@Example.com",
        category="售后服务",
        fields={"订单号": "A-778"},
    )
    await leave("something else", name="李四", phone="13900139000", email="", category="")
    for q in (
        *("小明", "0100", "55550100", "021-5555", "wang@example", "售后", "a-778"),
        *("STRASSE", "abc", "ａｂｃ", left.reference, left.reference.lower(), left.reference[-4:]),
        *(" 小明 ", "小明\x00", "\u200b小明"),
    ):
        assert await found(org, q) == ["Straße Ａｂｃ"], q


async def test_percent_and_underscore_are_only_characters(org: Organization, leave: Leave) -> None:
    await leave("100% sure")
    await leave("snake_case")
    await leave("back\\slash")
    await leave("plain")
    for q, wanted in (
        *(("%", "100% sure"), ("0%", "100% sure"), ("_", "snake_case"), ("e_c", "snake_case")),
        *(("\\", "back\\slash"), ("k\\s", "back\\slash")),
    ):
        assert await found(org, q) == [wanted], q
    for q in ("1%e", "s__ke", "p%", "'", '";--', "\\%"):
        assert await found(org, q) == [], q


async def test_a_search_for_nothing_finds_all(org: Organization, leave: Leave) -> None:
    await leave("one")
    for q in ("", " ", "\x00", "\u200b"):
        assert await found(org, q) == ["one"]
    assert await found(org, "x" * 100_000) == []


async def test_pages_follow_each_other_while_new_ones_come_in(
    org: Organization, leave: Leave
) -> None:
    for n in range(7):
        await leave(f"old {n}")
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await messages.inbox(org.id, limit=3, cursor=cursor)
        seen += [row.content for row in page.items]
        cursor = page.next_cursor
        await leave()
    assert seen == [f"old {n}" for n in range(6, -1, -1)]


async def test_a_page_that_is_just_full_is_the_last(org: Organization, leave: Leave) -> None:
    for _ in range(3):
        await leave()
    assert (await messages.inbox(org.id, limit=3)).next_cursor is None
    assert (await messages.inbox(org.id, limit=2)).next_cursor is not None
    assert (await messages.inbox(org.id, limit=200)).next_cursor is None


async def test_pages_keep_their_filter(org: Organization, leave: Leave) -> None:
    for n in range(6):
        await leave(f"{'even' if n % 2 == 0 else 'odd'} {n}")
    first = await messages.inbox(org.id, messages.Wanted(q="even"), limit=2)
    second = await messages.inbox(
        org.id, messages.Wanted(q="even"), limit=2, cursor=first.next_cursor or ""
    )
    assert [row.content for row in [*first.items, *second.items]] == ["even 4", "even 2", "even 0"]


async def test_the_counts(org: Organization, leave: Leave) -> None:
    assert await messages.counts(org.id) == messages.Counts()
    handled, read, _ = await leave(), await leave(), await leave(spam="content")
    await leave()
    await messages.handle(org.id, handled.uid, outcome="phone", by="tests")
    await messages.read(org.id, read.uid)
    assert await messages.counts(org.id) == messages.Counts(
        pending=2, unread=1, unassigned=2, handled=1, spam=1
    )


async def test_each_count_is_as_long_as_its_list(
    org: Organization, leave: Leave, owner: Agent
) -> None:
    now = dt.datetime.now(dt.UTC)
    times = [None, now - dt.timedelta(hours=1), now + dt.timedelta(hours=1)]
    for snoozed, due, assignee in itertools.product(times, times, [None, owner.id]):
        uid = (await leave()).uid
        sql = "UPDATE message SET snoozed_until = ?, due_at = ?, assignee = ? WHERE id = ?"
        await database.execute(sql, snoozed, due, assignee, uuid.UUID(uid))
        if due is None:
            await messages.read(org.id, uid)
    await messages.handle(org.id, uid, outcome="phone", by="tests")

    waits: dict[str, Any] = {"status": "pending", "snoozed": False}
    lists: dict[str, dict[str, Any]] = {
        "pending": waits,
        "mine": {**waits, "assignee": str(owner.id)},
        "unassigned": {**waits, "assignee": "nobody"},
        "overdue": {**waits, "overdue": True},
        "later": {"status": "pending", "snoozed": True},
        "handled": {"status": "handled"},
    }
    listed = {
        name: await messages.count(org.id, messages.Wanted(**wanted))
        for name, wanted in lists.items()
    }
    assert await messages.counts(org.id, me=owner.id) == messages.Counts(**listed, unread=8)
    some = await of_messages.counts(org.id, owner.id, now, most=3)
    assert {each.name: each.n for each in some if each.n} == {
        name: min(n, 3) for name, n in {**listed, "unread": 8}.items()
    }


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_each_count_is_a_range_of_an_index(org: Organization, owner: Agent) -> None:
    engine = database.engine()
    assert isinstance(engine, database.SQLite)
    heard = await told(engine)
    await messages.counts(org.id, me=owner.id)
    plan = [each.partition(":")[0] for each in plans_of(engine.path, heard)]
    ranges = [each for each in plan if "SEARCH message USING COVERING INDEX" in each]
    assert len(ranges) == 13
    assert [each for each in ranges if each.count("?") < 2] == []
    assert sum("snoozed_until" in each for each in ranges) == 9


async def test_the_sites_that_messages_came_from(
    org: Organization, other_org: Organization, leave: Leave
) -> None:
    assert await messages.sites(org.id) == []
    for site in ("b.example", "", "a.example", "b.example", "c.example"):
        uid = (await leave()).uid
        await database.execute("UPDATE message SET site = ? WHERE id = ?", site, uuid.UUID(uid))
    assert await messages.sites(org.id) == ["a.example", "b.example", "c.example"]
    assert await of_messages.sites(org.id, most=2) == ["b.example", "c.example"]
    assert await messages.sites(other_org.id) == []


async def test_a_reference_is_found_however_it_is_typed(org: Organization, leave: Leave) -> None:
    left = await leave()
    plain = left.reference.removeprefix("LM-")
    for text in (left.reference, plain, left.reference.lower(), f" {plain} ", f"LM{plain}"):
        assert (await messages.by_reference(org.id, text)).uid == left.uid
    for text in ("", "LM-", "LM-000000", "\x00", "字" * 6):
        with pytest.raises(NotFound):
            await messages.by_reference(org.id, text)


async def test_one_message_shows_who_else_wrote_the_same(org: Organization, leave: Leave) -> None:
    first = await leave("hello")
    repeats = [await leave("hello", phone=f"1390013900{n}") for n in range(3)]
    shown = await messages.show(org.id, first.uid)
    assert shown.message.repeats == 4
    assert [(row.uid, row.repeat_of) for row in shown.repeats] == [
        (each.uid, first.uid) for each in repeats
    ]


async def test_deliveries_come_with_their_tries(org: Organization, leave: Leave) -> None:
    uid = await channel_settings.add(org.id, {**HOOK, "name": "CRM"}, by="tests")
    left = await leave()
    (sent,) = (await messages.show(org.id, left.uid)).deliveries
    assert (sent.channel_uid, sent.channel_name, sent.kind) == (uid, "CRM", "custom")
    assert (sent.state, sent.purpose, sent.shared, sent.attempts) == ("pending", "new", 1, [])
    assert (sent.due_at, sent.dispatch, sent.done_at) == (left.created_at, None, None)


async def test_another_organization_sees_nothing(
    org: Organization, other_org: Organization, leave: Leave
) -> None:
    left = await leave("hello")
    assert await found(other_org, "") == []
    assert await found(other_org, "hello") == []
    assert (await messages.inbox(other_org.id, cursor=str(uuid.uuid4()))).items == []
    assert await messages.counts(other_org.id) == messages.Counts()
    with pytest.raises(NotFound):
        await messages.show(other_org.id, left.uid)
    with pytest.raises(NotFound):
        await messages.by_reference(other_org.id, left.reference)


async def test_what_is_no_id_is_not_found(org: Organization) -> None:
    for uid in ("", "x", "\x00", str(uuid.uuid4())):
        with pytest.raises(NotFound):
            await messages.show(org.id, uid)


async def test_times_have_a_zone(org: Organization, leave: Leave) -> None:
    await leave()
    (row,) = (await messages.inbox(org.id)).items
    assert row.created_at.utcoffset() == dt.timedelta(0)


TEA = uuid.uuid4()
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
NEVER = dt.datetime(3000, 1, 1, tzinfo=dt.UTC)
FILTERS: list[dict[str, Any]] = [
    {"category": "售后"},
    {"category": "售后", "status": "handled"},
    {"category": "没有"},
    {"site": "b.example"},
    {"site": "b.example", "priority": "high"},
    {"priority": "high"},
    {"priority": "low"},
    {"tag": "加急"},
    {"tag": "加急", "status": "pending"},
    {"tag": "没有"},
    {"outcome": "phone", "category": "售后"},
    {"notice": "pending"},
    {"notice": "failed"},
    {"added": True},
    {"overdue": True},
    {"status": "pending", "snoozed": True},
    {"assignee": "nobody", "category": "售后"},
    {"assignee": "nobody", "status": "pending"},
    {"category": "售后", "tag": "加急"},
    {"category": "咨询", "tag": "加急", "site": "a.example", "priority": "high"},
    {"status": "pending", "priority": "high", "tag": "加急"},
    {"q": "number", "category": "售后"},
    {"q": "number", "tag": "加急", "priority": "high"},
    {"q": "没有", "category": "售后"},
    {"contact": ("13800138000",), "category": "售后"},
    {"answers": {"size": "S"}},
    {"answers": {"size": "S"}, "tag": "加急"},
    {"lacks": "site"},
    {"lacks": "category", "category": "售后"},
    {"handler": "t"},
    {"handler": "t", "category": "售后"},
    {"solved": "no"},
    {"first": "late"},
    {"first": "late", "status": "pending"},
    {"first": "late", "status": "handled"},
    {"handled_since": LONG_AGO},
    {"handled_until": LONG_AGO},
    {"handled_since": LONG_AGO, "handled_until": NEVER, "solved": "yes"},
    {"since": LONG_AGO, "category": "售后", "tag": "加急"},
    {"until": LONG_AGO},
]


async def test_a_filter_finds_the_same_among_few_and_among_many(
    org: Organization,
    other_org: Organization,
    answers: Answers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await channel_settings.add(org.id, HOOK, by="tests")
    for each in (org, other_org):
        for number in range(12):
            said = replace(
                answers,
                content=f"{each.slug} number {number}",
                fields={"size": "SL"[number % 2]},
                category="售后" if number % 3 else "咨询",
            )
            brand = None if number % 3 else TEA
            visit = messages.Visit(page_url=f"https://{'ab'[number % 2]}.example/", brand=brand)
            left = await messages.leave(each, said, visit, submission_id=f"{number}")
            if number % 4 == 0:
                await messages.to_one(each.id, left.uid, acts.prioritized("high"), by="t")
            if number % 5 == 0:
                await messages.to_one(each.id, left.uid, acts.tagged(["加急"]), by="t")
            if number % 6 == 1:
                await messages.handle(each.id, left.uid, outcome="phone", by="t")
    await database.execute("UPDATE message SET added_at = created_at WHERE priority = 'high'")
    when = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    await database.execute("UPDATE message SET due_at = ? WHERE category = '售后'", when)
    await database.execute("UPDATE message SET solved = 'no' WHERE handled_by = 't'")
    li = (await agents.create(org.id, email="li@shop.example", password="correct horse 9")).id
    for row in (await messages.inbox(org.id, messages.Wanted(category="售后"))).items:
        message = uuid.UUID(row.uid)
        await Mention.insert(Mention(organization=org.id, message=message, agent=li))
    mentioned: list[dict[str, Any]] = [{"mentions": li}, {"mentions": li, "tag": "加急"}]
    mentioned.append({"assignee": str(li), "status": "pending"})
    branded = [
        {"brand": str(each), **more}
        for each in (org.id, TEA, li)
        for more in ({}, {"tag": "加急"}, {"category": "售后", "priority": "high"}, {"q": "number"})
    ]

    async def all_found() -> list[list[str]]:
        wanted = [messages.Wanted(**each) for each in (*FILTERS, *mentioned, *branded)]
        pages = [await messages.inbox(org.id, each, by_activity=True) for each in wanted]
        counted = [await messages.count(org.id, each) for each in wanted]
        assert counted == [len(page.items) for page in pages]
        some = [await messages.count(org.id, each, most=2) for each in wanted]
        assert some == [min(n, 2) for n in counted]
        return [[row.content for row in page.items] for page in pages]

    among_few = await all_found()
    for few in (0, 1, 3):
        monkeypatch.setattr(statements, "FEW", few)
        assert await all_found() == among_few
    assert sum(bool(found) for found in among_few) >= 10
    assert {text.split()[0] for found in among_few for text in found} == {org.slug}
