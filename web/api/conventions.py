"""What holds for every operation of the API, whatever its handler does: keys of POSTs, ETags,
pages of lists, and how much more a caller may ask."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec
from litestar import Request, Response
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app import settings
from app.errors import Invalid
from app.limits import Room
from web.api import once, paging, unchanged, within
from web.http import told
from web.http.faults import fault_of
from web.http.operation import Operation
from web.http.problems import problem_of
from web.http.request import ROOM, Incoming

PART = "part"
JSON = b"application/json"


class _Page(msgspec.Struct):
    next_cursor: str | None = None


async def before(request: Incoming) -> Response[bytes] | None:
    """After the guards of every request, and before its handler: an answer takes its place."""
    operation: Operation | None = request.route_handler.opt.get("operation")
    if operation is None:
        return None
    if paging.is_cut(request.scope["method"], operation):
        request.scope["state"][PART] = paging.asked(request)
    if (kept := await once.before(request, operation)) is not None:
        return kept
    await unchanged.before(request)
    return None


class Conventions:
    """Around the application, within the envelope."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        scope["state"][within.APP] = self
        try:
            await self._app(scope, receive, _Held(scope, receive, send))
        finally:
            await once.given_up(scope)
            await unchanged.answered(scope)


class _Held:
    """The `send` of one request, which holds an answer back until all of it is known. One that
    comes in pieces is passed on as it comes."""

    def __init__(self, scope: Any, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._start: Any = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        if self._start is None:
            await self._send(message)
            return
        start, self._start = self._start, None
        start["headers"] = [*start["headers"], *_room(self._scope)]
        if message["type"] == "http.response.body" and not message.get("more_body"):
            await self._whole(start, message.get("body", b""))
            return
        await self._send(start)
        await self._send(message)

    async def _whole(self, start: Any, body: bytes) -> None:
        await once.answered(self._scope, start, body)
        await unchanged.answered(self._scope)
        try:
            body = _read(self._scope, start, body)
        except Invalid as error:
            request = Request[Any, Any, Any](self._scope)
            problem = problem_of(request, fault_of(error)).to_asgi_response(None, request)
            await problem(self._scope, self._receive, self._send)
            return
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body, "more_body": False})


def _room(scope: Any) -> list[tuple[bytes, bytes]]:
    """As draft-ietf-httpapi-ratelimit-headers-11 has it."""
    room: Room | None = scope["state"].get(ROOM)
    if room is None:
        return []
    return [
        (b"ratelimit-policy", f'"{room.name}";q={room.most};w={room.seconds}'.encode()),
        (b"ratelimit", f'"{room.name}";r={room.left};t={room.renewed_in}'.encode()),
    ]


def _read(scope: Any, start: Any, body: bytes) -> bytes:
    """The body of a good answer to a GET: its part that was asked for, with a link to the next, or
    nothing when the caller has it. Raises Invalid."""
    if scope["method"] != "GET" or start["status"] != 200:
        return body
    headers = dict(start["headers"])
    if not headers.get(b"content-type", b"").startswith(JSON):
        return body
    if (part := scope["state"].get(PART)) is not None:
        body = paging.cut(body, part)
    cursor = msgspec.json.decode(body, type=_Page).next_cursor
    if cursor and b"link" not in headers:
        headers[b"link"] = _next(scope, cursor).encode()
    operation: Operation = scope["route_handler"].opt["operation"]
    tag = unchanged.tag_of(body, operation.volatile)
    headers[b"etag"] = tag.encode()
    if told.knows(Request[Any, Any, Any](scope), tag):
        start["status"], body = 304, b""
        headers.pop(b"content-type")
        headers.pop(b"content-length", None)
    else:
        headers[b"content-length"] = str(len(body)).encode()
    start["headers"] = [*headers.items()]
    return body


def _next(scope: Any, cursor: str) -> str:
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    kept = [(name, text) for name, text in query if name != "cursor"]
    following = urlencode([*kept, ("cursor", cursor)])
    return f'<{settings.current().base_url}{scope["path"]}?{following}>; rel="next"'
