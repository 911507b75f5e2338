"""WeCom's apps: tokens, messages to people, recalls.
https://developer.work.weixin.qq.com/document/path/90236 (sending), 91039 (tokens), 94867 (recalls)

A bot's name is its company id. What the pages do not say stands in `defaults` or is the worst case:
too long is refused, where WeCom cuts; a recall of what is not there or too old is refused.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .bots import Bot, Verdict, Window, byte_length, dialect_of, dump
from .clock import Clock
from .wecom import refuse
from .wire import Request

PATHS = {
    "/cgi-bin/gettoken": "wecom_app.token",
    "/cgi-bin/message/send": "wecom_app",
    "/cgi-bin/message/recall": "wecom_app.recall",
    "/cgi-bin/agent/get": "wecom_app.agent",
}
"""Each call has a name of its own, so that a test can make one of them fail."""
WORDS = {
    -1: "system busy",
    40001: "invalid credential",
    40003: "invalid userid",
    40008: "invalid message type",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40033: "invalid charset",
    40056: "invalid agentid",
    40058: "invalid Request Parameter",
    40091: "invalid secret",
    41001: "access_token missing",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    44004: "empty content",
    45002: "content size out of limit",
    45009: "api freq out of limit",
    45033: "api concurrent out of limit",
    48002: "api forbidden",
    50003: "app is disabled",
    60020: "not allow to access from your ip",
    81013: "user & party & tag all invalid",
    82001: "all recipients are empty",
    85002: "contains illegal words",
}
LISTS = (
    ("touser", "invaliduser", "users"),
    ("toparty", "invalidparty", "parties"),
    ("totag", "invalidtag", "tags"),
)
MINUTE_EACH = 30
"""What a member gets of one app in a minute; more is dropped, and nobody says so."""
DAY = 86_400.0
ALL = "@all"


@dataclass
class Token:
    corpid: str
    until: float


@dataclass
class Told:
    """A message that was taken."""

    corpid: str
    at: float
    users: list[str]
    recalled: bool = False


@dataclass
class Office:
    """What WeCom remembers."""

    tokens: dict[str, Token] = field(default_factory=dict)
    told: dict[str, Told] = field(default_factory=dict)
    minutes: dict[tuple[str, str], Window] = field(default_factory=dict)
    dropped: list[tuple[str, str]] = field(default_factory=list)
    """Member and message, where one got too many."""


class WecomApp:
    name = "wecom_app"

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.office = Office()
        self.defaults: dict[str, Any] = {
            "agentid": 1000002,
            "users": None,
            "parties": None,
            "tags": None,
            "unlicensed": (),
            "expires_in": 7200,
            "rate": MINUTE_EACH,
        }
        self._numbers = itertools.count(1)

    def check(self, bot: Bot) -> None:
        if not bot.secret or bot.keywords:
            raise ValueError("an app has a secret, and no keywords")

    def whose(self, request: Request) -> str:
        """The company that a call is for; empty where nobody knows."""
        if request.path == "/cgi-bin/gettoken":
            return request.parameter("corpid") or ""
        found = self.office.tokens.get(request.parameter("access_token") or "")
        return found.corpid if found else ""

    def revoke(self, corpid: str, *, expire: bool = False) -> None:
        """Ends the tokens of a company: forgotten, or expired before their time."""
        for name, token in list(self.office.tokens.items()):
            if token.corpid == corpid and expire:
                token.until = 0
            elif token.corpid == corpid:
                del self.office.tokens[name]

    def judge(self, request: Request, token: str, bot: Bot | None) -> Verdict:
        calls: dict[str, tuple[str, Callable[[Request, Bot | None], Verdict]]] = {
            "wecom_app.token": ("GET", self._token),
            "wecom_app": ("POST", self._send),
            "wecom_app.recall": ("POST", self._recall),
            "wecom_app.agent": ("GET", self._agent),
        }
        method, answer = calls[PATHS[request.path]]
        if request.method != method:
            return self.coded(request, bot, 43001 if method == "GET" else 43002)
        return answer(request, bot)

    def coded(self, request: Request, bot: Bot | None, code: int) -> Verdict:
        if code == 0:
            return Verdict(0, dump({"errcode": 0, "errmsg": "ok"}))
        return refuse(request, code, WORDS.get(code, "unknown error"))

    def throttled(self, request: Request, bot: Bot | None) -> Verdict:
        return self.coded(request, bot, 45009)

    def _token(self, request: Request, bot: Bot | None) -> Verdict:
        if bot is None:
            return self.coded(request, bot, 40013)
        if request.parameter("corpsecret") != bot.secret:
            return self.coded(request, bot, 40001)
        if bot.state != "ok":
            return self.coded(request, bot, 50003)
        now = self.clock.monotonic()
        held = {
            name: each
            for name, each in self.office.tokens.items()
            if each.corpid == bot.token and each.until > now
        }
        # Asked twice, it is the same one.
        name = next(iter(held), None) or secrets.token_urlsafe(32)
        seconds = dialect_of(self.defaults, bot)["expires_in"]
        token = self.office.tokens.setdefault(name, Token(bot.token, now + seconds))
        said = {"errcode": 0, "errmsg": "ok", "access_token": name}
        return Verdict(0, dump({**said, "expires_in": int(token.until - now)}))

    def _refusal(self, request: Request, bot: Bot | None) -> Verdict | None:
        given = request.parameter("access_token")
        if not given:
            return self.coded(request, bot, 41001)
        token = self.office.tokens.get(given)
        if token is None or bot is None:
            return self.coded(request, bot, 40014)
        if token.until <= self.clock.monotonic():
            return self.coded(request, bot, 42001)
        if not bot.allows(request.peer):
            return self.coded(request, bot, 60020)
        if bot.state != "ok":
            return self.coded(request, bot, 50003)
        return None

    def _agent(self, request: Request, bot: Bot | None) -> Verdict:
        if refusal := self._refusal(request, bot):
            return refusal
        assert bot is not None
        agentid = dialect_of(self.defaults, bot)["agentid"]
        if request.parameter("agentid") != str(agentid):
            return self.coded(request, bot, 301002)
        return Verdict(0, dump({"errcode": 0, "errmsg": "ok", "agentid": agentid, "name": "留言"}))

    def _send(self, request: Request, bot: Bot | None) -> Verdict:
        if refusal := self._refusal(request, bot):
            return refusal
        assert bot is not None
        dialect = dialect_of(self.defaults, bot)
        message = request.json
        if not isinstance(message, dict):
            return self.coded(request, bot, 40058)
        # In JSON true is no number.
        if message.get("agentid") is True or message.get("agentid") != dialect["agentid"]:
            return self.coded(request, bot, 40056)
        if code := fault_of(message):
            return self.coded(request, bot, code)
        named, missed = reached(message, dialect)
        if not named:
            return self.coded(request, bot, 82001)
        if sum(map(len, missed.values())) >= len(named):
            said = {key: "|".join(listed) for key, listed in missed.items() if listed}
            verdict = self.coded(request, bot, 81013)
            return Verdict(81013, verdict.body[:-1] + b"," + dump(said)[1:])
        return self._take(message, bot, missed, dialect)

    def _take(
        self, message: dict[str, Any], bot: Bot, missed: dict[str, list[str]], dialect: Any
    ) -> Verdict:
        msgid = f"{secrets.token_urlsafe(24)}-{next(self._numbers)}"
        gone = {each for listed in missed.values() for each in listed}
        users = [each for each in split(message.get("touser")) if each.lower() not in gone]
        self.office.told[msgid] = Told(bot.token, self.clock.monotonic(), users)
        for user in users:
            minute = self.office.minutes.setdefault((bot.token, user), Window(60))
            now = self.clock.monotonic()
            if dialect["rate"] and minute.count(now) >= dialect["rate"]:
                self.office.dropped.append((user, msgid))
            minute.add(now)
        said = {key: "|".join(listed) for key, listed in missed.items() if listed}
        return Verdict(0, dump({"errcode": 0, "errmsg": "ok", **said, "msgid": msgid}))

    def _recall(self, request: Request, bot: Bot | None) -> Verdict:
        if refusal := self._refusal(request, bot):
            return refusal
        assert bot is not None
        wanted = request.json if isinstance(request.json, dict) else {}
        told = self.office.told.get(str(wanted.get("msgid")))
        if told is None or told.corpid != bot.token or told.recalled:
            return refuse(request, 40058, "invalid msgid")
        if self.clock.monotonic() - told.at > DAY:
            return refuse(request, 40058, "msgid is too old")
        told.recalled = True
        return self.coded(request, bot, 0)


def split(listed: Any) -> list[str]:
    return [each for each in listed.split("|") if each] if isinstance(listed, str) else []


def reached(message: dict[str, Any], dialect: Any) -> tuple[list[str], dict[str, list[str]]]:
    """Who is named, and by the answer's keys who of them is not reached. Ids come back in lower
    case."""
    if ALL in split(message.get("touser")):
        return [ALL], {}
    named: list[str] = []
    missed: dict[str, list[str]] = {}
    for key, answered, known in LISTS:
        listed = split(message.get(key))
        named += listed
        if dialect[known] is not None:
            allowed = {str(each).lower() for each in dialect[known]}
            missed[answered] = [each.lower() for each in listed if each.lower() not in allowed]
    unlicensed = {each.lower() for each in dialect["unlicensed"]}
    without = [each.lower() for each in split(message.get("touser")) if each.lower() in unlicensed]
    return named, {**missed, "unlicenseduser": without}


def fault_of(message: dict[str, Any]) -> int:
    """The code for what is wrong with a message; 0 for a good one."""
    lists = [message.get(key, "") for key, _, _ in LISTS]
    if not all(isinstance(each, str) for each in lists):
        return 40058
    if len(split(lists[0])) > 1000 or any(len(split(each)) > 100 for each in lists[1:]):
        return 40003
    kind = message.get("msgtype")
    if kind not in ("text", "markdown", "textcard"):
        return 40008
    content = message.get(kind)
    if not isinstance(content, dict):
        return 44004
    if kind == "textcard":
        return fault_of_card(content)
    said = content.get("content")
    if not isinstance(said, str) or not said.strip():
        return 44004
    return 45002 if byte_length(said) > 2048 else 0


def fault_of_card(card: dict[str, Any]) -> int:
    for name, longest in (("title", 128), ("description", 512), ("url", 2048)):
        value = card.get(name)
        if not isinstance(value, str) or not value.strip():
            return 40058
        if len(value) > longest:
            return 45002
    if not card["url"].startswith(("https://", "http://")):
        return 40058
    return 45002 if len(str(card.get("btntxt", ""))) > 4 else 0
