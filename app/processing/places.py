"""Who runs the servers that an organization's data goes to, and whether they are in mainland
China, as far as their names say."""

from __future__ import annotations

import ipaddress
import re
from typing import Literal

import msgspec

from app.catalogue import N_

Where = Literal["own", "mainland", "abroad", "unknown"]

MAINLAND = {
    "qyapi.weixin.qq.com": N_("Tencent (WeCom)"),
    "qq.com": N_("Tencent"),
    "myqcloud.com": N_("Tencent Cloud"),
    "dingtalk.com": N_("Alibaba (DingTalk)"),
    "aliyun.com": N_("Alibaba Cloud"),
    "aliyuncs.com": N_("Alibaba Cloud"),
    "mxhichina.com": N_("Alibaba Cloud"),
    "feishu.cn": N_("ByteDance (Feishu)"),
    "163.com": N_("NetEase"),
    "126.com": N_("NetEase"),
    "139.com": N_("China Mobile"),
    "ftqq.com": N_("Fangtang (ServerChan)"),
    "pushplus.plus": N_("PushPlus"),
    "zjiecode.com": N_("WxPusher"),
}
ABROAD = {
    "dingtalk.io": N_("Alibaba (DingTalk, international)"),
    "larksuite.com": N_("ByteDance (Lark)"),
    "telegram.org": N_("Telegram"),
    "slack.com": N_("Slack (Salesforce)"),
    "discord.com": N_("Discord"),
    "twilio.com": N_("Twilio"),
    "ntfy.sh": N_("ntfy.sh"),
    "office.com": N_("Microsoft"),
    "office365.com": N_("Microsoft"),
    "outlook.com": N_("Microsoft"),
    "powerplatform.com": N_("Microsoft"),
    "gmail.com": N_("Google"),
    "googlemail.com": N_("Google"),
    "google.com": N_("Google"),
    "amazonaws.com": N_("Amazon Web Services"),
    "sendgrid.net": N_("SendGrid (Twilio)"),
    "mailgun.org": N_("Mailgun"),
}
FAR = re.compile(r"\b(ap|us|eu|me|na)-|hongkong")
"""Regions of Alibaba Cloud that are not in mainland China."""
LOCAL = ("localhost", ".local", ".internal", ".lan")


class Runs(msgspec.Struct, frozen=True):
    """`company` is a message id; empty where the name says nothing."""

    company: str
    where: Where


def runs(host: str) -> Runs:
    name = host.lower().rstrip(".")
    if not name:
        return Runs("", "unknown")
    if _is_own(name):
        return Runs("", "own")
    found: tuple[tuple[dict[str, str], Where], ...] = ((MAINLAND, "mainland"), (ABROAD, "abroad"))
    labels = name.split(".")
    for start in range(len(labels)):
        suffix = ".".join(labels[start:])
        for known, where in found:
            if suffix in known:
                is_far = suffix == "aliyuncs.com" and FAR.search(name)
                return Runs(known[suffix], "unknown" if is_far else where)
    return Runs("", "unknown")


def _is_own(name: str) -> bool:
    if name.endswith(LOCAL):
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_private
    except ValueError:
        return "." not in name
