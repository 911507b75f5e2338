"""What a browser would see in an answer."""

from __future__ import annotations

from html.parser import HTMLParser

import httpx

VOID = {"input", "meta", "link", "img", "br", "use"}


class Page(HTMLParser):
    """The values that its forms would send, its links, its ids and its words."""

    def __init__(self, answer: httpx.Response | str) -> None:
        super().__init__()
        self.html = answer if isinstance(answer, str) else answer.text
        self.values: dict[str, str] = {}
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.title = ""
        self.words = ""
        self._inside: list[str] = []
        self._area = ""
        self._select = ""
        self.feed(self.html)
        self.words = " ".join(self.words.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
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

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "title" in self._inside:
            self.title += data
        elif self._inside[-1:] == ["textarea"]:
            self.values[self._area] += data.removeprefix("\n")
        else:
            self.words += f" {data}"

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


def _is_sent(found: dict[str, str]) -> bool:
    """A box counts only where a test ticks it, a choice only where it is chosen."""
    kind = found.get("type")
    return kind != "checkbox" and (kind != "radio" or "checked" in found)
