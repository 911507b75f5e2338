"""What a person would read in the chat: the words of a message without its envelope."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from .oracles import objects, part, string

ANCHOR = re.compile(r'<a href="([^"<>]+)">([^<>]+)</a>')
SPOKEN = (
    "title",
    "desc",
    "sub_title_text",
    "keyname",
    "value",
    "description",
    "btntxt",
    "text",
    "content",
)


def readable(vendor: str, message: Any) -> str:
    if not isinstance(message, dict):
        return "" if message is None else json.dumps(message, ensure_ascii=False)
    if vendor == "wecom_app":
        # Plain text has links as HTML writes them.
        return ANCHOR.sub(r"[\2](\1)", _wecom(part(message, message.get("msgtype"))))
    if vendor == "wecom":
        return _wecom(part(message, message.get("msgtype")))
    if vendor == "dingtalk":
        return _dingtalk(part(message, message.get("msgtype")))
    if vendor == "feishu":
        return "\n".join(_feishu(message))
    return json.dumps(message, ensure_ascii=False, indent=2)


def _wecom(content: dict[str, Any]) -> str:
    return string(content.get("content")) or "\n".join(_words(content))


def _dingtalk(content: dict[str, Any]) -> str:
    spoken = [string(content.get(key)) for key in ("title", "text", "content")]
    return "\n".join(filter(None, spoken)) or "\n".join(_words(content))


def _feishu(message: dict[str, Any]) -> Iterator[str]:
    content = part(message, "content")
    if message.get("msg_type") != "post":
        yield from _words([content, message.get("card")])
        return
    for page in part(content, "post").values():
        for node in objects(page):
            yield string(node.get("title"))
            lines = node.get("content")
            for line in lines if isinstance(lines, list) else ():
                yield "".join(_tag(tag) for tag in objects(line))


def _tag(tag: dict[str, Any]) -> str:
    return string(tag.get("text")) or f"@{tag.get('user_id', '')}"


def _words(value: Any) -> Iterator[str]:
    for node in objects(value):
        line = [string(node.get(key)) for key in SPOKEN]
        if any(line):
            yield " ".join(filter(None, line))
