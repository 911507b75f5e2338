"""People whom a notice calls are mentioned as each platform knows them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from app.channels.dingtalk import DingTalk
from app.channels.feishu import Feishu
from app.channels.handles import Handles
from app.channels.sender import Parcel
from app.channels.wecom import WeCom

LI = Handles(mobile="13800138000", wecom="li", dingtalk="d1", feishu="ou_1")
PHONE = Handles(mobile="13900139000")
PARCEL = Parcel(id="1", kind="test", locale="en", timezone="UTC", attempt=1)
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
DING = "https://oapi.dingtalk.com/robot/send?access_token=" + "a" * 64
FEISHU = "https://open.feishu.cn/open-apis/bot/v2/hook/693a91f6-7aaa-4bc4-97a0-0ec2dbfa5aaa"


def to(*people: Handles, **more: Any) -> Parcel:
    return msgspec.structs.replace(PARCEL, called=people, **more)


def test_wecom_mentions_ids_in_markdown_and_phones_in_text() -> None:
    robot = WeCom(webhook_url=WECOM)
    assert robot.message(PARCEL)["msgtype"] == "markdown"
    rich = robot.message(to(LI))
    assert rich["msgtype"] == "markdown"
    assert rich["markdown"]["content"].endswith("<@li>")
    plain = robot.message(to(LI, PHONE, LI))
    assert plain["text"]["mentioned_list"] == ["li"]
    assert plain["text"]["mentioned_mobile_list"] == ["13900139000"]
    assert robot.mention_users == []
    fixed = WeCom(webhook_url=WECOM, mention_users=["boss"])
    assert fixed.message(to(LI))["text"]["mentioned_list"] == ["boss", "li"]


@pytest.mark.parametrize("form", ["markdown", "markdown_v2", "template_card"])
def test_a_form_that_cannot_mention_somebody_goes_without(form: Any) -> None:
    robot = WeCom(webhook_url=WECOM, format=form)
    assert robot.message(to(PHONE)) == robot.message(PARCEL)


def test_a_kind_knows_whom_its_notices_mention() -> None:
    auto, rich = WeCom(webhook_url=WECOM), WeCom(webhook_url=WECOM, format="markdown")
    card = WeCom(webhook_url=WECOM, format="template_card")
    ding, feishu = DingTalk(webhook_url=DING), Feishu(webhook_url=FEISHU)
    for sender, who in ((auto, LI), (auto, PHONE), (rich, LI), (ding, LI), (ding, PHONE)):
        assert sender.mentions(who)
        assert sender.message(to(who)) != sender.message(PARCEL)
    for sender, who in ((rich, PHONE), (card, PHONE), (feishu, PHONE), (auto, Handles())):
        assert not sender.mentions(who)
        assert sender.message(to(who)) == sender.message(PARCEL)
    assert feishu.mentions(LI)


def test_dingtalk_mentions_by_id_else_by_phone() -> None:
    said = DingTalk(webhook_url=DING).message(to(LI, PHONE))
    assert (said["at"]["atUserIds"], said["at"]["atMobiles"]) == (["d1"], ["13900139000"])
    assert said["markdown"]["text"].endswith("@13900139000 @d1")


def test_feishu_mentions_by_open_id_alone() -> None:
    robot = Feishu(webhook_url=FEISHU, mention_users=["ou_0"])
    said = msgspec.json.encode(robot.message(to(LI, PHONE))).decode()
    assert "<at id=ou_0></at> <at id=ou_1></at>" in said
    assert "139" not in said
