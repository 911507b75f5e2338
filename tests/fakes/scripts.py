"""Answers that a test writes down beforehand, by number, by name or in detail."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from .server import Answer

Script = int | str | Mapping[str, Any] | Answer

HTML = "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
MEGABYTE = 1024 * 1024
BIG = 100
DETAILS = frozenset(
    {
        "status",
        "headers",
        "delay",
        "body",
        "reset",
        "hang",
        "close",
        "drip",
        "drip_head",
        "repeat",
        "part",
        "raw",
    }
)


@cache
def gzip_bomb() -> bytes:
    """100 MB of zeros in about 100 kB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    zeros = bytes(MEGABYTE)
    return b"".join([*(packer.compress(zeros) for _ in range(BIG)), packer.flush()])


def page(status: int = 200) -> Answer:
    """HTML where JSON is expected: a captive portal, a proxy, a gateway."""
    body = HTML.format(f"{status} proxy").encode()
    return Answer(status, body, (("Content-Type", "text/html"),))


NAMED: dict[str, Callable[[], Answer]] = {
    "hang_before": lambda: Answer(part=0, then="hang", unread=True),
    "hang_after": lambda: Answer(part=0, then="hang"),
    "reset": lambda: Answer(part=0, then="reset"),
    "reset_midway": lambda: Answer(body=b"x" * 1000, part=0.5, then="reset"),
    "close": lambda: Answer(part=0, then="close"),
    "half": lambda: Answer(body=b"x" * 1000, part=0.5, then="close"),
    "drip": lambda: Answer(body=b"x" * 1000, drip=1.0),
    "drip_head": lambda: Answer(drip=1.0, drip_head=True),
    "big": lambda: Answer(body=bytes(MEGABYTE), repeat=BIG),
    "gzip_bomb": lambda: Answer(body=gzip_bomb(), headers=(("Content-Encoding", "gzip"),)),
    "bad_status_line": lambda: Answer(raw=b"HTTP/1.1 OK fine\r\n\r\n"),
    "not_http": lambda: Answer(raw=b"SSH-2.0-OpenSSH_9.2\r\n"),
    "html": page,
}


def answer_for(script: Script) -> Answer:
    if isinstance(script, Answer):
        return script
    if isinstance(script, int):
        return Answer(script)
    if isinstance(script, str):
        return _named(script)
    return _detailed(script)


def _named(name: str) -> Answer:
    if name not in NAMED:
        raise ValueError(f"no answer is called {name!r}; there are {', '.join(NAMED)}")
    return NAMED[name]()


def _detailed(script: Mapping[str, Any]) -> Answer:
    if unknown := set(script) - DETAILS:
        raise ValueError(f"an answer has no {', '.join(sorted(unknown))}")
    plain = {
        key: script[key]
        for key in ("status", "delay", "drip", "drip_head", "part", "repeat")
        if key in script
    }
    answer = Answer(
        **plain,
        body=_bytes(script.get("body", b"")),
        raw=None if script.get("raw") is None else _bytes(script["raw"]),
        headers=_headers(script.get("headers", ())),
    )
    return _ending(answer, script)


def _ending(answer: Answer, script: Mapping[str, Any]) -> Answer:
    if hang := script.get("hang"):
        if hang not in ("before", "after"):
            raise ValueError("hang is before or after reading")
        return replace(answer, part=0, then="hang", unread=hang == "before")
    if script.get("reset"):
        return replace(answer, part=script.get("part", 0), then="reset")
    if script.get("close"):
        return replace(answer, then="close")
    return answer


def _bytes(body: Any) -> bytes:
    if isinstance(body, bytes):
        return body
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return text.encode()


def _headers(given: Any) -> tuple[tuple[str, str], ...]:
    pairs = given.items() if isinstance(given, Mapping) else given
    return tuple((str(name), str(value)) for name, value in pairs)
