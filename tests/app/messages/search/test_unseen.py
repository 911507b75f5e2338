"""What somebody finds who sees no contacts, of one message."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from app.contacts import sight
from app.errors import TooMany
from app.fields.shape import Label
from app.limits import LOOKUPS
from app.messages.search.text import search_text
from app.messages.search.unseen import allow, finds, is_whole
from app.messages.stored import Stored
from app.tables import Organization, new_id

HOME = {"home": Label(text={"en": "Home"}, personal=True)}


def stored(**columns: Any) -> Stored:
    empty = {**dict.fromkeys(Stored.__struct_fields__, ""), "written": "{}"}
    return Stored(**{**empty, **columns})


def left() -> Stored:
    row = stored(
        id=new_id(),
        name="王小姐",
        phone="13912345678",
        email="li.lei@hidden.example",
        wechat="secret_id9",
        content="价格多少？回 139 1234 5678，单号 998877",
        fields='{"home":"北京市朝阳区"}',
        labels=msgspec.json.encode(HOME).decode(),
    )
    return msgspec.structs.replace(row, search=search_text(row, ()))


def test_no_part_of_a_contact_finds_it() -> None:
    row = left()
    for q in ("13912", "1234567", "12345", "li.lei", "secret", "朝阳", "91234 5678"):
        assert not finds(q, row), q


def test_what_is_shown_and_a_whole_contact_are_found() -> None:
    row = left()
    whole = ("13912345678", "139-1234-5678", "+86 13912345678", "LI.LEI@hidden.example")
    for q in ("王小姐", "价格", "998877", "wangxiaojie", *whole, "secret_id9"):
        assert finds(q, row), q


def test_what_counts_as_a_whole_contact() -> None:
    assert [q for q in ("13912345678", "a@b.cn", "价格", "998877") if is_whole(q)] == [
        "13912345678",
        "a@b.cn",
    ]


async def test_whole_contacts_are_not_guessed_without_end(org: Organization) -> None:
    with sight.through(sight.Sight(masks=True, who="somebody")):
        await allow("price", ())
        for n in range(LOOKUPS.amount):
            await allow(f"1391234{n:04}", ())
            await allow(f"1391234{n:04}", ())
        for _ in range(2):
            with pytest.raises(TooMany):
                await allow("", ("13912345678",))
    await allow("13912345678", ())
