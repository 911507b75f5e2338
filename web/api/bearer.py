"""Tokens of programs. The API knows no cookie, and no token in an address.

Each route's `Operation` says what it requires; an API route without one always fails, so that it
cannot be forgotten.
"""

from __future__ import annotations

import re
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from app import limits
from app.contacts import sight
from app.errors import TooMany
from app.people import audit, tokens
from app.people.token_shape import CONTACTS, MCP, Bearer
from web.http.address import client_ip
from web.http.faults import Refused
from web.http.operation import Operation
from web.http.request import READS_FIRST, ROOM, SHOWN, THROUGH
from web.http.words import N_

# Exactly one space, no list, no parameters. The length bounds what is looked up.
HEADER = re.compile(r"bearer ([A-Za-z0-9_\-.~+/]{1,256}=*)", re.IGNORECASE | re.ASCII)
CHALLENGE = 'Bearer realm="leavemsg"'


async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Admits callers that the operation allows, and stores the token in `scope["auth"]`. Raises
    Refused."""
    scope: Any = connection.scope
    if not scope["path"].startswith("/api/") or scope["method"] == "OPTIONS":
        return
    operation: Operation = handler.opt["operation"]
    scope["auth"] = None
    if not operation.scope:
        return
    values = connection.headers.getall("authorization", [])
    if operation.open_to_all and not values:
        return
    address = client_ip(connection)
    found = await _found(values, scope["state"], address)
    await _counted(found, operation, scope["state"])
    enough = {operation.scope, *operation.other_scopes}
    if found.scopes.isdisjoint(enough):
        raise lacks(operation.scope)
    if MCP in found.scopes and MCP not in enough and not scope["state"].get(THROUGH):
        raise Refused(
            403, "mcp_only", N_("This token is for AI agents: it opens the MCP server only.")
        )
    await tokens.used(found, address)
    audit.known("token", found.id)
    sight.of(found.id, masks=CONTACTS not in found.scopes)
    scope["auth"] = found


async def _counted(found: Bearer, operation: Operation, state: dict[str, Any]) -> None:
    """Raises TooMany. Messages that are left are never refused for their number."""
    if operation.scope == "submit" or state.get(READS_FIRST) or state.get(THROUGH):
        return
    state[ROOM] = room = await limits.ask_api(found.id)
    if room is not None and room.wait:
        raise TooMany(room.wait)


def of(request: Request[Any, Any, Any]) -> Bearer:
    """The caller's token, for operations that require one."""
    bearer: Bearer = request.auth
    return bearer


async def _found(values: list[str], state: dict[str, Any], address: str) -> Bearer:
    """Also notes whose log the request belongs to: it has what was refused, too."""
    if not values:
        raise Refused(
            401,
            "token_required",
            N_("Send a token in the header: Authorization: Bearer …"),
            headers={"WWW-Authenticate": CHALLENGE},
        )
    match = HEADER.fullmatch(values[0]) if len(values) == 1 else None
    bearer = await tokens.recognised(match[1]) if match else None
    if bearer is not None:
        state[SHOWN] = bearer.id
    if bearer is None or bearer.ended:
        raise Refused(
            401,
            "token_invalid",
            N_("The token is malformed, unknown, expired or revoked."),
            headers={"WWW-Authenticate": f'{CHALLENGE}, error="invalid_token"'},
        )
    if not bearer.may_come_from(address):
        raise Refused(
            403,
            "address_not_allowed",
            N_("This token may not be used from {address}. An admin can allow the address."),
            facts={"address": address},
        )
    return bearer


def needs(who: Bearer, *scopes: str) -> None:
    """Raises Refused for the first scope that the caller lacks."""
    for scope in scopes:
        if scope not in who.scopes:
            raise lacks(scope)


def lacks(scope: str) -> Refused:
    return Refused(
        403,
        "scope_missing",
        N_("The token lacks the scope {scope}."),
        facts={"scope": scope},
        headers={"WWW-Authenticate": f'{CHALLENGE}, error="insufficient_scope", scope="{scope}"'},
    )
