"""Answers what very many pages ask every half minute from memory, before anything else is done for
it. Such answers are counted as requests and have no line in the log.

What a page reads is never older than half a minute, wherever it was kept on the way: an answer from
memory says for how much less it may be kept.
"""

from __future__ import annotations

import time
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.brands.shape import Brand
from app.metrics import counted
from app.overview import funnel
from app.widget import told
from app.widget.told import Told
from web.http.headers import request_id
from web.http.told import listed

# Key in a request's state: for which brand the answer is, its body, and whether it shows the form.
ABOUT = "told_about"
ENDS = ("/boot.json", "/presence")
# Of path and site together: a slug has 64 characters at most, a name of the DNS 253.
LONGEST = 400
KEPT = b"public, max-age="
# Not remembered: each answer says its own, and the last two are only said with a body.
OWN = frozenset({b"cache-control", b"x-request-id", b"content-length", b"content-type"})
JSON = b"application/json"


def about(scope: Any, brand: Brand, body: bytes, *, shown: bool = False) -> None:
    """Says that the answer to this request, a JSON text, is the same for all who ask from the same
    site, whether or not they have it already."""
    scope["state"][ABOUT] = (brand, body, shown)


class Known:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = _asked(scope)
        if asked is None:
            await self._app(scope, receive, send)
            return
        began = time.monotonic()
        if known := told.get(*asked):
            await _tell(known, began, scope, send)
            return
        made = _Made(send, began)
        await self._app(scope, receive, made)
        if (answer := made.told(scope)) is not None:
            told.keep(*asked, answer)


def _asked(scope: Any) -> tuple[str, str] | None:
    """The path and the site, when it is asked as pages do: a browser names one site at most."""
    if scope["type"] != ScopeType.HTTP or scope["method"] != "GET":
        return None
    path: str = scope["path"]
    if not (path.startswith("/w/") and path.endswith(ENDS)):
        return None
    origin, *others = _all(scope, b"origin") or [""]
    return None if others or len(path) + len(origin) > LONGEST else (path, origin)


def _all(scope: Any, name: bytes) -> list[str]:
    return [value.decode("latin-1") for each, value in scope["headers"] if each == name]


async def _tell(known: Told, began: float, scope: Any, send: Send) -> None:
    same = listed(_all(scope, b"if-none-match"), known.tag)
    left = max(1, int(known.age - (began - known.made)))
    headers = [
        *known.headers,
        (b"cache-control", KEPT + str(left).encode()),
        (b"x-request-id", request_id(scope).encode()),
    ]
    if not same:
        headers += [(b"content-type", JSON), (b"content-length", str(len(known.body)).encode())]
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

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = {name.lower(): value for name, value in message["headers"]}
        await self._send(message)

    def told(self, scope: Any) -> Told | None:
        """None for what is not to be told to others."""
        kept = self._headers.get(b"cache-control", b"")
        tag = self._headers.get(b"etag", b"")
        found = scope["state"].get(ABOUT)
        if self._status not in {200, 304} or found is None or not kept.startswith(KEPT):
            return None
        brand, body, shown = found
        return Told(
            organization=brand.org.id,
            brand=brand.id,
            made=self._began,
            ahead=told.ahead(),
            age=int(kept.removeprefix(KEPT)),
            tag=tag.decode(),
            headers=tuple(pair for pair in self._headers.items() if pair[0] not in OWN),
            body=body,
            shown=brand.org if shown else None,
        )
