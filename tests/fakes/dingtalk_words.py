"""The texts of DingTalk's refusals. They changed over the years and bots in the field get each."""

from __future__ import annotations

from typing import NamedTuple

DOCUMENTATION = "https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq"
GENERATIONS = ("v1", "v1more", "v2", "v3")


class Words(NamedTuple):
    english: str
    what: str
    remedy: str = "请参考本接口对应文档"

    def phrased(self, generation: str) -> str:
        return {
            "v1": self.english,
            "v1more": f"{self.english}, more: [{DOCUMENTATION}]",
            "v2": f"description:{self.what};solution:{self.remedy};",
            "v3": f"错误描述:{self.what};解决方案:{self.remedy};",
        }[generation]


KEYWORD = Words("keywords not in content", "关键词不匹配", "请联系群管理员查看此机器人的关键词")
# The remedy of a wrong signature speaks of timestamps, too: whoever searches for the word
# anywhere in the text takes one fault for the other.
SIGN = Words(
    "sign not match",
    "机器人发送签名不匹配",
    "请确认签名和生成签名的时间戳必须都放在调用的网址中，请确认机器人的密钥加密和填写正确",
)
TIMESTAMP = Words("invalid timestamp", "机器人发送签名过期", "请确认签名的生成时间在一小时以内")
TOO_FAST = "发送速度太快而限流"
LONG = "message too long, exceed 20000 bytes"


def address(peer: str) -> Words:
    return Words(
        f"ip {peer} not in whitelist",
        "ip 不在白名单中",
        "请联系对应群的管理员，设置机器人安全ip地址段",
    )


def missing(name: str) -> Words:
    return Words(f"缺少参数 {name}", f"缺少参数 {name}")


BY_CODE: dict[int, Words] = {
    -1: Words("system busy", "系统繁忙", "请稍后再试"),
    40035: missing("json"),
    43002: Words("需要POST请求", "需要POST请求"),
    43004: Words("无效的HTTP HEADER Content-Type", "无效的HTTP HEADER Content-Type"),
    130101: Words("send too fast, exceed 20 times per minute", TOO_FAST, "请降低发送频率"),
    300001: Words("token is not exist", "token is not exist"),
    300005: Words("token is not exist", "token is not exist"),
    310000: KEYWORD,
    400013: Words("group is dissolved", "群已被解散"),
    400101: Words("access_token is not exist", "access_token不存在"),
    400102: Words("robot is stopped", "机器人已停用"),
    400105: Words("unsupported msgtype", "不支持的消息类型"),
    400106: Words("robot is not exist", "机器人不存在"),
    410100: Words(TOO_FAST, TOO_FAST, "请降低发送频率"),
    430101: Words("unsafe link", "有不安全的外链"),
    430102: Words("improper text", "有不合适的文本"),
    430103: Words("improper image", "有不合适的图片"),
    430104: Words("improper content", "有不合适的内容"),
    460101: Words(LONG, " body 大小不合法", "请保持大小在 20000bytes 以内"),
    660026: Words("sending too many messages per minute", TOO_FAST, "请降低发送频率"),
}
