"""Contacts masked: alone, and in texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.contacts.mask import hidden, masked, restored, without

TEXTS = {
    "请打13800138000或 138-0013-8000，邮箱zhang@qq.com": (
        "请打138****8000或 138****8000，邮箱zh***@qq.com"
    ),
    "加微信号：zhangsan_88 或 wx: abc12345": "加微信号：zha****n_88 或 wx: a****5",
    "QQ 12345678": "QQ 1****8",
    "Ｚhang 的号码１３８００１３８０００": "Ｚhang 的号码１３８****８０００",
    "一三八零零一三八零零零": "一三八****八零零零",
    "(021) 6888-1234": "(02****1234",
    "https://a.cn/x?p=13800138000&e=ab%40b.com": "https://a.cn/x?p=138****8000&e=a***%40b.com",
    "name (at) mail.com": "na*** (at) mail.com",
    "2026-11-30 12:30 共1299元，iPhone 15": "2026-11-30 12:30 共1299元，iPhone 15",
    "019adf12-3456-7890-1234-567890123456": "019adf12-3456-7890-1234-567890123456",
    "2026-11-30T12:30:00.123456+00:00": "2026-11-30T12:30:00.123456+00:00",
    "订单2026113012345 2026-11-30": "订单202****2345 2026-11-30",
    "138****8000": "138****8000",
    "": "",
}


def test_what_looks_like_a_contact_is_masked_and_the_rest_stays() -> None:
    assert {text: hidden(text) for text in TEXTS} == TEXTS


def test_what_is_known_to_be_one_is_masked_wherever_it_stands() -> None:
    text = "我是 ZhangSan88，暗号 12345，地址北京市朝阳区 1 号"
    known = ["zhangsan88", "12345", "北京市朝阳区 1 号", "1"]
    assert hidden(text, known) == "我是 z****8，暗号 1***，地址北****号"
    assert without("Chrome/120.0.6099.109 zhangsan88", known) == "Chrome/120.0.6099.109 z****8"


def test_what_was_left_masked_is_put_back() -> None:
    alike = "(021) 6888-1234 或 (020) 6888-1234"
    for text in TEXTS:
        assert restored(f"您好。{hidden(text)}", text) == f"您好。{text}"
        assert hidden(hidden(text)) == hidden(text)
    text, known = "我是 ZhangSan88，电话 13800138000", ["zhangsan88", "zhangsan"]
    assert restored("电话 138****8000，z****8！", text, known) == "电话 13800138000，ZhangSan88！"
    assert restored("没有号码", alike) == "没有号码"
    assert restored(f"{hidden(alike)}！", alike) == f"{alike}！"
    with pytest.raises(ValueError, match="02"):
        restored("打 (02****1234", alike)


def test_what_is_put_back_is_seen_by_nobody_who_did_not_see_it() -> None:
    text = "加微信 lisi_88，hello_1 或 13800138000、88881234"
    assert hidden(text) == "加微信 l****8，hello_1 或 138****8000、8****4"
    assert restored("加微信 l****8，hello_1！", text) == "加微信 lisi_88，hello_1！"
    uid = "00000000-0000-0000-0000-138****80000"
    for odd in ("l****8", uid, "8****4000", "0008****4"):
        with pytest.raises(ValueError, match="put back"):
            restored(odd, text)


def test_one_contact_is_never_shown_whole() -> None:
    found = {
        text: masked(text) for text in ("13800138000", "zhang@qq.com", "12345678", "张三丰", "1")
    }
    assert [*found.values()] == ["138****8000", "zh***@qq.com", "1****8", "张***", "***"]


@given(st.text(alphabet="0123 -+()@.a微信q", max_size=60))
def test_eight_digits_in_a_row_are_never_left(text: str) -> None:
    assert "13800138" not in hidden(f"{text}13800138000")
