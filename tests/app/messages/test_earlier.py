"""What the same person left before."""

from __future__ import annotations

import pytest

from app import database, messages
from app.contacts import sight
from app.errors import NotFound
from app.limits import LOOKUPS
from app.messages import acts
from app.messages.earlier import earlier, same_person
from app.messages.search import segments
from app.tables import Organization
from tests.app.messages.conftest import Leave


@pytest.fixture(params=["read", "indexed"])
async def ready(db: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """With an index of small segments, or without any."""
    await database.execute("DELETE FROM instance WHERE name LIKE 'search%'")
    for name, value in {"BLOCK": 1, "SEGMENT": 2, "BLOCKS": 2, "REST": 0}.items():
        monkeypatch.setattr(segments, name, value)
    return request.param == "indexed"


async def before(org: Organization, uid: str, *, indexed: bool, limit: int = 20) -> list[str]:
    tending = segments.Tending()
    while indexed and await tending.step():
        pass
    return [row.content for row in (await earlier(org.id, uid, limit)).items]


async def test_the_same_phone_however_it_is_written(
    org: Organization, leave: Leave, ready: bool
) -> None:
    for text, phone in (
        *(
            ("one", "13800138000"),
            ("two", "+86 138-0013-8000"),
            ("three", "１３８ ００１３ ８０００"),
        ),
        *(("longer", "138001380001"), ("other", "13900139000"), ("none", "")),
    ):
        await leave(text, phone=phone, email="")
    last = await leave("last", phone="138 0013 8000", email="")
    await leave("later", phone="13800138000", email="")
    assert await before(org, last.uid, indexed=ready) == ["three", "two", "one"]


async def test_the_same_address_in_any_case(org: Organization, leave: Leave, ready: bool) -> None:
    for text, email in (
        *(("one", "Zhang@Example.com"), ("two", "<zhang@example.com>"), ("other", "li@a.cn")),
        ("part", "xzhang@example.com"),
    ):
        await leave(text, phone="", email=email)
    last = await leave("last", phone="", email="zhang@example.com")
    assert await before(org, last.uid, indexed=ready) == ["two", "one"]


async def test_the_same_wechat_id_also_where_it_is_a_phone_number(
    org: Organization, leave: Leave, ready: bool
) -> None:
    nothing = {"phone": "", "email": ""}
    for text, wechat in (("one", "zs_88abc"), ("two", "ZS_88abc"), ("other", "zs_88abcd")):
        await leave(text, **nothing, wechat=wechat)
    await leave("in the text: zs_88abc", **nothing, wechat="li_1990")
    last = await leave("last", **nothing, wechat="Zs_88ABC")
    assert await before(org, last.uid, indexed=ready) == ["two", "one"]

    await leave("called", phone="13800138000", email="")
    added = await leave("added", **nothing, wechat="13800138000")
    assert await before(org, added.uid, indexed=ready) == ["called"]


async def test_either_is_enough(org: Organization, leave: Leave, ready: bool) -> None:
    await leave("by phone", phone="13800138000", email="old@a.cn")
    await leave("by mail", phone="13900139000", email="new@a.cn")
    last = await leave("last", phone="13800138000", email="new@a.cn")
    assert await before(org, last.uid, indexed=ready) == ["by mail", "by phone"]


async def test_a_number_in_somebody_elses_text_is_not_theirs(
    org: Organization, leave: Leave, ready: bool
) -> None:
    await leave("13800138000", phone="13900139000", email="")
    last = await leave("last", phone="13800138000", email="")
    assert await before(org, last.uid, indexed=ready) == []


async def test_what_was_thrown_away_or_only_repeats_is_left_out(
    org: Organization, leave: Leave, ready: bool
) -> None:
    away = await leave("away")
    await leave("kept")
    await leave("kept")
    await messages.to_one(org.id, away.uid, acts.trashed(), by="小李")
    last = await leave("last")
    assert await before(org, last.uid, indexed=ready) == ["kept"]
    shown = await messages.one(org.id, last.uid)
    assert await messages.count(org.id, same_person(shown)) == 2


async def test_all_of_a_contact_are_a_list_with_pages(
    org: Organization, leave: Leave, ready: bool
) -> None:
    for text in ("one", "two", "three"):
        await leave(text, phone="138 0013 8000", email="")
    await leave("by mail", phone="", email="li@a.cn")
    await leave("13800138000", phone="13900139000", email="")
    await before(org, (await leave("last", phone="", email="")).uid, indexed=ready)
    theirs = messages.Wanted(contact=("+86 13800138000", "LI@a.cn"))
    page = await messages.inbox(org.id, theirs, limit=3, by_activity=True)
    assert [row.content for row in page.items] == ["by mail", "three", "two"]
    page = await messages.inbox(org.id, theirs, limit=3, cursor=page.next_cursor or "")
    assert [row.content for row in page.items] == ["one"]
    theirs = messages.Wanted(contact=("13800138000",), q="two")
    assert await messages.count(org.id, theirs) == 1
    assert await messages.count(org.id, messages.Wanted(contact=("…",))) == 0


async def test_only_so_many_as_are_asked_for(org: Organization, leave: Leave, ready: bool) -> None:
    for text in ("one", "two", "three", "four"):
        await leave(text)
    last = await leave("last")
    assert await before(org, last.uid, indexed=ready, limit=2) == ["four", "three"]


async def test_without_a_contact_there_are_none(
    org: Organization, leave: Leave, ready: bool
) -> None:
    await leave("one", phone="", email="")
    last = await leave("last", phone="", email="")
    assert await before(org, last.uid, indexed=ready) == []


async def test_of_another_organization_nothing_is_shown(
    org: Organization, other_org: Organization, leave: Leave, ready: bool
) -> None:
    left = await leave("one")
    with pytest.raises(NotFound):
        await earlier(other_org.id, left.uid)


async def test_who_reads_messages_without_contacts_has_searched_for_none(
    org: Organization, leave: Leave
) -> None:
    await leave("first", phone="13800138000", email="")
    last = await leave("last", phone="13800138000", email="")
    with sight.through(sight.Sight(masks=True, who="an agent")):
        for _ in range(LOOKUPS.amount + 1):
            found = await earlier(org.id, last.uid)
    assert [(each.content, each.phone, each.masked) for each in found.items] == [
        ("first", "138****8000", True)
    ]
