"""What every answer gets: security headers, a request id, a line in the log.

Wraps the whole application, so errors, static files and unknown addresses are covered too.
"""

from __future__ import annotations

import asyncio
import functools
import re
import secrets
import time
from collections.abc import Sequence
from typing import Any

import structlog
from litestar.enums import ScopeType
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, unbind_contextvars

from app import turns
from app.contacts import sight
from app.metrics import counted
from app.people import audit, token_log
from app.settings import Settings
from web.http import address, traced
from web.http.cors import READERS
from web.http.faults import is_for_programs
from web.http.problems import report
from web.http.request import FRAME_ANCESTORS, LOGGED, PROBES, SHOWN, VISITOR

log = structlog.get_logger("web.access")

# Where messages are left, by POST; and the rest, by how a path begins.
SUBMITTED = {"/w/{slug}": "form", "/f/{slug}": "page", "/api/v1/leavemsg/messages": "api"}
AREAS = {
    **dict.fromkeys(("/w/", "/f/", "/embed/"), "visitor"),
    "/api/": "api",
    "/static/": "static",
}
# Paths that may be framed at all: the form by its organization's sites; the demo page and the
# form's preview by our own pages.
FRAMED = ("/w/", "/demo/", "/settings/form/preview")
NOBODY = ("'none'",)
# At first only our own pages may frame a form, until the organization lists sites.
OURSELVES = ("'self'",)
YEAR = 31_536_000
# What a caller may name a request: no log and no page reads anything else in it.
REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{8,128}")
# Characters of an unknown path that are logged.
MAX_LOGGED_PATH = 100

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "object-src 'none'; frame-src 'self'; manifest-src 'self'"
)
# Files that are no pages need no more, and are sent to every visitor of a host page.
STATIC = ("/static/", "/embed/")
STATIC_POLICY = "default-src 'none'"
FEW_FEATURES = "camera=(), geolocation=(), microphone=()"
DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'"
# Features that no page of ours has a use for.
NO_FEATURES = (
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
)
LAST_RESORT = (
    b'{"type":"urn:leavemsg:problem:internal","title":"Something went wrong here","status":500,'
    b'"code":"internal"}'
)
BROKEN_OFF = (
    b'{"type":"urn:leavemsg:problem:outcome_unknown","title":"Not available right now",'
    b'"status":503,"code":"outcome_unknown"}'
)
AGAIN = ((b"retry-after", b"1"), (b"connection", b"close"))

Headers = tuple[tuple[bytes, bytes], ...]


def content_security_policy(path: str, frame_ancestors: Sequence[str] = OURSELVES) -> str:
    """`frame_ancestors` applies to FRAMED paths only; nothing else may be framed.

    A handler puts the organization's sites into the request's state, so that errors have them too.
    """
    if path.startswith(STATIC):
        return f"{STATIC_POLICY}; frame-ancestors 'none'"
    policy = DATA_POLICY if is_for_programs(path) else PAGE_POLICY
    allowed = frame_ancestors if path.startswith(FRAMED) else NOBODY
    return f"{policy}; frame-ancestors {' '.join(allowed)}"


def security_headers(
    path: str, *, secure: bool, frame_ancestors: Sequence[str] = OURSELVES
) -> dict[str, str]:
    visitor = path.startswith(VISITOR)
    headers = {
        "Content-Security-Policy": content_security_policy(path, frame_ancestors),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin" if visitor else "same-origin",
        "Permissions-Policy": FEW_FEATURES if path.startswith(STATIC) else NO_FEATURES,
        "Cross-Origin-Resource-Policy": "cross-origin" if visitor else "same-origin",
        "Cache-Control": "no-store",
    }
    if not visitor and not path.startswith(STATIC):
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if secure:
        headers["Strict-Transport-Security"] = f"max-age={YEAR}"
    return headers


