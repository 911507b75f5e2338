"""The MCP server: `POST …/mcp` with the token of a program that a model works for."""

from __future__ import annotations

import msgspec
from litestar import Response, Router, post

from app import settings
from app.people import audit
from app.people.token_shape import MCP
from web.api import bearer
from web.http.faults import Refused
from web.http.operation import PREFIX, Operation, described
from web.http.request import LOGGED, Incoming
from web.http.words import N_
from web.mcp import protocol, tools
from web.mcp.call import NOTICE, call
from web.mcp.protocol import INVALID_PARAMS, METHOD_NOT_FOUND, Asked, Json, RpcError

HERE = Operation(
    id="mcp",
    summary="The MCP server, for AI agents",
    scope=MCP,
    body={"type": "object", "description": "A JSON-RPC 2.0 request."},
    answer={"type": "object", "description": "A JSON-RPC 2.0 response."},
    again="own",
    # Clients of MCP know what it looks like; those of this API have no use for it.
    in_document=False,
)
INSTRUCTIONS = (
    "Leavemsg is a desk for messages that visitors leave on a website. The tools read them, write "
    "notes for colleagues and propose replies. Nothing you do sends anything to a visitor: "
    "propose_reply makes a draft that a person sends. " + NOTICE
)


@post("/mcp", status_code=200, opt=described(HERE))
async def serve(request: Incoming) -> Response[bytes]:
    _check_origin(request)
    state, asked = request.scope["state"], None
    try:
        asked = protocol.read(state.get("json"), request.headers)
        if asked.id is None:
            return Response(b"", status_code=202)
        said = protocol.answered(asked, await _result(request, asked))
        status = 200
    except RpcError as fault:
        said = protocol.failed(fault, asked.id if asked else None)
        status = protocol.status_of(fault, asked)
    return Response(msgspec.json.encode(said), status_code=status, media_type="application/json")


async def _result(request: Incoming, asked: Asked) -> Json:
    if asked.method == "initialize":
        return protocol.initialized(asked.params, INSTRUCTIONS)
    if asked.method == "server/discover":
        return protocol.discovered(INSTRUCTIONS)
    if asked.method == "ping":
        return {}
    if asked.method == "tools/list":
        if asked.params.get("cursor"):
            raise RpcError(INVALID_PARAMS, "There is one page of tools")
        scopes = bearer.of(request).scopes
        mine = [each.described() for each in tools.of(request.app).values() if each.is_for(scopes)]
        return protocol.listed(mine, asked.era)
    if asked.method == "tools/call":
        return await _called(request, asked.params)
    raise RpcError(METHOD_NOT_FOUND, "There is no such method here")


async def _called(request: Incoming, params: Json) -> Json:
    name, arguments = params.get("name"), params.get("arguments") or {}
    known = tools.of(request.app)
    if not isinstance(name, str) or name not in known:
        raise RpcError(INVALID_PARAMS, "There is no such tool")
    if not isinstance(arguments, dict):
        raise RpcError(INVALID_PARAMS, "arguments must be an object")
    request.scope["state"][LOGGED] = f" {name}"
    with audit.through(name):
        return await call(request, known[name], arguments)


def _check_origin(request: Incoming) -> None:
    """Pages of other sites do not speak to it, not even through a name that leads here."""
    for origin in request.headers.getall("origin", []):
        if origin != settings.current().origin:
            raise Refused(403, "origin_not_allowed", N_("Pages of other sites may not call this."))


router = Router(PREFIX, route_handlers=[serve])
