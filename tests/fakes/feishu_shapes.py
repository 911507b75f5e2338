"""Which texts, posts and cards Feishu takes. One wrong property refuses the whole message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

BAD_SHAPE = 9499
BAD_CARD = 11246

TEXT_TAGS = ("plain_text", "lark_md")
POST_TAGS = {
    "text": ("text",),
    "a": ("text", "href"),
    "at": ("user_id",),
    "img": ("image_key",),
}
CARD_KEYS = frozenset({"config", "header", "elements", "i18n_elements", "i18n_header", "card_link"})
CARD_2_KEYS = frozenset({"schema", "config", "header", "body", "card_link"})
HEADER_KEYS = frozenset(
    {
        "title",
        "subtitle",
        "template",
        "icon",
        "ud_icon",
        "text_tag_list",
        "i18n_text_tag_list",
        "padding",
    }
)
BLOCKS = {
    "div": frozenset({"tag", "text", "fields", "extra", "icon"}),
    "markdown": frozenset({"tag", "content", "text_align", "text_size", "href", "icon"}),
    "hr": frozenset({"tag"}),
    "img": frozenset({"tag", "img_key", "alt", "title", "mode", "preview", "custom_width"}),
    "column_set": frozenset({"tag", "flex_mode", "background_style", "columns", "action"}),
    "action": frozenset({"tag", "actions", "layout"}),
    "note": frozenset({"tag", "elements", "icon"}),
}
# Schema 2.0 dropped these two and lets a button stand by itself.
ONLY_IN_1 = frozenset({"action", "note"})
LAYOUT_2 = frozenset({"element_id", "margin"})

Refusal = tuple[int, str]


def fault_of(message: dict[str, Any]) -> Refusal | None:
    kind = message["msg_type"]
    if kind == "interactive":
        words = next(card_faults(message.get("card")), None)
        return (BAD_CARD, words) if words else None
    content = message.get("content")
    fits = isinstance(kind, str) and isinstance(content, dict) and fits_kind(kind, content)
    return None if fits else (BAD_SHAPE, "Bad Request")


def fits_kind(kind: str, content: dict[str, Any]) -> bool:
    if kind == "text":
        return filled(content, "text")
    if kind == "post":
        return fits_post(content.get("post"))
    wanted = {"image": "image_key", "share_chat": "share_chat_id"}.get(kind)
    return wanted is not None and filled(content, wanted)


def fits_post(post: Any) -> bool:
    if not isinstance(post, dict) or not post:
        return False
    return all(isinstance(page, dict) and fits_page(page) for page in post.values())


def fits_page(page: dict[str, Any]) -> bool:
    lines = page.get("content")
    if not isinstance(lines, list) or not lines or not isinstance(page.get("title", ""), str):
        return False
    return all(isinstance(line, list) and all(fits_tag(tag) for tag in line) for line in lines)


def fits_tag(tag: Any) -> bool:
    if not isinstance(tag, dict) or str(tag.get("tag")) not in POST_TAGS:
        return False
    return all(isinstance(tag.get(key), str) for key in POST_TAGS[str(tag["tag"])])


def filled(content: dict[str, Any], key: str) -> bool:
    value = content.get(key)
    return isinstance(value, str) and bool(value.strip())


def card_faults(card: Any) -> Iterator[str]:
    """What the service finds, first fault first."""
    if not isinstance(card, dict):
        yield unreadable("card is not an object")
        return
    second = card.get("schema") == "2.0"
    yield from unknown(card, CARD_2_KEYS if second else CARD_KEYS)
    if "header" in card:
        yield from header_faults(card["header"])
    body = card.get("body")
    holder = (body if isinstance(body, dict) else {}) if second else card
    blocks = holder.get("elements")
    if not isinstance(blocks, list) or not blocks:
        yield unreadable("no elements")
        return
    for block in blocks:
        yield from block_faults(block, second=second)


def header_faults(header: Any) -> Iterator[str]:
    if not isinstance(header, dict):
        yield unreadable("header is not an object")
        return
    yield from unknown(header, HEADER_KEYS)
    yield from text_faults(header.get("title"))


def block_faults(block: Any, *, second: bool) -> Iterator[str]:
    tag = block.get("tag") if isinstance(block, dict) else None
    if tag == "button" and second:
        yield from button_faults(block)
        return
    if not isinstance(tag, str) or tag not in BLOCKS or (second and tag in ONLY_IN_1):
        yield f"ErrCode: 11310; ErrMsg: unsupported type of block; ErrorValue: {tag}"
        return
    yield from unknown(block, BLOCKS[tag] | (LAYOUT_2 if second else frozenset()))
    yield from inner_faults(tag, block)


def inner_faults(tag: str, block: dict[str, Any]) -> Iterator[str]:
    if tag == "div":
        yield from div_faults(block)
    if tag == "markdown" and not isinstance(block.get("content"), str):
        yield unreadable("markdown has no content")
    if tag == "action":
        for action in entries(block, "actions") or [None]:
            yield from button_faults(action)


def div_faults(block: dict[str, Any]) -> Iterator[str]:
    if not block.get("text") and not block.get("fields"):
        yield unreadable("div has neither text nor fields")
    if block.get("text"):
        yield from text_faults(block["text"])
    if not isinstance(block.get("fields", []), list):
        yield unreadable("fields is not a list")
    for entry in entries(block, "fields"):
        yield from text_faults(entry.get("text") if isinstance(entry, dict) else None)


def entries(block: dict[str, Any], key: str) -> list[Any]:
    listed = block.get(key)
    return listed if isinstance(listed, list) else []


def button_faults(button: Any) -> Iterator[str]:
    if not isinstance(button, dict) or button.get("tag") != "button":
        yield unreadable("an action must be a button")
        return
    yield from text_faults(button.get("text"))
    # Nobody listens behind such a bot: its buttons can open an address and nothing else.
    if not any(button.get(key) for key in ("url", "multi_url", "behaviors")):
        yield unreadable("button opens nothing")


def text_faults(text: Any) -> Iterator[str]:
    fits = isinstance(text, dict) and text.get("tag") in TEXT_TAGS
    if not fits or not isinstance(text.get("content"), str):
        yield unreadable("text is not an object with tag and content")


def unknown(node: dict[str, Any], keys: frozenset[str]) -> Iterator[str]:
    yield from (unreadable(f"unknown property {key}") for key in node if key not in keys)


def unreadable(why: str) -> str:
    return f"ErrCode: 200621; ErrMsg: parse card json err, {why}"