class Envelope:
    """The outermost layer, but for what is answered from memory (web.visitor.known). Also answers
    HEAD as a GET without its body."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._secure = settings.secure_cookies
        self._warned = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        letter = _Letter(scope, send, secure=self._secure)
        began = time.perf_counter()
        bind_contextvars(request_id=letter.request_id)
        try:
            with (
                audit.acting("visitor", address.on_record_of(scope)),
                sight.through(sight.IN_FULL),
                turns.of_visitors(_is_a_visitor(scope)),
                traced.request(letter.scope, letter.request_id, lambda: letter.status),
            ):
                await self._app(letter.scope, receive, letter)
        except asyncio.CancelledError:
            # The process stops, and has waited for this as long as it waits for anything.
            await letter.break_off()
            raise
        except Exception as error:
            report(error, letter.request_id)
            await letter.give_up()
        finally:
            self._log(letter, time.perf_counter() - began)
            unbind_contextvars("request_id", "trace_id")

    def _log(self, letter: _Letter, seconds: float) -> None:
        scope = letter.scope
        if scope["path"] in PROBES:
            return
        _count(scope, letter, seconds)
        client = address.of_scope(scope, self._settings.trusted_proxies)
        if (token := scope["state"].get(SHOWN)) is not None:
            route = f"{scope['path_template']}{scope['state'].get(LOGGED, '')}"
            token_log.note(token, letter.method, route, letter.status, str(client))
        log.info(
            "request",
            method=letter.method,
            # The pattern, not the path, which may have a secret.
            route=scope.get("path_template") or scope["path"][:MAX_LOGGED_PATH],
            status=letter.status,
            ms=round(seconds * 1000, 1),
            ip=str(client) if self._settings.log_full_ip else address.truncated(client),
            request_id=letter.request_id,
        )
        self._warn_of_hidden_visitors(scope)

    def _warn_of_hidden_visitors(self, scope: Any) -> None:
        """Logs once that a proxy is not trusted: then all visitors share one address, and its
        limits."""
        if self._warned or self._settings.trusted_proxies:
            return
        peer = address.peer_of(scope)
        if b"x-forwarded-for" in dict(scope["headers"]) and peer.is_private:
            self._warned = True
            log.warning("proxy_not_trusted", proxy=str(peer), setting="LEAVEMSG_TRUSTED_PROXIES")


def request_id(scope: Any) -> str:
    """The caller's own, where it is one, so that their log and ours have the same."""
    told = [value for name, value in scope["headers"] if name == b"x-request-id"]
    if len(told) == 1 and REQUEST_ID.fullmatch(told[0]):
        return str(told[0].decode())
    return secrets.token_hex(16)


class _Letter:
    """The `send` of one request."""

    def __init__(self, scope: Any, send: Send, *, secure: bool) -> None:
        self.method: str = scope["method"]
        self.is_head = self.method == "HEAD"
        self.scope: Any = {**scope, "method": "GET"} if self.is_head else scope
        self.status = 0
        self.request_id = request_id(scope)
        scope["state"]["request_id"] = self.request_id
        self._send = send
        self._ended = False
        self._secure = secure

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = self._complete(message.get("headers", ()))
            await self._send(message)
        elif not self.is_head:
            await self._send(message)
        elif not self._ended:
            self._ended = True
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def give_up(self) -> None:
        """The last resort: a plain 500, or, if the answer has begun, breaking it off visibly."""
        if self.status:
            raise RuntimeError("the answer broke off") from None
        await self._answer(500, (), LAST_RESORT)

    async def break_off(self) -> None:
        """Another process can be asked at once, or this one when it is back."""
        if not self.status:
            await self._answer(503, AGAIN, BROKEN_OFF)

    async def _answer(self, status: int, more: Headers, body: bytes) -> None:
        headers = [(b"content-type", b"application/problem+json"), *more]
        await self({"type": "http.response.start", "status": status, "headers": headers})
        await self({"type": "http.response.body", "body": body, "more_body": False})

    def _complete(self, given: Any) -> list[tuple[bytes, bytes]]:
        headers = list(given)
        if self.method == "OPTIONS" and self.status == 204:
            cross_origin = [pair for pair in headers if pair[0].startswith(b"access-control-")]
            headers = [*cross_origin, (b"allow", _methods(self.scope).encode())]
        names = {name.lower() for name, _ in headers}
        headers += [pair for pair in self._own() if pair[0] not in names]
        return [*headers, (b"x-request-id", self.request_id.encode())]

    def _own(self) -> Headers:
        hosts = self.scope["state"].get(FRAME_ANCESTORS, OURSELVES)
        found = _security_headers(self.scope["path"], self._secure, tuple(hosts))
        return found + _encoded(self.scope["state"].get(READERS, {}))


def _is_a_visitor(scope: Any) -> bool:
    """Or leaves a visitor's message."""
    path: str = scope["path"]
    return path.startswith(VISITOR) or (scope["method"] == "POST" and path in SUBMITTED)


def _count(scope: Any, letter: _Letter, seconds: float) -> None:
    path: str = scope["path"]
    if letter.method == "POST" and (source := SUBMITTED.get(scope.get("path_template", ""))):
        counted.submitted(source, letter.status)
    if path != traced.STREAM:
        area = AREAS.get(path[: path.find("/", 1) + 1], "console")
        counted.REQUESTS.observe(seconds, area, f"{letter.status // 100}xx")


def _methods(scope: Any) -> str:
    """The methods of a path; Litestar's own answer omits some that were registered later."""
    path = scope["path_template"]
    found = {
        str(method)
        for route in scope["litestar_app"].routes
        if isinstance(route, HTTPRoute) and route.path_format == path
        for method in route.methods
    }
    return ", ".join(sorted(found | {"HEAD"} if "GET" in found else found))


@functools.lru_cache(maxsize=256)
def _security_headers(path: str, secure: bool, hosts: tuple[str, ...]) -> Headers:
    """Most answers are of a few addresses."""
    return _encoded(security_headers(path, secure=secure, frame_ancestors=hosts))


def _encoded(headers: dict[str, str]) -> Headers:
    return tuple((name.lower().encode(), value.encode()) for name, value in headers.items())
