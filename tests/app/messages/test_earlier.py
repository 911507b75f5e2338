"""What the same person left before."""

from __future__ import annotations

import pytest

from app import database
from app.errors import NotFound
from app.messages.earlier import earlier
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
    return [row.content for row in await earlier(org.id, uid, limit)]


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
