"""The request that a parcel makes, and the ways to write fields."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from app import text

JSON_TYPE = "application/json; charset=utf-8"
FORM_TYPE = "application/x-www-form-urlencoded; charset=utf-8"
ADDRESS_CHARACTERS = 8000
"""What usual servers read as one line: Apache 8190 with the method, nginx 8 KB."""
LEAST = 192
"""Encoded characters of a value that is never cut: what is left of it would tell nothing."""
_ASCII = "".join(map(chr, range(0x21, 0x7F)))

Pairs = list[tuple[str, str]]


class Written(msgspec.Struct, frozen=True):
    """One request, ready to go."""

    method: str
    url: str
    """As it is configured, with the keys in it."""
    headers: dict[str, str]
    content: bytes = b""
    query: str = ""
    """What the parcel adds to the address, encoded."""

    @property
    def address(self) -> str:
        if not self.query:
            return self.url
        return f"{self.url}{'&' if urlsplit(self.url).query else '?'}{self.query}"

    @property
    def signed_part(self) -> bytes:
        """What a signature covers: the body, or of a GET the whole query as it goes out."""
        if self.method != "GET":
            return self.content
        return quote(urlsplit(self.address).query, safe=_ASCII).encode()


def posted(url: str, content: bytes) -> Written:
    """JSON to a platform."""
    return Written("POST", url, {"Content-Type": JSON_TYPE}, content)


def pairs(value: Any, name: str = "") -> Pairs:
    """A JSON value as the fields of a form; what is inside is named `visitor[name]`, `list[0]`, as
    PHP, Rails and others read it."""
    if isinstance(value, dict):
        inner = [(f"{name}[{key}]" if name else str(key), each) for key, each in value.items()]
    elif isinstance(value, list):
        inner = [(f"{name}[{n}]", each) for n, each in enumerate(value)]
    else:
        return [(name, _scalar(value))]
    return [pair for key, each in inner for pair in pairs(each, key)]


def _scalar(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def as_form(fields: Pairs) -> bytes:
    return urlencode(fields).encode()


def as_query(fields: Pairs) -> str:
    return urlencode(fields, quote_via=quote, safe="")


def fitting(fields: Pairs, room: int) -> Pairs | None:
    """The fields with the longest values cut until their query has `room` characters; None when
    too little of them would be left."""
    kept = list(fields)
    while (over := len(as_query(kept)) - room) > 0:
        at = max(range(len(kept)), key=lambda n: _encoded(kept[n][1]), default=None)
        if at is None or _encoded(kept[at][1]) <= LEAST:
            return None
        name, value = kept[at]
        kept[at] = (name, text.clip(value, max(LEAST, _encoded(value) - over), cost=_encoded))
    return kept


def _encoded(value: str) -> int:
    return len(quote(value, safe=""))
