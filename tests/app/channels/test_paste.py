"""What somebody has on the clipboard."""

from __future__ import annotations

from typing import Any

import pytest

from app.channels.kinds import parse
from app.channels.paste import recognise
from app.channels.robots import faults
from app.egress.client import Client

UUID = "693a91f6-7abc-4bc4-97a0-0ec2fefa5aaa"
HEX = "5ec2e7" * 10 + "0000"
SECRET = "SEC" + HEX
WECOM = {"webhook_url": f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={UUID}"}
DINGTALK = {"webhook_url": f"https://oapi.dingtalk.com/robot/send?access_token={HEX}"}
SIGNED = DINGTALK | {"secret": SECRET}
FEISHU = "AbCdEfGhIjKlMnOpQrStUv"
LARK = {"webhook_url": f"https://open.larksuite.com/open-apis/bot/v2/hook/{UUID}"}


@pytest.mark.parametrize(
    ("pasted", "kind", "fields"),
    [
        (UUID, "wecom", WECOM),
        (f"key={UUID}", "wecom", WECOM),
        (f"“{WECOM['webhook_url']}”。", "wecom", WECOM),
        (f'{{"type": "wecom", "webhook_url": "{WECOM["webhook_url"]}"}}', "wecom", WECOM),
        (f"curl '{WECOM['webhook_url']}' -H 'Content-Type: x'", "wecom", WECOM),
        (WECOM["webhook_url"].removeprefix("https://"), "wecom", WECOM),
        (f"http://wecom.corp.example/cgi-bin/webhook/send?key={UUID}", "wecom", None),
        (HEX, "dingtalk", DINGTALK),
        (f"{DINGTALK['webhook_url']}&timestamp=1&sign=x", "dingtalk", DINGTALK),
        (
            f"地址 {DINGTALK['webhook_url']} 密钥 {SECRET}",
            "dingtalk",
            DINGTALK | {"secret": SECRET},
        ),
        (SECRET, "dingtalk", {"secret": SECRET}),
        (f"{LARK['webhook_url']}/", "feishu", LARK),
        ("https://qyapi.weixin.qq.com/cgi-bin/message/send?access_token=x", "wecom", None),
        ("https://api.dingtalk.com/v1.0/robot/groupMessages/send", "dingtalk", None),
        (f"{WECOM['webhook_url']}复制这个地址", "wecom", WECOM),
        (f"见 https://help.example/ 和 {WECOM['webhook_url']}。谢谢", "wecom", WECOM),
        (f"key: {UUID}", "wecom", WECOM),
        (f"{UUID}/", "wecom", WECOM),
        (f"Webhook：{DINGTALK['webhook_url']}，加签：{SECRET}", "dingtalk", SIGNED),
        (f"{DINGTALK['webhook_url']}密钥{SECRET}关键词留言", "dingtalk", SIGNED),
        (f"{DINGTALK['webhook_url']}&amp;timestamp=1", "dingtalk", DINGTALK),
        (f"oapi.dingtalk.com/robot/send?access_token={HEX}复制", "dingtalk", DINGTALK),
        (f"access_token: {HEX} secret: {SECRET}", "dingtalk", SIGNED),
        (f"{LARK['webhook_url']}#x 签名校验 {FEISHU}", "feishu", LARK | {"secret": FEISHU}),
        (
            f"地址：{LARK['webhook_url']}\n签名校验密钥：{FEISHU}",
            "feishu",
            LARK | {"secret": FEISHU},
        ),
        (f"{LARK['webhook_url']} secret={FEISHU}", "feishu", LARK | {"secret": FEISHU}),
        ("张三 <a@example.com>", "email", {"to": ["a@example.com"]}),
        ("a@example.com 和 b@example.com", "email", {"to": ["a@example.com", "b@example.com"]}),
        ("邮箱a@example.com。抄送a@example.com", "email", {"to": ["a@example.com"]}),
        (f"{DINGTALK['webhook_url']}&secret={SECRET}密钥", "dingtalk", SIGNED),
        (f"{DINGTALK['webhook_url']}&amp;secret={SECRET}", "dingtalk", SIGNED),
        (f"{WECOM['webhook_url']}&debug=1", "wecom", None),
        ("https://hooks.example/in?x=1", "custom", {"webhook_url": "https://hooks.example/in?x=1"}),
        ("https://www.feishu.cn/flow/api/trigger-webhook/x", "custom", None),
        ("a@example.com", "email", {"to": ["a@example.com"]}),
        ("mailto:a@example.com", "email", {"to": ["a@example.com"]}),
        ("a@example.com；b@example.com, c@example.com", "email", None),
    ],
)
def test_it_is_known_what_was_pasted(pasted: str, kind: str, fields: dict[str, Any] | None) -> None:
    found = recognise(pasted)

    assert found
    assert found[0] == kind
    assert fields is None or found[1] == fields


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "   ",
        "hello",
        "a@",
        "ftp://x.example/",
        "x" * 5000,
        "key=",
        "a@" * 2500,
        "SEC" + "0" * 63,
    ],
)
def test_what_is_nothing_is_nothing(pasted: str) -> None:
    assert recognise(pasted) is None


@pytest.mark.parametrize("kind", ["custom", "wecom", "dingtalk", "feishu"])
@pytest.mark.parametrize(
    ("address", "own"),
    [
        (WECOM["webhook_url"], "wecom"),
        (WECOM["webhook_url"].replace("https", "http"), "wecom"),
        (f" 「{WECOM['webhook_url']}」 ", "wecom"),
        (f"{WECOM['webhook_url']}&debug=1", "wecom"),
        (f"{DINGTALK['webhook_url']}&timestamp=1&sign=x", "dingtalk"),
        ("https://OAPI.dingtalk.com:443/robot/send?access_token=YOUR_TOKEN", "dingtalk"),
        (LARK["webhook_url"], "feishu"),
        ("http://127.0.0.1:9/open-apis/bot/v2/hook/demo", "feishu"),
        ("http://127.0.0.1:9/cgi-bin/webhook/send?key=demo", "wecom"),
    ],
)
def test_a_robots_address_is_refused_by_every_other_kind_and_its_own_is_named_once(
    address: str, own: str, kind: str, egress: Client
) -> None:
    found = faults(parse({"type": kind, "webhook_url": address}), egress)

    told = [(each.pointer, each.code, each.facts.get("kind")) for each in found]
    if kind != own:
        assert told == [("/webhook_url", "other_kind", own)]
        assert f"channel: {own}." in found[0].detail.format_map(found[0].facts)
    else:
        assert "other_kind" not in [code for _, code, _ in told]


@pytest.mark.parametrize(
    "address",
    [
        "https://hooks.example/cgi-bin/webhook/send?key=x",
        "https://www.feishu.cn/flow/api/trigger-webhook/x",
        "https://qyapi.weixin.qq.com/cgi-bin/message/send?access_token=x",
        "https://hooks.example/in?next=/robot/send?access_token=x",
    ],
)
def test_what_no_robot_takes_stays_a_webhook(address: str, egress: Client) -> None:
    assert faults(parse({"type": "custom", "webhook_url": address}), egress) == []
