"""The Model Context Protocol, server side, over one POST: JSON-RPC 2.0, no session, no stream.

Each request is answered by whatever process gets it. Clients of 2025 say `initialize` first; those
of 2026-07-28 say their version with every request instead. Neither is remembered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from app.settings import VERSION

Json = dict[str, Any]

BY_HANDSHAKE = ("2025-06-18", "2025-11-25")
PER_REQUEST = "2026-07-28"
SUPPORTED = (*BY_HANDSHAKE, PER_REQUEST)
# Said by clients that leave the header out, as the specification has it.
UNSAID = "2025-03-26"
VERSION_KEY = "io.modelcontextprotocol/protocolVersion"
SERVER_KEY = "io.modelcontextprotocol/serverInfo"
SERVER = {"name": "leavemsg", "title": "Leavemsg 留言", "version": VERSION}
NAMED = {"tools/call": "name"}
"""Methods whose header `Mcp-Name` repeats a parameter."""

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602
HEADER_MISMATCH, UNSUPPORTED_VERSION = -32020, -32022
STATUSES = {METHOD_NOT_FOUND: 404}
"""Of errors in the version without a handshake; 400 for the others."""
FRESH_MS = 60_000
"""How long a client may keep the list of tools: a token's scopes never change."""

Era = Literal["handshake", "per_request"]


class RpcError(Exception):
    """A request that is no good. Its text never has what was sent."""

    def __init__(self, code: int, message: str, data: Json | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.data = code, message, data


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One request; `id` is None for what wants no answer."""

    method: str
    id: str | int | None = None
    params: Json = {}
    era: Era = "handshake"


def read(body: Any, headers: Mapping[str, str]) -> Asked:
    """Raises RpcError. What only answers us, or tells us something, has no id."""
    said = headers.get("mcp-protocol-version", UNSAID)
    if not isinstance(body, dict) or body.get("jsonrpc") != "2.0":
        raise RpcError(INVALID_REQUEST, "One JSON-RPC 2.0 object is expected; there are no batches")
    if "method" not in body and ("result" in body or "error" in body):
        return Asked(method="")
    method, params = body.get("method"), body.get("params", {})
    if not isinstance(method, str) or not isinstance(params, dict):
        raise RpcError(INVALID_REQUEST, "method must be a string and params an object")
    meta = params.get("_meta")
    within = meta.get(VERSION_KEY) if isinstance(meta, dict) else None
    if within is not None or said == PER_REQUEST:
        _check_per_request(method, params, said, within, headers)
        era: Era = "per_request"
    else:
        era = "handshake"
        if method != "initialize" and said not in (UNSAID, *BY_HANDSHAKE):
            raise _unsupported(said)
    if "id" not in body:
        return Asked(method=method, params=params, era=era)
    number = body["id"]
    if not isinstance(number, str | int) or isinstance(number, bool):
        raise RpcError(INVALID_REQUEST, "id must be a string or a whole number")
    return Asked(method=method, id=number, params=params, era=era)


def _check_per_request(
    method: str, params: Json, said: str, within: Any, headers: Mapping[str, str]
) -> None:
    """Headers repeat the body, so that a proxy may go by them: both must say the same."""
    if within != said:
        raise RpcError(HEADER_MISMATCH, "MCP-Protocol-Version and params._meta differ")
    if said != PER_REQUEST:
        raise _unsupported(said)
    if headers.get("mcp-method") != method:
        raise RpcError(HEADER_MISMATCH, "Mcp-Method and method differ")
    name = params.get(NAMED.get(method, ""))
    if method in NAMED and headers.get("mcp-name") != name:
        raise RpcError(HEADER_MISMATCH, "Mcp-Name and params.name differ")


def _unsupported(said: str) -> RpcError:
    data = {"supported": [*SUPPORTED], "requested": said[:32]}
    return RpcError(UNSUPPORTED_VERSION, "Unsupported protocol version", data)


def initialized(params: Json, instructions: str) -> Json:
    """The client's version if we speak it, else our newest with a handshake."""
    wanted = params.get("protocolVersion")
    return {
        "protocolVersion": wanted if wanted in BY_HANDSHAKE else BY_HANDSHAKE[-1],
        "capabilities": {"tools": {"listChanged": False}},
        "serverInfo": SERVER,
        "instructions": instructions,
    }


def discovered(instructions: str) -> Json:
    return {
        "supportedVersions": [PER_REQUEST],
        "capabilities": {"tools": {"listChanged": False}},
        "instructions": instructions,
        **_kept(),
    }


def listed(tools: list[Json], era: Era) -> Json:
    return {"tools": tools, **(_kept() if era == "per_request" else {})}


def _kept() -> Json:
    """For this caller alone: others may do other things."""
    return {"ttlMs": FRESH_MS, "cacheScope": "private"}


def answered(asked: Asked, result: Json) -> Json:
    if asked.era == "per_request":
        result = {"resultType": "complete", "_meta": {SERVER_KEY: SERVER}, **result}
    return {"jsonrpc": "2.0", "id": asked.id, "result": result}


def failed(fault: RpcError, number: str | int | None = None) -> Json:
    error: Json = {"code": fault.code, "message": fault.message}
    if fault.data is not None:
        error["data"] = fault.data
    return {"jsonrpc": "2.0", "id": number, "error": error}


def status_of(fault: RpcError, asked: Asked | None) -> int:
    """A request that was understood is answered with 200, as JSON-RPC has it over a handshake."""
    if asked is not None and asked.era == "handshake":
        return 200
    return STATUSES.get(fault.code, 400)
