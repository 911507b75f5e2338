"""How messages are handled, in an organization's own words."""

from __future__ import annotations

from typing import Any

import pytest

from app import messages
from app.errors import Invalid, NotFound
from app.fields.check import Answers
from app.messages import Visit, Wanted, outcomes
from app.people import organizations
from app.tables import Organization

BY = "owner"
LISTS: dict[str, Any] = {
    "outcomes": [
        {"key": "visit", "label": "已上门"},
        {"key": "phone", "label": "打过电话"},
        {"key": "none"},
    ],
    "reasons": [{"key": "ad", "label": "广告"}, {"label": "打错了"}],
}


def faults(error: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(each.pointer, each.code) for each in error.value.problems]


async def test_without_a_choice_of_ones_own_there_are_four(org: Organization) -> None:
    found = await outcomes.read(org.id)
    assert found.offered == ["phone", "email", "wechat", "none"]
    assert found.labels("zh-CN")["phone"] == "已电话回复"
    assert found.labels("en")["none"] == "Nothing to do"
    assert found.reasons == []


async def test_lists_are_replaced_and_what_is_not_listed_is_only_retired(
    org: Organization,
) -> None:
    found = await outcomes.save(org.id, LISTS, by=BY)
    assert found.offered == ["visit", "phone", "none"]
    assert [each.key for each in found.outcomes if each.retired] == ["email", "wechat"]
    ad, wrong = found.offered_reasons
    assert ad == "ad"
    assert found.said("en", "none", wrong) == "Nothing to do · 打错了"
    assert await outcomes.read(org.id) == found

    other = await organizations.create("other", "Other")
    assert await outcomes.read(other.id) == outcomes.BUILT_IN
    with pytest.raises(NotFound):
        await outcomes.rename(other.id, "reasons", "ad", "x", by=BY)


async def test_sent_again_without_keys_they_are_the_same(org: Organization) -> None:
    words = {"outcomes": [{"key": "none"}, {"label": "上门"}], "reasons": [{"label": "广告"}]}
    first = await outcomes.save(org.id, words, by=BY)
    assert await outcomes.save(org.id, words, by=BY) == first
    await outcomes.save(org.id, {"outcomes": [{"key": "none"}]}, by=BY)
    assert (await outcomes.save(org.id, words, by=BY)).offered == first.offered


async def test_they_are_changed_one_by_one(org: Organization) -> None:
    await outcomes.add(org.id, "outcomes", " 已上门 ", by=BY)
    key = (await outcomes.read(org.id)).offered[-1]
    await outcomes.move(org.id, "outcomes", key, -1, by=BY)
    await outcomes.rename(org.id, "outcomes", "phone", "打过电话", by=BY)
    await outcomes.retire(org.id, "outcomes", "email", True, by=BY)
    found = await outcomes.read(org.id)
    assert found.offered == ["phone", "wechat", key, "none"]
    assert found.labels("zh-CN") == {
        "phone": "打过电话",
        "wechat": "已微信回复",
        key: "已上门",
        "none": "无需处理",
        "email": "已邮件回复",
    }
    await outcomes.retire(org.id, "outcomes", "email", False, by=BY)
    await outcomes.move(org.id, "outcomes", "phone", -1, by=BY)
    assert (await outcomes.read(org.id)).offered == ["phone", "email", "wechat", key, "none"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"outcomes": [{"key": "Ä", "label": "x"}]}, ("/outcomes/0/key", "format")),
        ({"outcomes": [{"key": "visit"}]}, ("/outcomes/0/label", "required")),
        ({"outcomes": [{"label": "x" * 33}]}, ("/outcomes/0/label", "too_long")),
        ({"outcomes": [{"label": "甲"}, {"label": "甲"}]}, ("/outcomes/1/label", "not_unique")),
        ({"outcomes": [{"key": "none"}] * 2}, ("/outcomes/1/key", "not_unique")),
        ({"outcomes": [{"key": "none", "retired": True}]}, ("/outcomes", "too_short")),
        ({"outcomes": [{"key": "none"}], "reasons": [{}]}, ("/reasons/0/label", "required")),
        (
            {
                "outcomes": [{"key": "none"}],
                "reasons": [{"key": f"r{n}", "label": f"{n}"} for n in range(51)],
            },
            ("/reasons", "too_long"),
        ),
    ],
)
async def test_what_nobody_could_choose_from_is_refused(
    org: Organization, change: dict[str, Any], expected: tuple[str, str]
) -> None:
    with pytest.raises(Invalid) as error:
        await outcomes.save(org.id, change, by=BY)
    assert faults(error) == [expected]
    assert await outcomes.read(org.id) == outcomes.BUILT_IN


async def test_a_message_keeps_its_outcome_and_reason_and_is_found_by_them(
    org: Organization, answers: Answers, visit: Visit
) -> None:
    await outcomes.save(org.id, LISTS, by=BY)
    one = await messages.leave(org, answers, visit, submission_id="1")
    two = await messages.leave(org, answers, visit, submission_id="2")
    await messages.handle(org.id, one.uid, outcome="none", reason="ad", by=BY)
    # Retired, and still good for a page that was opened before.
    await messages.handle(org.id, two.uid, outcome="wechat", by=BY)
    await outcomes.rename(org.id, "reasons", "ad", "推销", by=BY)

    row = await messages.one(org.id, one.uid)
    assert (await outcomes.read(org.id)).said("zh-CN", row.outcome, row.outcome_reason) == (
        "无需处理 · 推销"
    )
    for wanted, expected in (
        (Wanted(outcome="none"), [one.uid]),
        (Wanted(outcome="none", outcome_reason="ad"), [one.uid]),
        (Wanted(outcome="wechat"), [two.uid]),
        (Wanted(outcome="phone"), []),
    ):
        page = await messages.inbox(org.id, wanted)
        assert [each.uid for each in page.items] == expected, wanted

    await messages.reopen(org.id, one.uid, by=BY)
    row = await messages.one(org.id, one.uid)
    assert (row.outcome, row.outcome_reason) == ("", "")


@pytest.mark.parametrize(
    ("outcome", "reason", "expected"),
    [
        ("fax", "", ("/outcome", "unknown_outcome")),
        ("phone", "ad", ("/outcome_reason", "not_allowed")),
        ("none", "weather", ("/outcome_reason", "unknown_reason")),
    ],
)
async def test_what_is_not_in_the_lists_is_refused_with_what_is(
    org: Organization,
    answers: Answers,
    visit: Visit,
    outcome: str,
    reason: str,
    expected: tuple[str, str],
) -> None:
    await outcomes.save(org.id, LISTS, by=BY)
    left = await messages.leave(org, answers, visit, submission_id="1")
    with pytest.raises(Invalid) as error:
        await messages.handle(org.id, left.uid, outcome=outcome, reason=reason, by=BY)
    assert faults(error) == [expected]
    if outcome == "fax":
        assert error.value.problems[0].facts == {"known": "visit, phone, none"}
