"""What DingTalk answers: every row says what a person should do."""

from __future__ import annotations

import pytest

from app.channels.dingtalk.answers import TABLE, shut_out
from app.channels.outcomes import find
from app.egress import Answer


def answer(body: bytes, status: int = 200) -> Answer:
    return Answer(status, {}, body, truncated=False, duration_ms=1)


@pytest.mark.parametrize(
    ("code", "message", "words"),
    [
        (310000, "错误描述:关键词不匹配;解决方案:请查看关键词", ("keyword", "security settings")),
        (310000, "keywords not in content, more: [x]", ("keyword", "Enter")),
        (310000, "机器人发送签名不匹配;请确认签名和时间戳", ("secret", "SEC")),
        (310000, "sign not match", ("secret", "SEC")),
        (310000, "机器人发送签名过期", ("clock",)),
        (310000, "invalid timestamp", ("clock",)),
        (310000, "ip 1.2.3.4 not in whitelist", ("address list", "{ip}")),
        (310000, "ip 不在白名单中", ("address list", "{ip}")),
        (300005, "token is not exist", ("access_token", "Copy")),
        (300001, "token is not exist", ("access_token", "Copy")),
        (300001, "title or text is null", ("could not read", "plain text")),
        (300001, "msgtype is null", ("could not read", "plain text")),
        (300001, "", ("could not read",)),
        (90030, "webhook over limit", ("quota", "next month")),
        (90020, "您的企业本月api调用量已超过限制", ("quota", "next month")),
        (123456, "webhook over limit", ("quota",)),
        (123456, "description:系统异常，请稍后再试;", ("busy",)),
        (88, "ding talk error[subcode=90018,submsg=请求过于频繁]", ("20 messages",)),
        (88, "ding talk error", ("gateway",)),
        (660026, "发送速度太快而限流", ("20 messages a minute", "ten minutes")),
        (130101, "send too fast, exceed 20 times per minute", ("20 messages", "ten minutes")),
        (400102, "robot is stopped", ("stopped", "Switch it on")),
        (460101, "message too long", ("too long", "shorter")),
    ],
)
def test_the_hint_is_the_one_for_this_refusal(
    code: int, message: str, words: tuple[str, ...]
) -> None:
    rule = find(TABLE.rules, code, message)

    assert rule
    assert all(word in rule.hint for word in words), rule.hint


@pytest.mark.parametrize(
    ("said", "shut"),
    [
        (answer(b'{"status":1111,"wait":5,"punish":"deny"}'), True),
        (answer(b"<html>", 302), True),
        (answer(b'{"errcode":"130101","punish":"deny"}'), False),
        (answer(b'{"errcode":0}'), False),
        (answer(b"<html>punish"), False),
        (answer(b"<html>", 301), False),
    ],
)
def test_a_wall_in_front_is_known_by_what_it_says(said: Answer, shut: bool) -> None:
    assert shut_out(said) is shut
