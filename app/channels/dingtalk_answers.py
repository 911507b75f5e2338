"""What DingTalk answers, and what it means."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from app.channels.answers import Rule, Table
from app.channels.secrecy import shown
from app.egress import Answer
from app.errors import SendError

PUNISHMENT = 600.0
"""Who sends too fast is shut out for ten minutes, and calls meanwhile may count again."""

TOO_FAST_HINT = (
    "DingTalk allows 20 messages a minute for one robot and shuts it out for ten minutes. "
    "What waits is sent afterwards."
)
SIGN_HINT = (
    "The signature does not match. Copy the secret that begins with SEC from the robot's security "
    "settings again; it must be set here exactly when signing is on there."
)
# The texts exist in several generations and two languages, so only fragments are looked for.
TABLE = Table(
    keys=(("errcode", "errmsg"),),
    rules=(
        Rule(
            codes=(-1,),
            outcome="retry",
            hint="DingTalk is busy. It is tried again by itself.",
            after=(30.0,),
        ),
        Rule(
            codes=(130101, 410100, 660026),
            outcome="rate_limited",
            hint=TOO_FAST_HINT,
            after=(PUNISHMENT,),
        ),
        Rule(
            codes=(310000,),
            words=("keyword", "关键词"),
            outcome="permanent_config",
            hint="The robot only lets messages pass that contain one of its keywords. "
            "Enter a keyword from the robot's security settings here.",
        ),
        Rule(
            codes=(310000,),
            words=("sign not match", "签名不匹配"),
            outcome="permanent_config",
            hint=SIGN_HINT,
            clock=True,
        ),
        Rule(
            codes=(310000,),
            words=("timestamp", "过期", "时间戳"),
            outcome="permanent_config",
            hint="DingTalk refuses the time in the signature. Check the clock of this server.",
            clock=True,
        ),
        Rule(
            codes=(310000,),
            words=("sign", "签名"),
            outcome="permanent_config",
            hint=SIGN_HINT,
            clock=True,
        ),
        Rule(
            codes=(310000,),
            words=("whitelist", "white list", "白名单"),
            outcome="permanent_config",
            hint="The robot only accepts messages from listed addresses. "
            "Add {ip} to the address list in its security settings.",
        ),
        Rule(
            codes=(310000,),
            outcome="permanent_config",
            hint="The robot's security settings refuse the message: {message}",
        ),
        Rule(
            codes=(300001, 300005, 400101),
            outcome="gone",
            hint="DingTalk does not know this access_token. Copy the robot's address again.",
        ),
        Rule(
            codes=(400013,),
            outcome="gone",
            hint="The group was dissolved. Add a robot to another group and enter its address.",
        ),
        Rule(
            codes=(400102,),
            outcome="gone",
            hint="The robot is stopped. Switch it on in the group's settings, then here.",
        ),
        Rule(
            codes=(400106,),
            outcome="gone",
            hint="The robot does not exist any more. Add a new one and enter its address.",
        ),
        Rule(
            codes=(40035, 43002, 43004),
            outcome="permanent_content",
            hint="DingTalk could not read the message: {message}",
        ),
        Rule(
            codes=(400105,),
            outcome="permanent_content",
            hint="DingTalk does not know this type of message. Choose another format.",
            remedy="fallback",
        ),
        Rule(
            codes=(460101,),
            outcome="permanent_content",
            hint="The message is too long for DingTalk. It is sent shorter, as plain text.",
            remedy="fallback",
        ),
        Rule(
            codes=(430101, 430102, 430103, 430104),
            outcome="permanent_content",
            hint="DingTalk's content check refused the visitor's text. "
            "The notice is sent without it; read the message in the console.",
            remedy="neutral",
        ),
        Rule(
            words=("too fast", "too many", "frequency", "限流", "太快", "频繁"),
            outcome="rate_limited",
            hint=TOO_FAST_HINT,
            after=(PUNISHMENT,),
        ),
    ),
)


def shut_out(answer: Answer) -> bool:
    """What stands in front of the platform says "too fast" in its own way: without a code, or with
    a redirect to a page for people."""
    if answer.status == 302:
        return True
    try:
        body = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return isinstance(body, dict) and "punish" in body and "errcode" not in body


def too_fast(answer: Answer, secrets: Iterable[str]) -> SendError:
    return SendError(
        "rate_limited",
        "shut_out",
        hint=TOO_FAST_HINT,
        after=PUNISHMENT,
        http_status=answer.status,
        response=shown(answer, secrets),
    )
