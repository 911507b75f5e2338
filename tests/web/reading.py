"""What a browser would see in an answer."""

from __future__ import annotations

import re
from html import unescape

import httpx

VOID = {"input", "meta", "link", "img", "br", "use"}
RAW = {name: re.compile(rf"</{name}\s*>", re.I) for name in ("script", "style")}
"""Until it ends there is nothing but text in it."""
ATTRIBUTE = r"""([^\s=>"'/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?"""
ATTRIBUTES = re.compile(ATTRIBUTE)
MARK = re.compile(
    r"<!--.*?-->|<![^>]*>|</([a-zA-Z][\w:-]*)\s*>"
    r"""|<([a-zA-Z][\w:-]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>""",
    re.S,
)


class Page:
    """The values that its forms would send, its links, its ids and its words. (Python's own parser
    takes five times as long, and thousands of pages are read.)"""

    def __init__(self, answer: httpx.Response | str) -> None:
        self.html = answer if isinstance(answer, str) else answer.text
        self.values: dict[str, str] = {}
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.title = ""
        self._words: list[str] = []
        self._inside: list[str] = []
        self._area = ""
        self._select = ""
        self._read()
        self.words = " ".join(" ".join(self._words).split())

    def _read(self) -> None:
        at = 0
        while mark := MARK.search(self.html, at):
            if at < mark.start():
                self._hear(_plain(self.html[at : mark.start()]))
            at = mark.end()
            end, start, attributes = mark.groups()
            if end:
                self._leave(end.lower())
            if start:
                self._enter(start.lower(), attributes)
            if start and attributes.endswith("/"):
                self._leave(start.lower())
            elif start in RAW:
                stop = RAW[start].search(self.html, at)
                raw_end = stop.start() if stop else len(self.html)
                self._hear(self.html[at:raw_end])
                at = raw_end
        self._hear(_plain(self.html[at:]))

    def _enter(self, tag: str, attributes: str) -> None:
        found = {
            name.lower(): _plain(double or single or bare)
            for name, double, single, bare in ATTRIBUTES.findall(attributes)
        }
        self.tags.append((tag, found))
        if tag == "input" and "name" in found and _is_sent(found):
            self.values[found["name"]] = found.get("value", "")
        if tag == "textarea":
            self._area = found["name"]
            self.values[self._area] = ""
        if tag == "option" and "selected" in found:
            self.values[self._select] = found.get("value", "")
        if tag == "select":
            self._select = found["name"]
            self.values.setdefault(self._select, "")
        if tag not in VOID:
            self._inside.append(tag)

    def _leave(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def _hear(self, text: str) -> None:
        if "title" in self._inside:
            self.title += text
        elif self._inside[-1:] == ["textarea"]:
            self.values[self._area] += text.removeprefix("\n")
        else:
            self._words.append(text)

    def attributes(self, tag: str, **having: str) -> list[dict[str, str]]:
        return [
            found
            for name, found in self.tags
            if name == tag and all(found.get(key) == value for key, value in having.items())
        ]

    def links(self) -> list[str]:
        return [found["href"] for found in self.attributes("a") if "href" in found]

    @property
    def language(self) -> str:
        return self.attributes("html")[0]["lang"]

    @property
    def csrf(self) -> str:
        return self.values["csrf_token"]


def _plain(text: str) -> str:
    return unescape(text) if "&" in text else text


def _is_sent(found: dict[str, str]) -> bool:
    """A box counts only where a test ticks it, a choice only where it is chosen."""
    kind = found.get("type")
    return kind != "checkbox" and (kind != "radio" or "checked" in found)
