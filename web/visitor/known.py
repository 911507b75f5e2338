"""Answers what very many pages ask every half minute from memory, before anything else is done for
it. Such answers are counted as requests and have no line in the log.

What a page reads is never older than half a minute, wherever it was kept on the way: an answer from
memory says for how much less it may be kept.
"""

from __future__ import annotations

import time
import uuid
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.brands.shape import Brand
from app.metrics import counted
from app.overview import funnel
from app.widget import told
from app.widget.told import Told

# Key in a request's state for the brand that the answer is about, and whether it shows the form.
ABOUT = "told_about"
ENDS = ("/boot.json", "/presence")
KEPT = b"public, max-age="
# Said anew with every answer.
OWN = (b"cache-control", b"x-request-id")
OF_A_BODY = (b"content-length", b"content-type")


def about(scope: Any, brand: Brand, *, shown: bool = False) -> None:
    """Says that the answer to this request is the same for all who ask from the same site."""
    scope["state"][ABOUT] = (brand, shown)


class Known:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _is_asked_by_pages(scope):
            await self._app(scope, receive, send)
            return
        began = time.monotonic()
        path, (origin, tags) = scope["path"], _asked(scope["headers"])
        if known := told.get(path, origin):
            await _tell(known, began, tags, send)
            return
        made = _Made(send, began)
        await self._app(scope, receive, made)
        if (answer := made.told(scope)) is not None:
            told.keep(path, origin, answer)


def _is_asked_by_pages(scope: Any) -> bool:
    if scope["type"] != ScopeType.HTTP or scope["method"] != "GET":
        return False
    path: str = scope["path"]
    return path.startswith("/w/") and path.endswith(ENDS)


def _asked(headers: Any) -> tuple[str, bytes]:
    """The site, and the ETags that its page knows."""
    origin, tags = "", b""
    for name, value in headers:
        if name == b"origin":
            origin = value.decode("latin-1")
        elif name == b"if-none-match":
            tags += b"," + value
    return origin, tags


async def _tell(known: Told, began: float, tags: bytes, send: Send) -> None:
    same = bool(tags) and any(
        each.strip().removeprefix(b"W/") in {known.tag, b"*"} for each in tags.split(b",")
    )
    left = max(1, int(known.age - (began - known.made)))
    headers = [
        *(pair for pair in known.headers if not same or pair[0] not in OF_A_BODY),
        (b"cache-control", KEPT + str(left).encode()),
        (b"x-request-id", uuid.uuid4().hex.encode()),
    ]
    if known.shown is not None:
        funnel.count(known.shown, "shown")
    await send({"type": "http.response.start", "status": 304 if same else 200, "headers": headers})
    await send(
        {"type": "http.response.body", "body": b"" if same else known.body, "more_body": False}
    )
    counted.REQUESTS.observe(time.monotonic() - began, "visitor", "3xx" if same else "2xx")


class _Made:
    """The `send` of an answer that is not known yet."""

    def __init__(self, send: Send, began: float) -> None:
        self._send = send
        self._began = began
        self._status = 0
        self._headers: dict[bytes, bytes] = {}
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = {name.lower(): value for name, value in message["headers"]}
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")
        await self._send(message)

    def told(self, scope: Any) -> Told | None:
        """None for what is not to be told to others."""
        kept = self._headers.get(b"cache-control", b"")
        tag = self._headers.get(b"etag")
        found = scope["state"].get(ABOUT)
        if self._status != 200 or found is None or tag is None or not kept.startswith(KEPT):
            return None
        brand, shown = found
        return Told(
            organization=brand.org.id,
            brand=brand.id,
            made=self._began,
            age=int(kept.removeprefix(KEPT)),
            tag=tag,
            headers=tuple(pair for pair in self._headers.items() if pair[0] not in OWN),
            body=self._body,
            shown=brand.org if shown else None,
        )
