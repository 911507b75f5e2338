"""The block list as it is kept."""

from __future__ import annotations

import datetime as dt

import pytest

from app import database
from app.blocks import change, stored
from app.blocks.shape import Block, Kind
from app.errors import Invalid, NotFound
from app.people import audit
from app.tables import Organization, new_id

PHONE = Block(kind="phone", text=" 138-0013-8000 ", reason=" ads ")


async def test_an_entry_is_added_changed_and_removed(org: Organization) -> None:
    [uid] = await change.add(org.id, [PHONE], by="小李")
    found = await stored.one(org.id, uid)
    assert (found.text, found.reason, found.created_by) == ("138-0013-8000", "ads", "小李")

    words = Block(kind="words", text=" casino \ncasino\n\n免费  加微信\n" + "字" * 99)
    await change.save(org.id, uid, words, by="小王")
    assert (await stored.one(org.id, uid)).text == "casino\n免费 加微信\n" + "字" * 64
    await change.remove(org.id, uid, by="小王")
    assert await stored.read(org.id) == []
    with pytest.raises(NotFound):
        await change.remove(org.id, uid, by="小王")
    told = [(each.action, each.detail) for each in await audit.of(org.id, uid)]
    assert told == [
        *(("block.added", "phone"), ("block.changed", "words"), ("block.removed", "words")),
    ]


async def test_what_is_listed_already_gets_the_new_end(org: Organization) -> None:
    [first] = await change.add(org.id, [PHONE], by="x")
    end = await database.now() + dt.timedelta(days=1)
    again = Block(kind="phone", text="138-0013-8000", expires_at=end)
    assert await change.add(org.id, [again], by="x") == [first]
    [found] = await stored.read(org.id)
    assert (found.expires_at, found.reason) == (end, "")


async def test_one_entry_is_not_made_into_another(org: Organization) -> None:
    mail = Block(kind="email", text="ads@example.com")
    phone, other = await change.add(org.id, [PHONE, mail], by="x")
    with pytest.raises(Invalid) as refused:
        await change.save(org.id, other, PHONE, by="x")
    assert [each.pointer for each in refused.value.problems] == ["/text"]
    await change.save(org.id, phone, PHONE, by="x")
    assert {each.text for each in await stored.read(org.id)} == {"138-0013-8000", mail.text}


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        ("phone", "张三", "phone_format"),
        ("email", "@spam", "email_format"),
        ("email", "spam", "email_format"),
        ("wechat", "张三", "wechat_format"),
        ("ip", "203.0.113", "ip_format"),
        ("ip", "0.0.0.0/0", "ip_format"),
        ("ip", "::ffff:0.0.0.0/96", "ip_format"),
        ("words", " \n ", "required"),
    ],
)
async def test_what_can_catch_nobody_or_everybody_is_refused(
    org: Organization, kind: Kind, text: str, code: str
) -> None:
    past = await database.now() - dt.timedelta(seconds=1)
    block = Block(kind=kind, text=text, reason="r" * 201, expires_at=past)
    with pytest.raises(Invalid) as caught:
        await change.add(org.id, [PHONE, block], by="x")
    assert [(each.pointer, each.code) for each in caught.value.problems] == [
        *(("/text", code), ("/reason", "too_long"), ("/expires_at", "in_the_past")),
    ]
    assert await stored.read(org.id) == []


async def test_what_has_expired_may_be_changed_otherwise(org: Organization) -> None:
    end = await database.now() + dt.timedelta(days=1)
    [uid] = await change.add(org.id, [Block(kind="ip", text="203.0.113.7", expires_at=end)], by="x")
    past = await database.now() - dt.timedelta(days=1)
    await database.execute("UPDATE block_entry SET expires_at = ?", past)
    before = await stored.one(org.id, uid)

    await change.save(org.id, uid, Block(kind="ip", text="::1", expires_at=past), by="x")
    assert (await stored.one(org.id, uid)).text == "::1"
    assert before.is_over(await database.now())


async def test_nobody_sees_or_changes_another_organizations(
    org: Organization, other_org: Organization
) -> None:
    [uid] = await change.add(org.id, [PHONE], by="x")
    assert await stored.read(other_org.id) == []
    for act in (
        stored.one(other_org.id, uid),
        change.save(other_org.id, uid, PHONE, by="x"),
        change.remove(other_org.id, uid, by="x"),
        stored.one(org.id, str(new_id())),
    ):
        with pytest.raises(NotFound):
            await act
    assert len(await stored.read(org.id)) == 1


async def test_the_list_has_an_end(org: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change, "BLOCKS_MAX", 1)
    await change.add(org.id, [PHONE], by="x")
    await change.add(org.id, [PHONE], by="x")
    with pytest.raises(Invalid):
        await change.add(org.id, [Block(kind="ip", text="::1")], by="x")


async def test_an_act_adds_only_who_is_not_caught_yet_and_takes_back_what_it_added(
    org: Organization, other_org: Organization
) -> None:
    mail = Block(kind="email", text="@spam.example")
    await change.add(org.id, [mail, Block(kind="ip", text="203.0.113.7")], by="x")
    past = await database.now() - dt.timedelta(days=1)
    await database.execute("UPDATE block_entry SET expires_at = ? WHERE kind = 'ip'", past)
    wanted = [
        PHONE,
        Block(kind="phone", text="+86 13800138000"),
        Block(kind="email", text="a@spam.example"),
        Block(kind="ip", text="203.0.113.7"),
        Block(kind="wechat", text="zs_88abc"),
    ]
    act = new_id()
    assert await change.add_of_act(org.id, act, wanted, by="小李") == 3
    assert sorted((each.kind, each.text) for each in await stored.read(org.id)) == [
        *(("email", "@spam.example"), ("ip", "203.0.113.7")),
        *(("phone", "138-0013-8000"), ("wechat", "zs_88abc")),
    ]
    kept = next(each for each in await stored.read(org.id) if each.kind == "wechat")
    await change.save(org.id, kept.uid, kept, by="小王")
    assert await change.take_back(other_org.id, act, by="x") == 0
    assert await change.take_back(org.id, act, by="小李") == 2
    assert {each.kind for each in await stored.read(org.id)} == {"email", "wechat"}
    told = [(each.action, each.detail) for each in await audit.of(org.id, act)]
    assert told == [("blocks.added", "3"), ("blocks.removed", "2")]


async def test_an_act_adds_all_or_nothing(
    org: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change, "BLOCKS_MAX", 1)
    with pytest.raises(Invalid):
        await change.add_of_act(org.id, new_id(), [PHONE, Block(kind="ip", text="::1")], by="x")
    assert await stored.read(org.id) == []
