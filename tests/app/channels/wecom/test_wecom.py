"""The WeCom group robot: its forms, its refusals, its addresses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.channels import kinds, wecom
from app.channels.outcomes import find
from app.channels.sender import remedy
from app.egress.client import Client
from app.errors import Invalid, SendError
from tests.app.channels.things import LINK, TOKEN, made, notice, parcel, robot
from tests.fakes.vendors import FakeVendors

URL = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key="
UUID = "693a91f6-7abc-4bc4-97a0-0ec2fefa5aaa"

# (fault, outcome, seconds to wait, softer form)
ROWS = [
    ("busy", "retry", None, ""),
    ("code:45009", "rate_limited", 60, ""),
    ("code:45047", "rate_limited", 60, ""),
    ("code:45033", "rate_limited", 10, ""),
    ("code:60020", "permanent_config", None, ""),
    ("code:40063", "retry", None, "fallback"),
    ("code:93000", "gone", None, ""),
    ("code:93004", "gone", None, ""),
    ("code:93008", "gone", None, ""),
    ("code:40008", "permanent_content", None, "fallback"),
    ("code:40058", "permanent_content", None, "fallback"),
    ("code:44004", "permanent_content", None, "fallback"),
    ("code:40033", "permanent_content", None, "neutral"),
]


def message(**options: Any) -> dict[str, Any]:
    body = robot("wecom", URL + TOKEN, **options).body(parcel())
    return json.loads(body)


async def failure(fakes: FakeVendors, egress: Client, attempt: int = 1) -> SendError:
    sender = robot("wecom", fakes.address("wecom", TOKEN))
    with pytest.raises(SendError) as caught:
        await sender.send(parcel(attempt=attempt), egress)
    return caught.value


def test_it_is_markdown_of_our_own() -> None:
    assert message() == {
        "msgtype": "markdown",
        "markdown": {
            "content": "**新留言 LM-7K3F9Q · 产品咨询**\n"
            "姓名：张三\n电话：13800138000\n邮箱：zhangsan@example.com\n"
            "> 我想咨询一下产品价格\n\n"
            "时间：2024-01-15 18:30 (UTC+8)\nIP：192.168.1.100\n"
            "页面：https://shop.example/p/1\n"
            f"[查看并处理]({LINK})"
        },
    }


def test_who_is_to_be_called_makes_it_plain_text() -> None:
    said = message(mention_users=["lisi"], mention_mobiles=["13800138000"], mention_all=True)

    assert said["msgtype"] == "text"
    assert said["text"]["mentioned_list"] == ["lisi", "@all"]
    assert said["text"]["mentioned_mobile_list"] == ["13800138000"]
    assert "**" not in said["text"]["content"]


def test_markdown_can_call_people_by_id() -> None:
    content = message(format="markdown", mention_users=["lisi"])["markdown"]["content"]

    assert content.endswith("\n<@lisi>")


def test_a_card_has_the_answers_in_its_fields() -> None:
    card = message(format="template_card")["template_card"]

    assert card["main_title"] == {"title": "新留言 LM-7K3F9Q", "desc": "产品咨询"}
    assert card["sub_title_text"] == "我想咨询一下产品价格"
    assert {"keyname": "电话", "value": "13800138000"} in card["horizontal_content_list"]
    assert card["card_action"] == {"type": 1, "url": LINK}


@pytest.mark.parametrize("changes", [{"template": "{{visitor.name}}"}, {"neutral": True}])
def test_what_does_not_fit_a_card_is_markdown(changes: dict[str, Any]) -> None:
    sender = robot("wecom", URL + TOKEN, format="template_card")

    assert json.loads(sender.body(parcel(**changes)))["msgtype"] == "markdown"


def test_a_refused_form_is_followed_by_plain_text() -> None:
    sender = robot("wecom", URL + TOKEN, format="template_card")

    body = json.loads(sender.body(parcel(fallback=True, template="**{{visitor.name}}**")))

    assert body["msgtype"] == "text"
    assert "**" not in body["text"]["content"]


@pytest.mark.parametrize("form", ["text", "markdown", "markdown_v2"])
async def test_the_limit_is_used_to_the_last_character(
    form: str, fakes: FakeVendors, egress: Client
) -> None:
    sender = robot("wecom", fakes.add_bot("wecom", TOKEN), format=form)
    await sender.send(parcel(notice(content="<中>" * 3000)), egress)

    size = len(fakes.calls()[0].parsed[form]["content"].encode())

    assert wecom.LIMITS[form] - 9 <= size <= wecom.LIMITS[form]


@pytest.mark.parametrize(("fault", "outcome", "after", "softer"), ROWS)
async def test_a_refusal_says_what_follows_and_what_to_do(
    fault: str, outcome: str, after: float | None, softer: str, fakes: FakeVendors, egress: Client
) -> None:
    fakes.add_bot("wecom", TOKEN)
    fakes.fault("wecom", TOKEN, fault)

    error = await failure(fakes, egress)

    assert (error.outcome, error.after, remedy(error)) == (outcome, after, softer)
    assert error.hint.format_map(error.facts)
    assert error.http_status == 200


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (93000, ("key", "removed", "Copy the robot's address")),
        (40058, ("form", "{message}", "plain text")),
        (45009, ("20 messages a minute", "afterwards")),
        (45033, ("same time", "afterwards")),
        (93004, ("switched off", "Switch it on")),
        (93008, ("group", "Add it again")),
        (40033, ("character", "without the visitor's text")),
    ],
)
def test_the_hint_is_the_one_for_this_refusal(code: int, words: tuple[str, ...]) -> None:
    rule = find(wecom.TABLE.rules, code, "")

    assert rule
    assert all(word in rule.hint for word in words), rule.hint


def test_every_row_of_the_table_was_tried() -> None:
    tried = {-1 if fault == "busy" else int(fault[5:]) for fault, *_ in ROWS}

    assert {code for rule in wecom.TABLE.rules for code in rule.codes} == tried


async def test_a_busy_platform_is_asked_less_and_less(fakes: FakeVendors, egress: Client) -> None:
    fakes.add_bot("wecom", TOKEN)
    fakes.fault("wecom", TOKEN, "busy")

    assert (await failure(fakes, egress, attempt=4)).after == 600


@pytest.mark.parametrize("state", ["disabled", "removed", "dissolved"])
async def test_a_robot_that_is_away_is_gone(state: Any, fakes: FakeVendors, egress: Client) -> None:
    fakes.add_bot("wecom", TOKEN, state=state)

    assert (await failure(fakes, egress)).outcome == "gone"


async def test_a_wrong_key_is_gone_and_shows_our_address(
    fakes: FakeVendors, egress: Client
) -> None:
    error = await failure(fakes, egress)

    assert (error.outcome, error.code) == ("gone", "93000")
    assert error.facts["ip"] == "127.0.0.1"


async def test_the_twenty_first_in_a_minute_waits(fakes: FakeVendors, egress: Client) -> None:
    sender = robot("wecom", fakes.add_bot("wecom", TOKEN))
    for _ in range(20):
        await sender.send(parcel(), egress)

    assert (await failure(fakes, egress)).outcome == "rate_limited"


async def test_a_message_read_only_in_part_is_a_warning(fakes: FakeVendors, egress: Client) -> None:
    sender = robot("wecom", fakes.add_bot("wecom", TOKEN))
    fakes.fault("wecom", TOKEN, 'body:{"errcode":0,"errmsg":"ok. Warning: wrong json format."}')

    taken = await sender.send(parcel(), egress)

    assert taken.warning == wecom.HALF_READ_HINT
    assert "wrong json" in taken.facts["message"]


@pytest.mark.parametrize(
    "pasted",
    [
        UUID,
        f"  “{UUID}” ",
        f"key={UUID}",
        f"http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={UUID}",
        f"https://QYAPI.weixin.qq.com:443/cgi-bin/webhook/send/?key={UUID}&key={UUID}",
        f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={URL}{UUID}",
        f"key={URL}{UUID}",
        f"https%3A%2F%2Fqyapi.weixin.qq.com%2Fcgi-bin%2Fwebhook%2Fsend%3Fkey%3D{UUID}",
    ],
)
def test_any_way_of_pasting_the_address_will_do(pasted: str) -> None:
    assert robot("wecom", pasted) == robot("wecom", URL + UUID)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("qyapi.weixin.qq.com/cgi-bin/message/send?access_token=x", "application_interface"),
        ("qyapi.weixin.qq.com/cgi-bin/webhook/send", "not_a_robot"),
        ("qyapi.weixin.qq.com/cgi-bin/webhook/upload_media?key=x", "not_a_robot"),
        ("oapi.dingtalk.com/cgi-bin/webhook/send?key=x", "host_vendor"),
        ("qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x&debug=1", "unknown_part"),
        ("qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x&secret=SECabc", "unknown_part"),
        ("qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x&key=y", "twice"),
        ("qyapi.weixin.qq.com/cgi-bin/webhook/send?key=在群里复制", "not_a_key"),
        ("qyapi.weixin.qq.com/cgi-bin/webhook/send?key=https://a.example/", "not_a_robot"),
        ("qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x#top", "url_fragment"),
    ],
)
def test_another_address_is_refused_with_a_reason(url: str, code: str, egress: Client) -> None:
    with pytest.raises(Invalid) as caught:
        robot("wecom", f"https://{url}").check(egress)

    assert [(p.pointer, p.code) for p in caught.value.problems] == [("/webhook_url", code)]


@pytest.mark.parametrize(
    "options",
    [
        {"format": "markdown", "mention_all": True},
        {"format": "markdown", "mention_mobiles": ["13800138000"]},
        {"format": "markdown_v2", "mention_users": ["lisi"]},
    ],
)
def test_a_form_that_cannot_call_people_is_refused(options: dict[str, Any], egress: Client) -> None:
    with pytest.raises(Invalid) as caught:
        robot("wecom", URL + UUID, **options).check(egress)

    assert caught.value.problems[0].code == "mentions_need_text"


def test_the_documented_example_is_enough() -> None:
    raw = {"type": "wecom", "webhook_url": URL + "YOUR_KEY"}

    assert kinds.parse(raw).credential() == "wecom YOUR_KEY"


def test_an_addition_is_a_card_that_leads_to_the_message() -> None:
    card = made(("wecom", {"format": "template_card"})).message(parcel(kind="more"))

    assert card["template_card"]["main_title"]["title"] == "补充 LM-7K3F9Q"
    assert card["template_card"]["card_action"]["url"] == LINK
