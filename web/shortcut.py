"""The short way to one handler that is asked far more often than all others: past the same guards,
without the framework's routing, copies and layers, which cost as much as the handler itself."""

from __future__ import annotations

import functools
import re
from typing import Any

from litestar import Litestar, Request, Response
from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, Receive, Scope, Send

from web import error_page
from web.http.bodies import JSON
from web.http.request import Incoming

USUAL_HOST = re.compile(rb"[A-Za-z0-9.:-]+")


class Shortcut:
    """Around the application: `method` at exactly this `path` takes the short way, and all else the
    application's."""

    def __init__(self, app: ASGIApp, of: Litestar, method: str, path: str) -> None:
        self._app, self._method, self._path = app, method, path
        routes = (each for each in of.routes if isinstance(each, HTTPRoute) and each.path == path)
        self._handler, _ = next(routes).route_handler_map[method]  # type: ignore[index]
        self._guards = self._handler.resolve_guards()
        self._before = self._handler.resolve_before_request()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._fits(scope):
            await self._app(scope, receive, send)
            return
        scope["path_params"] = {}
        scope["path_template"] = self._path
        scope["route_handler"] = self._handler
        request: Incoming = _Request(scope, receive, send)
        try:
            response = await self._answer(request)
        except Exception as error:
            response = error_page.answer(request, error)
        await _send(response, send)

    def _fits(self, scope: Any) -> bool:
        """What is odd about a request is for the framework to tell."""
        return (
            scope["path"] == self._path
            and scope["type"] == ScopeType.HTTP
            and scope["method"] == self._method
            and not scope.get("root_path")
            and all(
                USUAL_HOST.fullmatch(text) for name, text in scope["headers"] if name == b"host"
            )
        )

    async def _answer(self, request: Incoming) -> Response[Any]:
        for guard in self._guards:
            await guard(request, self._handler)  # type: ignore[misc]
        if self._before and (instead := await self._before(request)):
            return instead  # type: ignore[no-any-return]
        return await self._handler.fn(request)  # type: ignore[no-any-return]


class _Request(Request[Any, Any, Any]):
    """The framework looks for the headers in three places each time that one is asked for."""

    @functools.cached_property
    def headers(self) -> Headers:
        return Headers.from_scope(self.scope)


async def _send(response: Response[Any], send: Send) -> None:
    """As the framework sends an answer with a body and without cookies."""
    kind = response.media_type or JSON
    body = response.render(response.content, kind)
    given = {**response.headers, "content-type": kind, "content-length": str(len(body))}
    headers = [(name.lower().encode(), text.encode("latin-1")) for name, text in given.items()]
    await send(
        {"type": "http.response.start", "status": response.status_code or 200, "headers": headers}
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})
