"""The few words of our own in a notice, in the languages that notices speak."""

from __future__ import annotations

import msgspec


class Words(msgspec.Struct, frozen=True, kw_only=True):
    sender: str
    new: str
    digest: str
    repeat: str
    alert: str
    neutral: str
    test: str
    again: str
    more: str
    cut: str
    open: str
    inbox: str
    anonymous: str
    colon: str
    name: str
    phone: str
    email: str


CHINESE = Words(
    sender="留言通知",
    new="新留言 {reference}",
    digest="{count} 条新留言",
    repeat="另有 {count} 位访客说了同样的话",
    alert="通知渠道提醒",
    neutral="（内容未通过平台审核，请到后台查看）",
    test="【测试】",
    again="【可能重复】",
    more="还有 {count} 条，请到后台查看",
    cut="…（内容过长，请到后台查看）",
    open="查看并处理",
    inbox="打开留言列表",
    anonymous="访客",
    colon="：",
    name="姓名",
    phone="电话",
    email="邮箱",
)

ENGLISH = Words(
    sender="Message desk",
    new="New message {reference}",
    digest="{count} new messages",
    repeat="{count} more visitors wrote the same",
    alert="About your notification channels",
    neutral=" (the platform refused the text; read it in the console)",
    test="(Test) ",
    again="(Possible repeat) ",
    more="{count} more in the console",
    cut="… (too long, read on in the console)",
    open="Open and handle",
    inbox="Open the inbox",
    anonymous="A visitor",
    colon=": ",
    name="Name",
    phone="Phone",
    email="E-mail",
)


def words_in(locale: str) -> Words:
    return CHINESE if locale.lower().startswith("zh") else ENGLISH
