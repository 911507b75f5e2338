"""The Feishu and Lark custom bot.
https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot"""

from __future__ import annotations

from typing import Any

from .bots import JSON_TYPE, Bot, Verdict, dialect_of, dump, same, seal
from .clock import Clock
from .feishu_shapes import BAD_SHAPE, fault_of
from .oracles import findings
from .wire import Request

TOLERANCE = 3600
SIZES = {
    "20k": (20_480, BAD_SHAPE),
    "30k": (30_720, 19036),
    "live": (153_600, 19036),
}
STATES = {"disabled": 19007, "removed": 19001, "dissolved": 19001}
GATEWAY = 99991400

WORDS = {
    -1: "system busy",
    BAD_SHAPE: "Bad Request",
    11232: "frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]",
    11233: "create message trigger rate limit",
    11235: "group disallow at all",
    11246: "ErrCode: 200621; ErrMsg: parse card json err",
    11247: "internal send message trigger rate limit",
    19001: "param invalid: incoming webhook access token invalid",
    19002: "params error, msg_type need",
    19007: "Bot Not Enabled",
    19021: "sign match fail or timestamp is not within one hour from current time",
    19022: "Ip Not Allowed",
    19024: "Key Words Not Found",
    19036: "The message exceeds the size limit of 30KB",
    GATEWAY: "request trigger frequency limit",
}
HTTP_STATUS = {BAD_SHAPE: 400, GATEWAY: 429}


class Feishu:
    name = "feishu"

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.defaults: dict[str, Any] = {
            "size": "20k",
            "rl": "11232",
            "allow_at_all": True,
            "legacy_status_only": False,
            "status_zero_with_error": False,
            "rate": 100,
            "burst": 5,
        }

    def check(self, bot: Bot) -> None:
        if len(bot.keywords) > 10 or len(bot.ip_allow) > 10:
            raise ValueError("at most 10 keywords and 10 addresses")

    def judge(self, request: Request, token: str, bot: Bot | None) -> Verdict:
        if request.method != "POST":
            return Verdict(None, status=405)
        if bot is None or bot.state != "ok":
            return self.coded(request, bot, STATES[bot.state] if bot else 19001)
        message = request.json
        if not isinstance(message, dict):
            return self.coded(request, bot, BAD_SHAPE)
        if code := self._refusal(request, message, bot):
            return self.coded(request, bot, code)
        if words := fault_of(message):
            return self._say(bot, *words)
        return self._take(request, message, bot)

    def _refusal(self, request: Request, message: dict[str, Any], bot: Bot) -> int:
        limit, too_long = SIZES[dialect_of(self.defaults, bot)["size"]]
        if len(request.body) > limit:
            return too_long
        if not message.get("msg_type"):
            return 19002
        if not bot.allows(request.peer):
            return 19022
        if bot.secret is not None and not self._signed(message, bot.secret):
            return 19021
        spoken = [message.get("content"), message.get("card")]
        return 0 if bot.finds_keyword(spoken) else 19024

    def _signed(self, message: dict[str, Any], secret: str) -> bool:
        stamp, sign = message.get("timestamp"), message.get("sign")
        if not (isinstance(stamp, str) and isinstance(sign, str)):
            return False
        if not (stamp.isascii() and stamp.isdigit()):
            return False
        # The secret is part of the key and the message is empty: the reverse of DingTalk's recipe.
        expected = seal(key=f"{stamp}\n{secret}", message="")
        return abs(self.clock.time() - int(stamp)) <= TOLERANCE and same(sign, expected)

    def _take(self, request: Request, message: dict[str, Any], bot: Bot) -> Verdict:
        dialect = dialect_of(self.defaults, bot)
        if not dialect["allow_at_all"] and "all" in findings("feishu", message).mentions:
            return self.coded(request, bot, 11235)
        if self._too_fast(bot, dialect):
            return self.throttled(request, bot)
        return self.coded(request, bot, 0)

    def _too_fast(self, bot: Bot, dialect: dict[str, Any]) -> bool:
        now = self.clock.monotonic()
        limits = ((bot.second, dialect["burst"]), (bot.minute, dialect["rate"]))
        if any(limit and window.count(now) >= limit for window, limit in limits):
            return True
        for window, _ in limits:
            window.add(now)
        return False

    def coded(self, request: Request, bot: Bot | None, code: int) -> Verdict:
        if code == 0:
            return Verdict(0, dump(success(dialect_of(self.defaults, bot))))
        return self._say(bot, code, WORDS.get(code, "unknown error"))

    def throttled(self, request: Request, bot: Bot | None) -> Verdict:
        dialect = dialect_of(self.defaults, bot)
        if dialect["rl"] == "9499":
            return self._say(bot, BAD_SHAPE, "too many request")
        if dialect["rl"] == "11232":
            return self.coded(request, bot, 11232)
        return self.coded(request, bot, GATEWAY)

    def _say(self, bot: Bot | None, code: int, words: str) -> Verdict:
        body = refusal(code, words, dialect_of(self.defaults, bot))
        headers: tuple[tuple[str, str], ...] = (JSON_TYPE,)
        if code == GATEWAY:
            headers += (("x-ogw-ratelimit-limit", "100"), ("x-ogw-ratelimit-reset", "7"))
        return Verdict(code, dump(body), HTTP_STATUS.get(code, 200), headers)


def success(dialect: dict[str, Any]) -> dict[str, Any]:
    status = {"StatusCode": 0, "StatusMessage": "success"}
    if dialect["legacy_status_only"]:
        return status
    return {**status, "code": 0, "data": {}, "msg": "success"}


def refusal(code: int, words: str, dialect: dict[str, Any]) -> dict[str, Any]:
    if dialect["legacy_status_only"]:
        return {"StatusCode": code, "StatusMessage": words}
    answer = {"code": code, "data": {}, "msg": words}
    if dialect["status_zero_with_error"]:
        return {"StatusCode": 0, "StatusMessage": "success", **answer}
    return answer
