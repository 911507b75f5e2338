"""What a message does to the people who read it: whom it calls, where it links, what it loads.

Where the real renderers are undocumented, these read as the worst of them would: a test that
passes here also passes there.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

# A label may hold one pair of inner brackets; the bound keeps a long hostile text cheap to read.
LABEL = r"\[((?:[^\[\]]|\[[^\[\]]{0,500}\]){0,1000}?)\]"
TARGET = r"\(\s*<?([^)\s>]+)[^)]{0,500}\)"
LINK = re.compile(rf"(?<!!){LABEL}{TARGET}")
IMAGE = re.compile(rf"!{LABEL}{TARGET}")
HTML_LINK = re.compile(r"""<a\b[^<>]*?\bhref\s*=\s*["']?([^"'\s>]+)""", re.I)
HTML_IMAGE = re.compile(r"""<img\b[^<>]*?\bsrc\s*=\s*["']?([^"'\s>]+)""", re.I)
MARKUP = {
    "font": re.compile(r"<\s*font\b[^<>]*>(.*?)(?:<|$)", re.I),
    "bold": re.compile(r"\*\*(.+?)\*\*"),
    "code": re.compile(r"(?<!`)`+([^`]+)`"),
    "heading": re.compile(r"^[ >]*#{1,6}[ \t]+(.+)$", re.M),
    "quote": re.compile(r"^ {0,3}> ?(.*)$", re.M),
}

WECOM_AT = re.compile(r"<\s*@([^<>\n]+)>")
FEISHU_TEXT_AT = re.compile(r"""<at\b[^<>]*?\suser_id\s*=\s*["']?([^"'\s>/]+)""", re.I)
FEISHU_CARD_AT = re.compile(r"""<at\b[^<>]*?\s(?:id|ids|email)\s*=\s*["']?([^"'\s>/]+)""", re.I)
FEISHU_URLS = ("url", "href", "default_url", "pc_url", "ios_url", "android_url")
FEISHU_IMAGES = ("img_key", "image_key")


@dataclass
class Findings:
    mentions: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    markup: list[tuple[str, str]] = field(default_factory=list)
    """Bold, code, headings, quotes and coloured text, each with what it covers."""

    def read_markdown(self, text: str, *, entities: bool) -> None:
        """`entities`: whether the renderer might decode them before it looks for markup."""
        for version in dict.fromkeys([text, html.unescape(text) if entities else text]):
            self.links += [target for _, target in LINK.findall(version)]
            self.links += HTML_LINK.findall(version)
            self.images += [target for _, target in IMAGE.findall(version)]
            self.images += HTML_IMAGE.findall(version)
            self.markup += [
                (name, covered)
                for name, sign in MARKUP.items()
                for covered in sign.findall(version)
            ]

    def settle(self) -> Findings:
        """Each thing once, in the order in which it was found."""
        self.mentions = unique(self.mentions)
        self.links = unique(self.links)
        self.images = unique(self.images)
        self.markup = list(dict.fromkeys(self.markup))
        return self


def findings(vendor: str, message: Any) -> Findings:
    found = Findings()
    reader = READERS.get(vendor)
    if reader and isinstance(message, dict):
        reader(message, found)
    return found.settle()


def wecom(message: dict[str, Any], found: Findings) -> None:
    kind = message.get("msgtype")
    content = part(message, kind)
    text = string(content.get("content"))
    if kind == "text":
        found.mentions += listed(content, "mentioned_list", "mentioned_mobile_list")
        found.mentions += wecom_calls(text)
    elif kind == "markdown":
        found.mentions += wecom_calls(text) + wecom_calls(html.unescape(text))
        found.read_markdown(text, entities=True)
    elif kind == "markdown_v2":
        found.read_markdown(text, entities=True)
    elif kind in ("template_card", "news"):
        found.links += [url for key, url in fields(content) if key in ("url", "quote_url")]
        found.images += [url for key, url in fields(content) if key in ("picurl", "image_url")]


def wecom_app(message: dict[str, Any], found: Findings) -> None:
    """Plain text has links, too, as HTML writes them."""
    kind = message.get("msgtype")
    content = part(message, kind)
    text = string(content.get("content")) or string(content.get("description"))
    found.mentions += wecom_calls(text) + wecom_calls(html.unescape(text))
    for version in dict.fromkeys([text, html.unescape(text)]):
        found.links += HTML_LINK.findall(version)
    if kind == "markdown":
        found.read_markdown(text, entities=True)
    if kind == "textcard":
        found.links.append(string(content.get("url")))


def wecom_calls(text: str) -> list[str]:
    return [name.strip(" \\") for name in WECOM_AT.findall(text)]


def dingtalk(message: dict[str, Any], found: Findings) -> None:
    kind = message.get("msgtype")
    content = part(message, kind)
    text = string(content.get("text"))
    if kind in ("text", "markdown", "actionCard"):
        found.mentions += called(message, None if kind == "text" else text)
    if kind in ("markdown", "actionCard"):
        found.read_markdown(text, entities=True)
    for key, url in fields(content):
        if key in ("singleURL", "actionURL", "messageUrl", "messageURL"):
            found.links.append(url)
        elif key in ("picUrl", "picURL"):
            found.images.append(url)


def called(message: dict[str, Any], text: str | None) -> list[str]:
    """With a text, only those whose name stands in it: nobody else is highlighted."""
    at = part(message, "at")
    people = listed(at, "atMobiles", "atUserIds")
    if text is not None:
        people = [person for person in people if f"@{person}" in text]
    everybody = at.get("isAtAll") in (True, "true", 1)
    return [*(["all"] if everybody else []), *people]


def feishu(message: dict[str, Any], found: Findings) -> None:
    kind = message.get("msg_type")
    if kind == "text":
        found.mentions += FEISHU_TEXT_AT.findall(string(part(message, "content").get("text")))
        return
    content = message.get("card" if kind == "interactive" else "content")
    for node in objects(content):
        feishu_node(node, found)


def feishu_node(node: dict[str, Any], found: Findings) -> None:
    tag = node.get("tag")
    if tag == "at":
        found.mentions.append(string(node.get("user_id")))
    elif tag in ("lark_md", "markdown", "md"):
        text = string(node.get("content")) or string(node.get("text"))
        found.mentions += FEISHU_CARD_AT.findall(text)
        # Entities are this dialect's own way to escape, so they stay what they are.
        found.read_markdown(text, entities=False)
    for key, value in node.items():
        if isinstance(value, str) and value:
            found.links += [value] if key in FEISHU_URLS else []
            found.images += [value] if key in FEISHU_IMAGES else []


READERS = {"wecom": wecom, "wecom_app": wecom_app, "dingtalk": dingtalk, "feishu": feishu}


def part(message: dict[str, Any], key: Any) -> dict[str, Any]:
    value = message.get(key) if isinstance(key, str) else None
    return value if isinstance(value, dict) else {}


def string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def listed(content: dict[str, Any], *keys: str) -> list[str]:
    lists = (content.get(key) for key in keys)
    return [str(entry) for given in lists if isinstance(given, list) for entry in given]


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object within, the outer before the inner."""
    if isinstance(value, dict):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for entry in inner:
        yield from objects(entry)


def fields(value: Any) -> Iterator[tuple[str, str]]:
    """Every string that has a name, with its name."""
    for node in objects(value):
        yield from ((key, text) for key, text in node.items() if isinstance(text, str) and text)


def unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
