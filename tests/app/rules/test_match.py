"""Which messages the conditions of a rule mean."""

from __future__ import annotations

from typing import Any

import pytest

from app.rules.match import Matcher, Subject, said
from app.rules.shape import When


def subject(content: str = "我要退款, please refund me", **more: Any) -> Subject:
    facts: dict[str, Any] = {
        "category": "售后",
        "answers": {"order": "A-17", "needs": "报价\n安装"},
        "site": "m.shop.example:8443",
        "language": "zh-CN,zh;q=0.9,en;q=0.8",
        "verified": False,
        "open": True,
        **more,
    }
    return Subject(text=said(content, facts["answers"].values()), **facts)


@pytest.mark.parametrize(
    "when",
    [
        When(),
        When(words=["投诉", "退款"]),
        When(words=["ＲＥＦＵＮＤ"]),
        When(words=["please  refund"]),
        When(words=["a-17"]),
        When(categories=["投诉", "售后"]),
        When(sites=["shop.example"]),
        When(sites=["m.shop.example:8443"]),
        When(answers={"needs": ["安装"], "order": ["a-17", "a-18"]}),
        When(hours="inside", verified=False),
        When(languages=["en", "zh"]),
        When(languages=["zh-cn"]),
    ],
)
def test_it_means_the_message(when: When) -> None:
    assert Matcher(when).matches(subject())


@pytest.mark.parametrize(
    "when",
    [
        When(words=["发票"]),
        When(words=["fund"]),  # only where a word begins
        When(words=["退款"], categories=["投诉"]),  # every condition must hold
        When(sites=["op.example"]),
        When(sites=["shop.example:443"]),
        When(answers={"needs": ["安装"], "size": ["L"]}),
        When(hours="outside"),
        When(verified=True),
        When(languages=["en"]),
    ],
)
def test_it_means_other_messages(when: When) -> None:
    assert not Matcher(when).matches(subject())


@pytest.mark.parametrize("content", ["用AI吗", "AI?", "what about AIs"])
def test_a_word_begins_after_a_blank_a_sign_or_chinese(content: str) -> None:
    assert Matcher(When(words=["ai"])).matches(subject(content))
    assert not Matcher(When(words=["ai"])).matches(subject("my email said so"))
