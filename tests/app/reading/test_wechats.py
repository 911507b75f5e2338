"""WeChat ids as people write them: what they come to, and what is asked back."""

from __future__ import annotations

import pytest

from app.reading import Unreadable, wechats


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("zs_88abc", "zs_88abc"),
        ("  ｚｓ＿８８ＡＢＣ ", "zs_88ABC"),
        ("zs 88 abc", "zs88abc"),
        ("wx: zs_88abc", "zs_88abc"),
        ("VX zs_88abc", "zs_88abc"),
        ("微信：zs_88abc", "zs_88abc"),
        ("我的微信号是 zs_88abc", "zs_88abc"),
        ("微信zs_88abc", "zs_88abc"),
        ("WeChat ID: zs_88abc", "zs_88abc"),
        ("wx_zhang3", "wx_zhang3"),
        ("wxid_k2j3h4g5f6d7s8", "wxid_k2j3h4g5f6d7s8"),
        ("weixin12345", "weixin12345"),
        ("138 0013 8000", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("13800138000（微信同号）", "13800138000"),
        ("QQ12345678", "QQ12345678"),
        ("12345678", "12345678"),
        ("1381234567", "1381234567"),
    ],
)
def test_an_id_is_the_same_however_it_is_written(text: str, id: str) -> None:
    assert wechats.read(text) == wechats.WeChat(id)
    assert wechats.same(text, id.upper())


@pytest.mark.parametrize(
    ("text", "id", "code"),
    [
        ("abcde", "abcde", "wechat_odd"),
        ("a" * 31, "a" * 31, "wechat_odd"),
        (f"加微信 {'a' * 64} 谢谢", "a" * 64, "wechat_words"),
        ("_zs88abc", "_zs88abc", "wechat_odd"),
        ("123456789012", "123456789012", "wechat_odd"),
        ("zhang@example.com", "zhang@example.com", "wechat_odd"),
        ("加微信 zs_88abc 谢谢", "zs_88abc", "wechat_words"),
        ("zs_88abc 或 13800138000", "zs_88abc", "wechat_words"),
    ],
)
def test_what_is_unusual_is_asked_back(text: str, id: str, code: str) -> None:
    found = wechats.read(text)

    assert (found.id, found.doubt and found.doubt.code) == (id, code)


@pytest.mark.parametrize(
    "text",
    ["微信同号", "手机微信同号", "电话同微信", "手机号就是微信", "同上", "Same as my phone number"],
)
def test_the_phone_number_may_be_the_id(text: str) -> None:
    assert wechats.is_phone(text)
    assert wechats.read(text) == wechats.WeChat("")
    assert wechats.number("+86 138 0013 8000 微信同号") == "13800138000"


@pytest.mark.parametrize(
    "text", ["张三", "abc", "不用微信", "…", "没有", "a" * 65, "微信 a-" + "b" * 64]
)
def test_a_nickname_finds_nobody(text: str) -> None:
    with pytest.raises(Unreadable):
        wechats.read(text)


def test_only_what_begins_with_a_letter_is_surely_an_id() -> None:
    assert [each for each in ("zs_88abc", "13800138000", "", "张三") if wechats.is_id(each)] == [
        "zs_88abc"
    ]
    assert not wechats.same("", "")
    assert not wechats.same("微信同号", "微信同号")
