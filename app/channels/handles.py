"""How people are called in group chats, so that a robot can mention them."""

from __future__ import annotations

import re

import msgspec

MOBILE = re.compile(r"\+?[0-9-]{5,20}", re.ASCII)
USER = re.compile(r"[A-Za-z0-9._@$+-]{1,64}", re.ASCII)
OPEN_ID = re.compile(r"ou_[A-Za-z0-9]{1,64}", re.ASCII)
PATTERNS = {"mobile": MOBILE, "wecom": USER, "dingtalk": USER, "feishu": OPEN_ID}


class Handles(msgspec.Struct, frozen=True, kw_only=True):
    """`mobile` is known to WeCom and DingTalk, `wecom` and `dingtalk` are user ids, `feishu` is an
    open_id. What is empty is not known."""

    mobile: str = ""
    wecom: str = ""
    dingtalk: str = ""
    feishu: str = ""


def with_more(listed: list[str], more: list[str]) -> list[str]:
    """Each once, in order."""
    return list(dict.fromkeys([*listed, *more]))
