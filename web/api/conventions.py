"""What holds for every operation of the API, whatever its handler does: a POST that is sent again
with its `Idempotency-Key` is done once."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import msgspec
import structlog
from litestar import Response
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.people import audit, kept_answers
from app.people.kept_answers import Answer, Claim
from web.api import bearer
from web.http.faults import Refused
from web.http.operation import Operation
from web.http.request import Incoming
from web.http.words import N_

log = structlog.get_logger("web")

# Printable and without spaces, as a header carries it safely.
KEY = re.compile(r"[!-~]{1,200}")
CLAIM = "claim"
# Of an answer, those that a second one has, too.
KEPT_HEADERS = frozenset({"content-type", "content-language", "location"})
REPLAYED = "Idempotency-Replayed"


def idempotency_key(request: Incoming) -> str | None:
    """Raises Refused for one that is none."""
    keys = request.headers.getall("idempotency-key", [])
    if keys and (len(keys) > 1 or not KEY.fullmatch(keys[0])):
        raise Refused(
            400,
            "idempotency_key_invalid",
            N_("Use 1 to 200 visible characters as Idempotency-Key."),
        )
    return keys[0] if keys else None


async def before(request: Incoming) -> Response[bytes] | None:
    """After the guards of every request, and before its handler: an answer takes its place."""
    operation: Operation | None = request.route_handler.opt.get("operation")
    if operation is None or request.scope["method"] != "POST" or operation.again != "kept":
        return None
    key = idempotency_key(request)
    if key is None or request.auth is None:
        return None
    path = request.scope["path"]
    found = await kept_answers.claim(bearer.of(request).id, f"POST {path}", key, _said(request))
    if isinstance(found, Claim):
        request.scope["state"][CLAIM] = found
        audit.tell(found.acted)
        return None
    return Response(
        found.body.encode(),
        status_code=found.status,
        headers={**found.headers, REPLAYED: "true"},
        media_type=found.headers.get("content-type", "application/json"),
    )


def _said(request: Incoming) -> bytes:
    """All that is asked, whatever order its keys have."""
    state = request.scope["state"]
    body = msgspec.json.encode(state.get("json"), order="sorted")
    raw = hashlib.sha256(state.get("raw", b"")).digest()
    return b"\0".join((request.scope["query_string"], raw, body))


class Conventions:
    """Around the application, within the envelope."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        held = _Held(scope, send)
        try:
            await self._app(scope, receive, held)
        finally:
            if not held.begun and (claim := scope["state"].get(CLAIM)) is not None:
                await claim.let_go()


class _Held:
    """The `send` of one request, which holds an answer back until all of it is known. One that
    comes in pieces is passed on as it comes."""

    def __init__(self, scope: Any, send: Send) -> None:
        self._scope, self._send = scope, send
        self._start: Any = None
        self.begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        if self._start is not None:
            start, self._start = self._start, None
            if message["type"] == "http.response.body" and not message.get("more_body"):
                await _settle(self._scope, start, message.get("body", b""))
            self.begun = True
            await self._send(start)
        await self._send(message)


async def _settle(scope: Any, start: Any, body: bytes) -> None:
    """Keeps a good answer, and lets go of what was refused. That it was done is stored already, so
    a database that is away now costs the program its second answer only."""
    claim: Claim | None = scope["state"].pop(CLAIM, None)
    if claim is None:
        return
    if not 200 <= start["status"] < 300:
        await claim.let_go()
        return
    operation: Operation = scope["route_handler"].opt["operation"]
    headers = {
        name.decode().lower(): value.decode()
        for name, value in start["headers"]
        if name.decode().lower() in KEPT_HEADERS
    }
    answer = Answer(start["status"], headers, _without(body, operation.secrets))
    template, uid = scope["path_template"], str(scope["path_params"].get("uid", ""))
    about = {name: uid for name in ("message", "mail") if _leads_to(template, name)}
    try:
        await claim.keep(answer, **about)
    except Exception as error:
        log.warning("answer_not_kept", error=type(error).__qualname__)


def _leads_to(template: str, name: str) -> bool:
    return any(f"/{plural}/{{uid" in template for plural in (name, f"{name}s"))


def _without(body: bytes, secrets: tuple[str, ...]) -> str:
    if not secrets:
        return body.decode()
    shown = msgspec.json.decode(body)
    return msgspec.json.encode({**shown, **dict.fromkeys(secrets)}).decode()
