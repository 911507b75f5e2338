"""Taking messages out, in every format."""

from __future__ import annotations

import csv
import io
import json
import uuid
from typing import Any

import pytest

from app import messages
from app.errors import Invalid
from app.fields.shape import Label
from app.messages import export, remarks, shape
from app.messages.export.wish import FORMATS, Wish
from app.messages.inbox import inbox
from app.messages.wanted import EVERYTHING, Wanted
from app.people import audit
from app.tables import Organization
from tests.app.messages.conftest import Leave
from tests.app.messages.export.test_workbook import read

PERSONAL = {"wx": Label({"zh-CN": "微信"}, kind="wechat"), "size": Label({"zh-CN": "尺码"})}


async def taken(
    org: Organization, kind: str, which: Wanted = EVERYTHING, *, full: bool = True
) -> bytes:
    wish = Wish(format=kind, full=full, locale="zh-CN")
    found = await export.take(org, which, wish, by="小李")
    return b"".join([piece async for piece in found.pieces])


async def table(org: Organization, which: Wanted = EVERYTHING, **how: Any) -> list[dict[str, str]]:
    text = (await taken(org, "csv", which, **how)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


async def test_csv_is_what_excel_reads(org: Organization, leave: Leave) -> None:
    await leave("第一行\n第二行")
    found = await taken(org, "csv")

    assert found.startswith(b'\xef\xbb\xbf"\xe7\xbc\x96\xe5\x8f\xb7",')
    assert found.count(b"\r\n") == 2
    assert "第一行\n第二行".encode() in found


async def test_a_row_says_what_became_of_a_message(org: Organization, leave: Leave) -> None:
    left = await leave("=cmd", name="张三", phone="13800138000", email="", category="咨询")
    await remarks.add(org.id, left.uid, "ok", visible=True, by="小李")
    await messages.handle(org.id, left.uid, outcome="phone", note="打过了", by="小李")
    (row,) = await table(org)

    assert (row["编号"], row["状态"], row["处理结果"]) == (left.reference, "已处理", "已电话回复")
    assert (row["处理人"], row["备注"], row["回复与备注"]) == ("小李", "打过了", "1")
    assert (row["姓名"], row["电话"], row["留言内容"]) == ("张三", "\t13800138000", "'=cmd")
    assert (row["分类"], row["重复次数"]) == ("咨询", "1")


async def test_contact_data_is_masked_unless_it_is_wanted_in_full(
    org: Organization, leave: Leave
) -> None:
    await leave(fields={"unasked": "13900139000"})
    answers = {"wx": "wx_zhang_san", "size": "XL"}
    await leave(
        phone="13800138000",
        email="zhang@a.example",
        fields=answers,
        labels=PERSONAL,
        wechat="zs_88abcdefg",
    )
    (masked, unasked), (full, _) = await table(org, full=False), await table(org)

    assert (masked["电话"], masked["邮箱"]) == ("138****8000", "zh***@a.example")
    assert (masked["微信号"], full["微信号"]) == ("zs_****defg", "zs_88abcdefg")
    assert (masked["微信"], masked["尺码"]) == ("wx_****_san", "XL")
    assert unasked["unasked"] == "139****9000"
    assert (full["微信"], full["邮箱"]) == ("wx_zhang_san", "zhang@a.example")
    lines = await taken(org, "jsonl", full=False)
    assert not any(each in lines for each in (b"13800138000", b"zhang@", b"wx_zhang", b"139001"))


async def test_json_lines_are_messages_as_the_api_shows_them(
    org: Organization, leave: Leave
) -> None:
    for _ in range(3):
        await leave()
    lines = (await taken(org, "jsonl")).splitlines()
    shown = [shape.Message.of(row) for row in (await inbox(org.id)).items]

    assert [json.loads(line)["uid"] for line in lines] == [each.uid for each in shown]
    assert list(json.loads(lines[0])) == list(shape.Message.__struct_fields__)


async def test_an_excel_file_has_the_same_cells_unspoilt(org: Organization, leave: Leave) -> None:
    await leave("=1+1", phone="13800138000")
    (sheet,) = read(await taken(org, "xlsx")).values()

    assert {"s:=1+1", "s:13800138000"} <= set(sheet[1])
    assert len(sheet) == 2


@pytest.mark.parametrize("kind", FORMATS)
async def test_a_filter_that_finds_nothing_gives_a_file_without_messages(
    org: Organization, kind: str
) -> None:
    found = await taken(org, kind)

    assert (found == b"") == (kind == "jsonl")


async def test_it_is_what_the_filter_finds_over_many_pages(
    org: Organization, leave: Leave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "PAGE_MAX", 2)
    left = [await leave(f"茶叶 {n}" if n % 2 else f"咖啡 {n}") for n in range(9)]
    await messages.handle(org.id, left[1].uid, outcome="none", by="小李")
    which = Wanted(q="茶叶", status="pending")
    found = await table(org, which)

    assert [row["留言内容"] for row in found] == ["茶叶 7", "茶叶 5", "茶叶 3"]
    assert len(found) == await messages.count(org.id, which)
    assert len(await table(org)) == 9


async def test_only_those_that_were_ticked_also_from_the_trash(
    org: Organization, leave: Leave
) -> None:
    left = [await leave(str(n)) for n in range(3)]
    only = Wanted(only=(uuid.UUID(left[0].uid), uuid.UUID(left[2].uid)))

    assert [row["留言内容"] for row in await table(org, only)] == ["2", "0"]


async def test_messages_of_others_are_in_no_file(
    org: Organization, other_org: Organization, leave: Leave
) -> None:
    left = await leave()

    assert await table(other_org) == []
    assert await table(other_org, Wanted(only=(uuid.UUID(left.uid),))) == []


async def test_what_comes_meanwhile_is_left_out(org: Organization, leave: Leave) -> None:
    await leave("before")
    wish = Wish(format="csv", full=True, locale="en")
    found = await export.take(org, EVERYTHING, wish, by="小李")
    await leave("meanwhile")
    text = b"".join([piece async for piece in found.pieces])

    assert b"before" in text
    assert b"meanwhile" not in text


async def test_few_messages_are_in_memory_however_many_there_are(
    org: Organization, leave: Leave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "PAGE_MAX", 5)
    for _ in range(23):
        await leave()
    wish = Wish(format="jsonl", full=True, locale="en")
    found = await export.take(org, EVERYTHING, wish, by="小李")

    assert [piece.count(b"\n") async for piece in found.pieces] == [5, 5, 5, 5, 3]


async def test_the_audit_says_who_took_how_many_and_no_data(
    org: Organization, leave: Leave
) -> None:
    for _ in range(2):
        await leave(phone="13800138000")
    wish = Wish(format="csv", full=False, locale="en")
    # Also if nobody waits for the file.
    await export.take(org, EVERYTHING, wish, by="小李")
    (entry,) = [each for each in await audit.of(org.id, "") if each.action == "messages.exported"]

    assert (entry.actor, entry.detail) == ("小李", "csv masked 2")


async def test_the_file_has_a_name_in_the_reader_s_language(org: Organization) -> None:
    wish = Wish(format="xlsx", full=True, locale="zh-CN")
    found = await export.take(org, EVERYTHING, wish, by="小李")

    assert found.name.startswith("留言 20")
    assert found.name.endswith(".xlsx")
    assert found.plain_name.startswith("messages-20")


async def test_an_unknown_format_is_refused(org: Organization) -> None:
    with pytest.raises(Invalid) as refused:
        await taken(org, "pdf")
    assert refused.value.problems[0].pointer == "/format"
