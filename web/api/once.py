"""A POST that is sent again with its `Idempotency-Key` is done once."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import msgspec
import structlog
from litestar import Response

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


async def before(request: Incoming, operation: Operation) -> Response[bytes] | None:
    """The first answer, if its key had one; else what follows is done under the key."""
    if request.scope["method"] != "POST" or operation.again != "kept" or request.auth is None:
        return None
    key = idempotency_key(request)
    if key is None:
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


async def answered(scope: Any, start: Any, body: bytes) -> None:
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


async def given_up(scope: Any) -> None:
    """There was no answer."""
    claim: Claim | None = scope["state"].pop(CLAIM, None)
    if claim is not None:
        await claim.let_go()


def _leads_to(template: str, name: str) -> bool:
    return any(f"/{plural}/{{uid" in template for plural in (name, f"{name}s"))


def _without(body: bytes, secrets: tuple[str, ...]) -> str:
    if not secrets:
        return body.decode()
    shown = msgspec.json.decode(body)
    hidden = dict.fromkeys(name for name in secrets if name in shown)
    return msgspec.json.encode({**shown, **hidden}).decode()
