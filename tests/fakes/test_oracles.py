from __future__ import annotations

import time
from typing import Any

import pytest

from tests.fakes.hostile import HOSTILE, PIECES
from tests.fakes.oracles import Findings, findings


def wecom(kind: str, text: str, **more: Any) -> Findings:
    return findings("wecom", {"msgtype": kind, kind: {"content": text, **more}})


def dingtalk(kind: str, text: str, at: dict[str, Any] | None = None) -> Findings:
    key = "content" if kind == "text" else "text"
    return findings("dingtalk", {"msgtype": kind, kind: {key: text}, "at": at or {}})


def card(tag: str, text: str) -> Findings:
    block = {"tag": "div", "text": {"tag": tag, "content": text}}
    return findings("feishu", {"msg_type": "interactive", "card": {"elements": [block]}})


def feishu_text(text: str) -> Findings:
    return findings("feishu", {"msg_type": "text", "content": {"text": text}})


def post(*tags: dict[str, Any]) -> Findings:
    return findings(
        "feishu",
        {"msg_type": "post", "content": {"post": {"zh_cn": {"title": "a", "content": [[*tags]]}}}},
    )


def test_wecom_text_calls_by_list_by_mobile_and_by_sign() -> None:
    found = wecom(
        "text", "hello <@lisi>", mentioned_list=["@all"], mentioned_mobile_list=["13800138000"]
    )

    assert found.mentions == ["@all", "13800138000", "lisi"]


def test_wecom_lists_count_in_text_only() -> None:
    assert wecom("markdown", "hello <@lisi>", mentioned_list=["@all"]).mentions == ["lisi"]


def test_wecom_markdown_v2_calls_nobody() -> None:
    assert wecom("markdown_v2", "<@all>", mentioned_list=["@all"]).mentions == []


def test_wecom_cards_link_by_their_jumps() -> None:
    content = {
        "jump_list": [{"type": 1, "title": "打开", "url": "https://console.example/1"}],
        "card_action": {"type": 1, "url": "https://console.example/2"},
        "main_title": {"title": "[a](https://evil.example) <@all>"},
    }
    found = findings("wecom", {"msgtype": "template_card", "template_card": content})

    assert sorted(found.links) == ["https://console.example/1", "https://console.example/2"]
    assert found.mentions == []


def test_dingtalk_text_calls_whoever_is_in_at() -> None:
    at = {"atMobiles": ["13800138000"], "atUserIds": ["u1"], "isAtAll": True}

    assert dingtalk("text", "hello", at).mentions == ["all", "13800138000", "u1"]


def test_dingtalk_markdown_calls_only_those_whose_name_stands_in_the_text() -> None:
    at = {"atMobiles": ["13800138000", "13900139000"]}

    assert dingtalk("markdown", "hello @13800138000", at).mentions == ["13800138000"]
    assert dingtalk("markdown", "hello @13800138000").mentions == []


def test_dingtalk_buttons_and_pictures_are_seen() -> None:
    button = {"title": "查看", "actionURL": "https://console.example/1"}
    content = {"title": "a", "text": "[b](dtmd://x) ![c](https://d.example)", "btns": [button]}
    found = findings("dingtalk", {"msgtype": "actionCard", "actionCard": content})

    assert found.links == ["dtmd://x", "https://console.example/1"]
    assert found.images == ["https://d.example"]


def test_feishu_text_calls_by_user_id_and_cards_by_id() -> None:
    both = '<at user_id="ou_1">n</at> <at id=ou_2></at>'

    assert feishu_text(both).mentions == ["ou_1"]
    assert card("lark_md", both).mentions == ["ou_2"]
    assert card("markdown", "<at id='all'></at>").mentions == ["all"]


def test_feishu_posts_call_and_link_by_their_tags() -> None:
    found = post(
        {"tag": "text", "text": '<at user_id="all"></at> [a](https://evil.example)'},
        {"tag": "at", "user_id": "ou_1"},
        {"tag": "a", "text": "打开", "href": "https://console.example/1"},
        {"tag": "img", "image_key": "img_1"},
    )

    assert (found.mentions, found.links, found.images) == (
        ["ou_1"],
        ["https://console.example/1"],
        ["img_1"],
    )


