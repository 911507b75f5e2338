"""The WeCom group bot. https://developer.work.weixin.qq.com/document/path/99110"""

from __future__ import annotations

import base64
import binascii
import hashlib
import time
from collections.abc import Callable
from typing import Any

from .bots import Bot, Verdict, Window, byte_length, dialect_of, dump
from .clock import Clock
from .wire import Request

MARKDOWN_LIMIT = 4096
IMAGE_LIMIT = 2 * 1024 * 1024
QUERY_TOOL = "https://open.work.weixin.qq.com/devtool/query?e="

WORDS = {
    -1: "system busy",
    40008: "invalid message type",
    40033: "invalid charset",
    40058: "Invalid input invalid Request Parameter",
    44004: "empty content",
    45009: "api freq out of limit",
    45033: "api concurrent out of limit",
    93000: "invalid webhook url",
    93004: "robot is disabled",
    93008: "robot is not in the group",
}
STATES = {"disabled": 93004, "removed": 93000, "dissolved": 93008}

Refusal = tuple[int, str] | None
ROWS = (("horizontal_content_list", 6, "keyname"), ("jump_list", 3, "title"))
EMPTY: Refusal = (44004, WORDS[44004])


class Wecom:
    name = "wecom"

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.defaults: dict[str, Any] = {"text_limit": 2048, "rate": 20}

    def check(self, bot: Bot) -> None:
        if bot.secret or bot.keywords or bot.ip_allow:
            raise ValueError("this bot has no secret, keywords or addresses: its key is all")

    def judge(self, request: Request, token: str, bot: Bot | None) -> Verdict:
        if request.method != "POST":
            return Verdict(None, status=405)
        if bot is None or bot.state != "ok":
            return self.coded(request, bot, STATES[bot.state] if bot else 93000)
        dialect = dialect_of(self.defaults, bot)
        if refusal := fault_of(request.json, dialect["text_limit"]):
            return refuse(request, *refusal)
        if dialect["rate"] and full(bot.minute, self.clock.monotonic(), dialect["rate"]):
            return self.throttled(request, bot)
        return Verdict(0, dump({"errcode": 0, "errmsg": "ok"}))

    def coded(self, request: Request, bot: Bot | None, code: int) -> Verdict:
        if code == 0:
            return Verdict(0, dump({"errcode": 0, "errmsg": "ok"}))
        return refuse(request, code, WORDS.get(code, "unknown error"))

    def throttled(self, request: Request, bot: Bot | None) -> Verdict:
        return self.coded(request, bot, 45009)


def full(window: Window, now: float, limit: int) -> bool:
    """Counts only what is accepted: a refused call takes no place."""
    if window.count(now) >= limit:
        return True
    window.add(now)
    return False


def refuse(request: Request, code: int, words: str) -> Verdict:
    hint = f"hint: [{time.time_ns()}], from ip: {request.peer}"
    text = f"{words}, {hint}, more info at {QUERY_TOOL}{code}"
    return Verdict(code, dump({"errcode": code, "errmsg": text}))


def fault_of(message: Any, text_limit: int) -> Refusal:
    if not isinstance(message, dict):
        return 40058, WORDS[40058]
    kind = message.get("msgtype")
    if not isinstance(kind, str) or kind not in CHECKS:
        return 40008, WORDS[40008]
    content = message.get(kind)
    if content is None or content == {}:
        return EMPTY
    if not isinstance(content, dict):
        return invalid(f"{kind} must be an object")
    return CHECKS[kind](content, text_limit)


def invalid(words: str) -> Refusal:
    return 40058, f"{words}. invalid Request Parameter"


def missing(field: str) -> Refusal:
    return invalid(f"missing field {field}")


def check_content(kind: str, content: dict[str, Any], limit: int) -> Refusal:
    text = content.get("content")
    if text is None or (isinstance(text, str) and not text.strip()):
        return EMPTY
    if not isinstance(text, str):
        return invalid(f"{kind}.content must be a string")
    if byte_length(text) > limit:
        return invalid(f"{kind}.content exceed max length {limit}")
    return None


