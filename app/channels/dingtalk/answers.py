"""What DingTalk answers, and what it means."""

from __future__ import annotations

from collections.abc import Iterable

from app.channels import foreign
from app.channels.outcomes import (
    BUSY_BY_WORDS,
    QUOTA_BY_WORDS,
    QUOTA_PAUSE,
    TOO_FAST,
    Rule,
    Table,
)
from app.channels.secrecy import shown
from app.egress.way import Answer
from app.errors import SendError

PUNISHMENT = 600.0
"""Seconds. A robot that sends too fast is blocked for ten minutes, and calls meanwhile may extend
it."""

TOO_FAST_HINT = (
    "DingTalk allows 20 messages a minute for one robot and shuts it out for ten minutes. "
    "What waits is sent afterwards."
)
SIGN_HINT = (
    "The signature does not match. Copy the secret that begins with SEC from the robot's security "
    "settings again; it must be set here exactly when signing is on there."
)
SIGNING_ON_HINT = (
    "This robot has signing on. "
    "Copy the secret that begins with SEC from its security settings into the field here."
)
UNREAD_HINT = "DingTalk could not read the message: {message}. It is sent as plain text."
GUIDE = "DingTalk's page on custom robots"
CODES = "DingTalk's table of return codes"
SEEN = "answers that were seen"
REPORTED = "reported, not in the documentation"
# The texts exist in several generations and two languages, so only fragments are looked for.
TABLE = Table(
    keys=(("errcode", "errmsg"),),
    rules=(
        Rule(
            codes=(-1, 500100),
            outcome="retry",
            hint="DingTalk is busy. It is tried again by itself.",
            source=SEEN,
            after=(30.0,),
        ),
        Rule(
            codes=(450101,),
            outcome="retry",
            hint="DingTalk is busy. It is tried again by itself.",
            source=REPORTED,
            after=(30.0,),
            remedy="fallback",
        ),
        Rule(
            codes=(130101, 410100, 660026),
            outcome="rate_limited",
            hint=TOO_FAST_HINT,
            source=GUIDE,
            after=(PUNISHMENT,),
        ),
        Rule(
            codes=(90002, 90005, 90006, 90018),
            outcome="rate_limited",
            hint="DingTalk gets too many calls from this server at the moment. "
            "What waits is sent afterwards.",
            source=CODES,
            after=(60.0,),
        ),
        Rule(
            codes=(90020, 90030),
            outcome="rate_limited",
            hint="The organization's quota of calls at DingTalk is used up. What waits is sent "
            "when it comes back, at the latest next month; DingTalk sells a larger one.",
            source=CODES,
            after=(QUOTA_PAUSE,),
            quota=True,
        ),
        Rule(
            codes=(310000,),
            words=("keyword", "关键词"),
            outcome="permanent_config",
            hint="The robot only lets messages pass that contain one of its keywords. "
            "Enter a keyword from the robot's security settings here.",
            source=GUIDE,
            field="keywords",
        ),
        Rule(
            codes=(310000,),
            words=("sign not match", "签名不匹配"),
            outcome="permanent_config",
            hint=SIGN_HINT,
            source=GUIDE,
            clock=True,
            field="secret",
            empty_hint=SIGNING_ON_HINT,
        ),
        Rule(
            codes=(310000,),
            words=("timestamp", "过期", "时间戳"),
            outcome="permanent_config",
            hint="DingTalk refuses the time in the signature. Check the clock of this server.",
            source=GUIDE,
            clock=True,
            field="secret",
            empty_hint=SIGNING_ON_HINT,
        ),
        Rule(
            codes=(310000,),
            words=("sign", "签名"),
            outcome="permanent_config",
            hint=SIGN_HINT,
            source=GUIDE,
            clock=True,
            field="secret",
            empty_hint=SIGNING_ON_HINT,
        ),
        Rule(
            codes=(310000,),
            words=("whitelist", "white list", "白名单"),
            outcome="permanent_config",
            hint="The robot only accepts messages from listed addresses. "
            "Add {ip} to the address list in its security settings.",
            source=GUIDE,
        ),
        Rule(
            codes=(310000,),
            outcome="permanent_config",
            hint="The robot's security settings refuse the message: {message}",
            source=GUIDE,
        ),
        Rule(
            codes=(300001, 300005, 400101),
            words=("token", "不存在"),
            outcome="gone",
            hint="DingTalk does not know this access_token. Copy the robot's address again.",
            source=SEEN,
            field="webhook_url",
        ),
        Rule(
            codes=(33001,),
            outcome="retry",
            hint="DingTalk does not know the organization of this robot. "
            "Copy the robot's address again if that goes on.",
            source=CODES,
            field="webhook_url",
        ),
        Rule(
            codes=(400013,),
            outcome="gone",
            hint="The group was dissolved. Add a robot to another group and enter its address.",
            source=GUIDE,
            field="webhook_url",
        ),
        Rule(
            codes=(400102,),
            outcome="gone",
            hint="The robot is stopped. Switch it on in the group's settings, then here.",
            source=GUIDE,
        ),
        Rule(
            codes=(400106,),
            outcome="gone",
            hint="The robot does not exist any more. Add a new one and enter its address.",
            source=GUIDE,
            field="webhook_url",
        ),
        Rule(
            codes=(40035, 43002, 43004, 300001, 400402),
            outcome="retry",
            hint=UNREAD_HINT,
            source=SEEN,
            remedy="fallback",
        ),
        Rule(
            codes=(400105,),
            outcome="permanent_content",
            hint="DingTalk does not know this type of message. Choose another format.",
            source=GUIDE,
            remedy="fallback",
            field="format",
        ),
        Rule(
            codes=(460101,),
            outcome="permanent_content",
            hint="The message is too long for DingTalk. It is sent shorter, as plain text.",
            source=SEEN,
            remedy="fallback",
        ),
        Rule(
            codes=(101002,),
            outcome="permanent_content",
            hint="The message is too long for DingTalk. It is sent shorter, as plain text.",
            source=REPORTED,
            remedy="fallback",
        ),
        Rule(
            codes=(430101, 430102, 430103, 430104),
            outcome="permanent_content",
            hint="DingTalk's content check refused the visitor's text. "
            "The notice is sent without it; read the message in the console.",
            source=GUIDE,
            remedy="neutral",
        ),
        QUOTA_BY_WORDS,
        Rule(
            words=TOO_FAST,
            outcome="rate_limited",
            hint=TOO_FAST_HINT,
            source=SEEN,
            after=(PUNISHMENT,),
        ),
        BUSY_BY_WORDS,
        Rule(
            codes=(88,),
            outcome="retry",
            hint="DingTalk's gateway refuses the call: {message}. It is tried again by itself.",
            source=CODES,
            after=(60.0,),
            remedy="fallback",
        ),
    ),
)


def shut_out(answer: Answer) -> bool:
    """Whether the platform's gateway says "too fast": without a code, or by a redirect to a page
    for people."""
    if answer.status == 302:
        return True
    body = foreign.entries(answer.body)
    return "punish" in body and "errcode" not in body


def too_fast(answer: Answer, secrets: Iterable[str]) -> SendError:
    return SendError(
        "rate_limited",
        "shut_out",
        hint=TOO_FAST_HINT,
        after=PUNISHMENT,
        http_status=answer.status,
        response=shown(answer, secrets),
    )
