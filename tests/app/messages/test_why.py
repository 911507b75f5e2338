"""Why rules mean a message, or not: the first condition that does not hold."""

from __future__ import annotations

from typing import Any

import pytest

from app import messages
from app.errors import NotFound
from app.messages.why import why
from app.rules import change
from app.rules.match import Matcher
from app.rules.shape import When
from app.tables import Organization
from tests.app.messages.conftest import Leave
from tests.app.rules.test_match import subject

QUIET = {"quiet": True}


async def rules(org: Organization, *made: dict[str, Any], mode: str = "all") -> None:
    await change.replace(org.id, {"mode": mode, "rules": list(made)}, by="tests")


async def test_each_rule_of_now_says_why(
    org: Organization, other_org: Organization, leave: Leave
) -> None:
    left = await leave("我要退款", category="产品咨询")
    await rules(
        org,
        {"name": "a", "when": {"words": ["退款"]}, "then": {"category": "售后"}},
        {"name": "b", "when": {"categories": ["售后"], "words": ["发票"]}, "then": QUIET},
        {"name": "c", "when": {"categories": ["产品咨询"]}, "then": QUIET},
        {"name": "d", "enabled": False, "then": QUIET},
    )
    # What it was made since does not count: a rule would see what the visitor chose.
    await messages.to_one(org.id, left.uid, messages.acts.categorized("投诉"), by="tests")
    found = [(each.rule.name, each.verdict, each.failed) for each in await why(org.id, left.uid)]
    assert found == [
        ("a", "matches", None),
        ("b", "differs", When(words=["发票"])),
        ("c", "differs", When(categories=["产品咨询"])),
        ("d", "off", None),
    ]
    await rules(
        org,
        {"name": "a", "then": {"category": "售后"}},
        {"name": "b", "then": QUIET},
        mode="first",
    )
    assert [each.verdict for each in await why(org.id, left.uid)] == ["matches", "passed"]
    with pytest.raises(NotFound):
        await why(other_org.id, left.uid)


@pytest.mark.parametrize(
    ("wanted", "failed"),
    [
        (When(categories=["x"], words=["y"]), When(categories=["x"])),
        (When(sites=["x.example"]), When(sites=["x.example"])),
        (When(hours="outside"), When(hours="outside")),
        (When(verified=True), When(verified=True)),
        (When(languages=["fr"]), When(languages=["fr"])),
        (
            When(answers={"size": ["L"], "colour": ["red"]}),
            When(answers={"colour": ["red"]}),
        ),
        (When(words=["nothing"]), When(words=["nothing"])),
        (When(), None),
    ],
)
def test_the_first_condition_that_does_not_hold(wanted: When, failed: When | None) -> None:
    seen = subject(answers={"size": "L"}, language="zh-CN", open=True)
    assert Matcher(wanted).failed(seen) == failed
