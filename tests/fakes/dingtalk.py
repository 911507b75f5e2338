"""The DingTalk custom robot. https://open.dingtalk.com/document/robots/custom-robot-access"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from .bots import (
    Bot,
    Verdict,
    Window,
    dialect_of,
    dump,
    same,
    seal,
    strings,
)
from .clock import Clock
from .dingtalk_words import BY_CODE, KEYWORD, SIGN, TIMESTAMP, Words, address, missing
from .wire import Request

BODY_LIMIT = 20_000
BLOCK_SECONDS = 600
TOLERANCE_MS = 3_600_000
BLOCKED_WORDS = ("违规",)
BLOCKED_HOSTS = ("blocked.example",)
STATES = {"disabled": 400102, "removed": 400106, "dissolved": 400013}
REQUIRED = {
    "text": ("content",),
    "markdown": ("title", "text"),
    "actionCard": ("title", "text"),
    "link": ("title", "text", "messageUrl"),
    "feedCard": ("links",),
}
ROWS = {"actionCard": ("btns", "actionURL"), "feedCard": ("links", "messageURL")}


class Dingtalk:
    name = "dingtalk"

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.defaults: dict[str, Any] = {
            "rl_code": 660026,
            "errmsg": "v3",
            "errcode_type": "int",
            "x5": False,
            "wall": "",
            "unknown_code": 300005,
            "uuid_dedupe": True,
            "rate": 20,
        }
        self._windows: dict[str, Window] = {}
        self._blocked_until: dict[str, float] = {}

    def check(self, bot: Bot) -> None:
        if len(bot.keywords) > 10:
            raise ValueError("at most 10 keywords")

    def judge(self, request: Request, token: str, bot: Bot | None) -> Verdict:
        if request.method != "POST":
            return self.coded(request, bot, 43002)
        if not token:
            return self._say(40035, missing("access_token"), bot)
        if self._too_fast(token, dialect_of(self.defaults, bot)["rate"]):
            return self.throttled(request, bot)
        if bot is None or bot.state != "ok":
            unknown = self.defaults["unknown_code"]
            return self.coded(request, bot, STATES[bot.state] if bot else unknown)
        return self._unsafe(request, bot) or self._unfit(request, bot) or self._take(request, bot)

    def _too_fast(self, token: str, limit: int) -> bool:
        """Counts every call of a token string, known or not, and then blocks it for ten minutes."""
        now = self.clock.monotonic()
        if now < self._blocked_until.get(token, 0.0):
            return True
        window = self._windows.setdefault(token, Window(60))
        if limit and window.count(now) >= limit:
            self._blocked_until[token] = now + BLOCK_SECONDS
            return True
        window.add(now)
        return False

    def _unsafe(self, request: Request, bot: Bot) -> Verdict | None:
        if len(request.body) > BODY_LIMIT:
            return self.coded(request, bot, 460101)
        if not bot.allows(request.peer):
            return self._say(310000, address(request.peer), bot)
        if bot.secret is None:
            return None
        stamp = request.parameter("timestamp") or ""
        if not (stamp.isascii() and stamp.isdigit()) or self._off(int(stamp)) > TOLERANCE_MS:
            return self._say(310000, TIMESTAMP, bot)
        expected = seal(key=bot.secret, message=f"{stamp}\n{bot.secret}")
        if not same(request.parameter("sign") or "", expected):
            return self._say(310000, SIGN, bot)
        return None

    def _off(self, stamp: int) -> float:
        return abs(self.clock.time() * 1000 - stamp)

    def _unfit(self, request: Request, bot: Bot) -> Verdict | None:
        media = (request.header("content-type") or "").partition(";")[0].strip().lower()
        if media != "application/json":
            return self.coded(request, bot, 43004)
        message = request.json
        if not isinstance(message, dict):
            return self._say(40035, missing("json"), bot)
        kind = message.get("msgtype")
        if not isinstance(kind, str) or kind not in REQUIRED:
            return self.coded(request, bot, 400105)
        content = message.get(kind)
        if not bot.finds_keyword(content):
            return self._say(310000, KEYWORD, bot)
        if absent := next(lacking(kind, message), None):
            return self._say(40035, missing(absent), bot)
        return self._improper(request, bot, list(strings(content)))

    def _improper(self, request: Request, bot: Bot, spoken: list[str]) -> Verdict | None:
        if any(word in text for word in BLOCKED_WORDS for text in spoken):
            return self.coded(request, bot, 430102)
        if any(host in text for host in BLOCKED_HOSTS for text in spoken):
            return self.coded(request, bot, 430101)
        return None

    def _take(self, request: Request, bot: Bot) -> Verdict:
        key = request.json.get("msgUuid")
        known = isinstance(key, str) and key in bot.seen
        if isinstance(key, str):
            bot.seen.add(key)
        dialect = dialect_of(self.defaults, bot)
        return Verdict(0, success(dialect), duplicate=known and dialect["uuid_dedupe"])

    def coded(self, request: Request, bot: Bot | None, code: int) -> Verdict:
        if code == 0:
            return Verdict(0, success(dialect_of(self.defaults, bot)))
        return self._say(code, BY_CODE.get(code, Words("unknown", "未知错误")), bot)

    def throttled(self, request: Request, bot: Bot | None) -> Verdict:
        dialect = dialect_of(self.defaults, bot)
        if dialect["wall"] == "302":
            return Verdict(None, status=302, headers=(("Location", "https://www.dingtalk.com/"),))
        code = dialect["rl_code"]
        crawler = {"status": 1111, "wait": 5, "source": "x5", "punish": "deny"}
        if dialect["wall"] == "json":
            return Verdict(None, dump(crawler))
        extra = {**crawler, "uuid": uuid.uuid4().hex} if dialect["x5"] else {}
        return self._say(code, BY_CODE[code], bot, extra)

    def _say(
        self, code: int, words: Words, bot: Bot | None, extra: dict[str, Any] | None = None
    ) -> Verdict:
        dialect = dialect_of(self.defaults, bot)
        shown = str(code) if dialect["errcode_type"] == "str" else code
        text = words.phrased(dialect["errmsg"])
        return Verdict(code, dump({"errcode": shown, "errmsg": text, **(extra or {})}))


def success(dialect: dict[str, Any]) -> bytes:
    code = "0" if dialect["errcode_type"] == "str" else 0
    return dump({"errcode": code, "errmsg": "ok"})


def lacking(kind: str, message: dict[str, Any]) -> Iterator[str]:
    """What a message of this kind needs and does not have."""
    content = message.get(kind)
    if not isinstance(content, dict):
        yield kind
        return
    if not isinstance(message.get("at", {}), dict):
        yield "at"
    yield from (name for name in REQUIRED[kind] if not content.get(name))
    if kind == "actionCard" and not content.get("btns"):
        yield from (name for name in ("singleTitle", "singleURL") if not content.get(name))
    rows, target = ROWS.get(kind, ("", ""))
    if not isinstance(content.get(rows, []), list):
        yield rows
        return
    for row in content.get(rows, []):
        given = row if isinstance(row, dict) else {}
        yield from (name for name in ("title", target) if not given.get(name))