def check_text(content: dict[str, Any], limit: int) -> Refusal:
    for field in ("mentioned_list", "mentioned_mobile_list"):
        listed = content.get(field, [])
        if not isinstance(listed, list) or not all(isinstance(entry, str) for entry in listed):
            return invalid(f"text.{field} must be a list of strings")
    return check_content("text", content, limit)


def check_markdown(content: dict[str, Any], _: int) -> Refusal:
    return check_content("markdown", content, MARKDOWN_LIMIT)


def check_markdown_v2(content: dict[str, Any], _: int) -> Refusal:
    return check_content("markdown_v2", content, MARKDOWN_LIMIT)


def check_image(content: dict[str, Any], _: int) -> Refusal:
    try:
        picture = base64.b64decode(content.get("base64", ""), validate=True)
    except (binascii.Error, TypeError, ValueError):
        return invalid("image.base64 is not base64")
    if not picture:
        return EMPTY
    if len(picture) > IMAGE_LIMIT:
        return invalid(f"image exceed max length {IMAGE_LIMIT}")
    if content.get("md5") != hashlib.md5(picture).hexdigest():
        return invalid("image.md5 does not match")
    return None


def check_news(content: dict[str, Any], _: int) -> Refusal:
    articles = content.get("articles")
    if not articles:
        return EMPTY
    if not isinstance(articles, list) or len(articles) > 8:
        return invalid("news.articles takes 1 to 8 articles")
    for article in articles:
        for field in ("title", "url"):
            if not isinstance(article, dict) or not article.get(field):
                return missing(f"news.articles.{field}")
    return None


def check_media(content: dict[str, Any], _: int) -> Refusal:
    return None if content.get("media_id") else missing("media_id")


def check_card(card: dict[str, Any], _: int) -> Refusal:
    if card.get("card_type") not in ("text_notice", "news_notice"):
        return missing("template_card.card_type")
    title = card.get("main_title") or {}
    if not isinstance(title, dict):
        return invalid("template_card.main_title must be an object")
    if not title.get("title") and (card["card_type"] == "news_notice" or no_text(card)):
        return missing("template_card.main_title.title")
    if card["card_type"] == "news_notice" and not card.get("card_image"):
        return missing("template_card.card_image")
    return check_action(card.get("card_action")) or check_rows(card)


def no_text(card: dict[str, Any]) -> bool:
    return not card.get("sub_title_text")


def check_action(action: Any) -> Refusal:
    if not isinstance(action, dict) or action.get("type") not in (1, 2):
        return missing("template_card.card_action")
    wanted = "url" if action["type"] == 1 else "appid"
    return None if action.get(wanted) else missing(f"template_card.card_action.{wanted}")


def check_rows(card: dict[str, Any]) -> Refusal:
    for field, most, wanted in (
        ("horizontal_content_list", 6, "keyname"),
        ("jump_list", 3, "title"),
    ):
        rows = card.get(field, [])
        if not isinstance(rows, list) or len(rows) > most:
            return invalid(f"template_card.{field} takes up to {most}")
        if not all(isinstance(row, dict) and row.get(wanted) for row in rows):
            return missing(f"template_card.{field}.{wanted}")
    return check_jumps(card.get("jump_list", []))


def check_jumps(jumps: list[dict[str, Any]]) -> Refusal:
    for jump in jumps:
        if jump.get("type") == 1 and not jump.get("url"):
            return missing("template_card.jump_list.url")
    return None


CHECKS: dict[str, Callable[[dict[str, Any], int], Refusal]] = {
    "text": check_text,
    "markdown": check_markdown,
    "markdown_v2": check_markdown_v2,
    "image": check_image,
    "news": check_news,
    "file": check_media,
    "voice": check_media,
    "template_card": check_card,
}
