"""The shapes of Feishu's rich messages. A visitor's words stand only where no markup is read: in
`plain_text` of a card and in `text` of a post."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.channels.wording import Draft

_QUOTE = "> "
_RULE = {"tag": "hr"}


def card(
    draft: Draft, people: Sequence[str], links: Sequence[tuple[str, str]], *, markdown: bool
) -> dict[str, Any]:
    """`links` are labels and addresses, the most important first."""
    elements = [_markdown(draft.body)] if markdown else _paragraphs(draft.body)
    if people:
        elements.append(_markdown(" ".join(f"<at id={who}></at>" for who in people)))
    if links:
        actions = [_button(*each, first=n == 0) for n, each in enumerate(links)]
        elements.append({"tag": "action", "actions": actions})
    return {
        "config": {"wide_screen_mode": True},
        "header": {"template": "blue", "title": _plain(draft.title)},
        "elements": elements,
    }


def post(draft: Draft, people: Sequence[str], links: Sequence[tuple[str, str]]) -> dict[str, Any]:
    rows: list[list[dict[str, Any]]] = [
        [{"tag": "text", "text": line}] for line in draft.body.split("\n") if line.strip()
    ]
    rows += [[{"tag": "a", "text": label, "href": link}] for label, link in links]
    if people:
        rows.append([{"tag": "at", "user_id": who} for who in people])
    # The name of the language is a key of the format; clients show what is there.
    return {"zh_cn": {"title": draft.title, "content": rows}}


def _paragraphs(body: str) -> list[dict[str, Any]]:
    """One block for each paragraph; a quoted one stands between two rules."""
    elements: list[dict[str, Any]] = []
    for paragraph in body.split("\n\n"):
        lines = paragraph.strip("\n").split("\n")
        quoted = all(line.startswith(_QUOTE) for line in lines)
        if quoted:
            lines = [line.removeprefix(_QUOTE) for line in lines]
        if any(line.strip() for line in lines):
            block = {"tag": "div", "text": _plain("\n".join(lines))}
            elements += [_RULE, block, _RULE] if quoted else [block]
    return [e for i, e in enumerate(elements) if e != _RULE or elements[i - 1 : i] != [_RULE]]


def _plain(content: str) -> dict[str, str]:
    return {"tag": "plain_text", "content": content}


def _markdown(content: str) -> dict[str, Any]:
    return {"tag": "markdown", "content": content}


def _button(label: str, link: str, *, first: bool) -> dict[str, Any]:
    kind = "primary" if first else "default"
    return {"tag": "button", "type": kind, "text": _plain(label), "url": link}
