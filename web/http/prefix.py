"""Below a path of somebody else's site, as https://shop.example/desk, if LEAVEMSG_BASE_URL has one.

Inside everything is as if the product had a host of its own. Here, at its edge, the path is taken
from requests, also when the proxy has done that already, and put before the addresses that answers
have: in headers, and in the attributes of pages.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

ADDRESSES = frozenset(
    {b"location", b"hx-location", b"hx-redirect", b"hx-push-url", b"hx-replace-url"}
)
"""Headers whose value is an address, or something that is none, like hx-push-url: false."""
# The only attributes of our pages that have addresses. What people wrote is escaped: no quotation
# mark of theirs can look like one of these.
ATTRIBUTE = (
    r"(\s(?:href|src|action|formaction|hx-(?:get|post|push-url)|data-(?:address|arrived|begun|files"
    r'|href|icon-plain|icon-unread|prove|worker))=")'
)
BELOW = "leavemsg.below"
"""Where a request's scope says the path that was taken from it."""
COOKIE_PATH = re.compile(rb"(?i)(; *path=)/(?=\w)")


def below(prefix: str, app: ASGIApp) -> ASGIApp:
    """`prefix` begins with a slash and ends with none; empty for a host of our own."""
    return Below(prefix, app) if prefix else app


def page(prefix: str, html: str) -> str:
    """The page as it is below `prefix`."""
    return _without(prefix).sub(rf"\1{prefix}/", html) if prefix else html


def within(prefix: str, path: str) -> str:
    """The path as it is inside, of one that may have `prefix`."""
    has = prefix and f"{path}/".startswith(f"{prefix}/")
    return (path[len(prefix) :] or "/") if has else path


@cache
def _without(prefix: str) -> re.Pattern[str]:
    """Our own addresses that do not have it yet: those that came back from the browser do."""
    return re.compile(rf"{ATTRIBUTE}/(?!/|{re.escape(prefix[1:])}/)")


class Below:
    def __init__(self, prefix: str, app: ASGIApp) -> None:
        self._prefix, self._app = prefix, app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*map(self._header, message.get("headers", ()))]
            await send(message)

        await self._app(self._within(scope), receive, sent)

    def _within(self, scope: Any) -> Any:
        path: str = scope["path"]
        inside = within(self._prefix, path)
        if inside == path:
            return {**scope, BELOW: self._prefix}
        raw: bytes = scope.get("raw_path") or path.encode()
        raw = raw[len(self._prefix) :] or b"/"
        return {**scope, BELOW: self._prefix, "path": inside, "raw_path": raw}

    def _header(self, pair: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
        name, value = pair
        prefix = self._prefix.encode()
        if name.lower() in ADDRESSES and value.startswith(b"/"):
            is_whole = value.startswith((b"//", prefix + b"/"))
            return (name, value) if is_whole else (name, prefix + value)
        if name.lower() == b"set-cookie":
            return name, COOKIE_PATH.sub(rb"\1" + prefix + b"/", value)
        return pair
