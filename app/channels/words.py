"""The few words of our own in a notice, in the languages that notices speak."""

from __future__ import annotations

import msgspec


class Words(msgspec.Struct, frozen=True, kw_only=True):
    sender: str
    new: str
    addition: str
    digest: str
    repeat: str
    same: str
    added: str
    alert: str
    flood: str
    neutral: str
    test: str
    again: str
    more: str
    cut: str
    open: str
    inbox: str
    anonymous: str
    colon: str
    comma: str
    name: str
    phone: str
    email: str
    gone: str
    faulty: str
    failing: str


CHINESE = Words(
    sender="留言通知",
    new="新留言 {reference}",
    addition="补充 {reference}",
    digest="{count} 条新留言",
    repeat="另有 {count} 位访客说了同样的话",
    same="{count} 条另有访客说了同样的话",
    added="{count} 条补充",
    alert="通知渠道提醒",
    flood="表单短时间内收到大量留言，有 {count} 条先放进了“垃圾”，请抽空看看",
    neutral="（内容未通过平台审核，请到后台查看）",
    test="【测试】",
    again="【可能重复】",
    more="还有 {count} 条，请到后台查看",
    cut="…（内容过长，请到后台查看）",
    open="查看并处理",
    inbox="打开留言列表",
    anonymous="访客",
    colon="：",
    comma="，",
    name="姓名",
    phone="电话",
    email="邮箱",
    gone="该渠道已停用：机器人或地址已失效。请到后台换成新的地址，或重新启用。",
    faulty="该渠道的配置有误，已暂停。请到后台打开该渠道，按提示修改后再测试。",
    failing="该渠道连续发送失败，系统会自动重试；若一直如此，请到后台查看原因。",
)

ENGLISH = Words(
    sender="Message desk",
    new="New message {reference}",
    addition="Addition to {reference}",
    digest="{count} new message|{count} new messages",
    repeat="{count} more visitor wrote the same|{count} more visitors wrote the same",
    same="{count} message that others wrote, too|{count} messages that others wrote, too",
    added="{count} addition|{count} additions",
    alert="About your channels",
    flood="{count} message was set aside while the form was flooded"
    "|{count} messages were set aside while the form was flooded",
    neutral=" (the platform refused the text; read it in the console)",
    test="(Test) ",
    again="(Possible repeat) ",
    more="{count} more in the console",
    cut="… (too long, read on in the console)",
    open="Open and handle",
    inbox="Open the inbox",
    anonymous="A visitor",
    colon=": ",
    comma=", ",
    name="Name",
    phone="Phone",
    email="E-mail",
    gone="The channel is off: its robot or address no longer exists. "
    "Enter a new address in the console, or switch the channel on again.",
    faulty="The channel's settings are wrong, so it pauses. "
    "Open it in the console, mend what is said there, and test it.",
    failing="Several sends failed; it is tried again by itself. "
    "If that goes on, see the reason in the console.",
)


def words_in(locale: str) -> Words:
    return CHINESE if locale.lower().startswith("zh") else ENGLISH


def counted(phrase: str, count: int) -> str:
    """A phrase of one form, or of two with a bar between them: for one and for more."""
    one, *more = phrase.split("|")
    return (more[-1] if more and count != 1 else one).format(count=count)


def remedy_of(outcome: str, words: Words) -> str:
    """What to do about a channel that fails in this way."""
    return {"gone": words.gone, "permanent_config": words.faulty}.get(outcome, words.failing)