def test_feishu_entities_stay_escaped() -> None:
    assert card("lark_md", "&#60;at id=all&#62;&#91;a&#93;&#40;https://x&#41;") == Findings()


@pytest.mark.parametrize("kind", ["markdown", "actionCard"])
def test_dingtalk_entities_are_taken_for_what_they_mean(kind: str) -> None:
    assert dingtalk(kind, PIECES["link, entities"]).links == ["https://evil.example/b"]


def test_wecom_entities_are_taken_for_what_they_mean() -> None:
    assert wecom("markdown", PIECES["wecom mention, entities"]).mentions == ["all"]


def test_markup_is_named_with_what_it_covers() -> None:
    text = '# 标题\n> 引用\n**粗** `码` <font color="warning">红</font>'

    assert wecom("markdown", text).markup == [
        ("font", "红"),
        ("bold", "粗"),
        ("code", "码"),
        ("heading", "标题"),
        ("quote", "引用"),
    ]


LINKS = [f"https://evil.example/{name}" for name in "abdeh"]
IMAGES = [f"https://evil.example/{name}.png" for name in "cfg"]


@pytest.mark.parametrize(
    ("found", "mentions"),
    [
        (wecom("markdown", HOSTILE), ["all", "zhangsan"]),
        (wecom("markdown_v2", HOSTILE), []),
        (dingtalk("markdown", HOSTILE, {"atMobiles": ["13800138000"]}), ["13800138000"]),
        (dingtalk("actionCard", HOSTILE), []),
    ],
    ids=["wecom markdown", "wecom markdown_v2", "dingtalk markdown", "dingtalk card"],
)
def test_the_hostile_text_is_seen_through(found: Findings, mentions: list[str]) -> None:
    assert found.mentions == mentions
    assert set(LINKS) <= set(found.links)
    assert sorted(found.images) == IMAGES
    assert {name for name, _ in found.markup} == {"font", "bold", "code", "heading", "quote"}


def test_the_hostile_text_is_seen_through_in_feishu_markdown() -> None:
    found = card("lark_md", HOSTILE)

    assert found.mentions == ["all", "ou_1", "a@b.example"]
    assert "https://evil.example/a" in found.links
    assert "https://evil.example/b" not in found.links
    assert sorted(found.images) == IMAGES


@pytest.mark.parametrize(
    ("found", "mentions"),
    [
        (wecom("text", HOSTILE), ["all", "zhangsan"]),
        (dingtalk("text", HOSTILE), []),
        (feishu_text(HOSTILE), ["all", "ou_1"]),
        (post({"tag": "text", "text": HOSTILE}), []),
        (card("plain_text", HOSTILE), []),
        (findings("hook", {"type": "leave_message", "message": {"content": HOSTILE}}), []),
    ],
    ids=["wecom text", "dingtalk text", "feishu text", "feishu post", "feishu card", "custom"],
)
def test_plain_formats_neither_link_nor_load(found: Findings, mentions: list[str]) -> None:
    assert (found.mentions, found.links, found.images, found.markup) == (mentions, [], [], [])


def test_what_is_neutralised_is_harmless() -> None:
    wide = HOSTILE.translate(str.maketrans("<>[]`*#&!", "＜＞［］｀＊＃＆！"))
    quoted = "\n".join(f"> {line}" for line in wide.splitlines())

    for found in (wecom("markdown", quoted), dingtalk("markdown", quoted)):
        assert (found.mentions, found.links, found.images) == ([], [], [])
        assert {name for name, _ in found.markup} == {"quote"}


@pytest.mark.parametrize(
    "unit", ["[", "[a", "![", "<@ ", "<at ", "**", "`", "` ", "<font", "> # ", "(", "]("]
)
def test_a_long_hostile_text_is_read_quickly(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    start = time.process_time()
    wecom("markdown", text)
    card("lark_md", text)

    assert time.process_time() - start < 2


@pytest.mark.parametrize("message", [None, [], "a", {}, {"msgtype": []}, {"msg_type": {"a": 1}}])
def test_what_is_no_message_says_nothing(message: Any) -> None:
    for vendor in ("wecom", "dingtalk", "feishu", "hook", ""):
        assert findings(vendor, message) == Findings()
