"""Makes what visitors typed harmless in each platform's markup.

No platform but Feishu documents an escape for its Markdown, so special characters become their
full-width twins: readable, and plain to a parser. What must be impossible: mentioning anybody, a
link with a label, an image, a heading, a colour, a line that looks like ours.
"""

from __future__ import annotations

import re

_FULL_WIDTH = str.maketrans("<>[]`*|\\\t", "＜＞［］｀＊｜＼ ")
# Some entities need no semicolon. The end of a value counts too: the next variable may begin with
# the rest of one.
_ENTITY = re.compile(r"&(?=#|(?:lt|gt|amp|quot)|\w{1,32};|\w{0,32}$)", re.IGNORECASE)
_INDENT = re.compile(r"^[^\S\n]+", re.MULTILINE)
_LEADING_HASH = re.compile(r"^#", re.MULTILINE)
_RULE = re.compile(r"^[-=_](?=[-=_ ]*$)", re.MULTILINE)
_FENCE = re.compile(r"^~~~", re.MULTILINE)
# After a template's `[label]` it would start a link's address.
_LEADING_BRACKET = re.compile(r"\A\(")
_WIDE = {"-": "－", "=": "＝", "_": "＿"}

# Links with other schemes act for the person who clicks, so they are not left as links. The end of
# a value counts too: the next variable may begin with the slashes.
_ACTING_SCHEME = re.compile(r"(?<!\bhttp)(?<!\bhttps):(?=//)|:(?=/?\Z)", re.IGNORECASE)

_LARK = {
    **{c: f"&#{ord(c)};" for c in "&<>*[]()#:+-_!/\\\"'$`|"},
    "~": "&sim;",
}
_LARK_TABLE = str.maketrans(_LARK)


def as_is(value: str) -> str:
    """For structures that interpret nothing."""
    return value


def no_acting_links(value: str) -> str:
    """For DingTalk's plain text."""
    return _ACTING_SCHEME.sub("：", value)


def no_tags(value: str) -> str:
    """For plain text in which the platform still reads `<@user>` or `<at …>`."""
    return _ENTITY.sub("＆", value.replace("<", "＜"))


def markdown(value: str) -> str:
    """WeCom's and DingTalk's Markdown."""
    value = _INDENT.sub("", value.replace("![", "！["))
    value = _LEADING_HASH.sub("＃", value.translate(_FULL_WIDTH))
    value = _RULE.sub(lambda match: _WIDE[match.group()], value)
    value = _LEADING_BRACKET.sub("（", _FENCE.sub("～～～", value))
    return no_acting_links(_ENTITY.sub("＆", value))


def lark_markdown(value: str) -> str:
    """Feishu's Markdown, by its own table of entities."""
    return value.translate(_LARK_TABLE)


def slack(value: str) -> str:
    """Slack's markup, by its own three entities; what would be bold or code stays as typed."""
    value = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return no_acting_links(value)
