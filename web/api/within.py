"""A request to the API within this process, for one that came in: as the same caller, past the same
guards, keys and ETags."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from web.http.request import Incoming

APP = "api"
"""Key in a request's state for the application that answers."""
# Of the request that came in, those that are about its own body and conditions.
OWN = frozenset(
    {"if-match", "if-none-match", "content-type", "content-length", "idempotency-key", "expect"}
)
OF_THE_ROUTE = ("path_params", "path_template", "route_handler", "auth", "user", "session")


class Answer(msgspec.Struct, frozen=True):
    status: int
    etag: str
    """Empty without one."""
    body: bytes


async def ask(
    request: Incoming,
    method: str,
    path: str,
    *,
    query: str = "",
    headers: Sequence[tuple[bytes, bytes]] = (),
    body: bytes | None = None,
    state: dict[str, Any],
) -> Answer:
    """`body` is JSON. `state` goes into the state of the request, beside the id of that which came
    in; nothing else of that state does."""
    found: dict[str, Any] = {}
    pieces: list[bytes] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body or b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            found.update(message)
        else:
            pieces.append(message.get("body", b""))

    outer: Any = request.scope
    scope: Any = {key: value for key, value in outer.items() if key not in OF_THE_ROUTE}
    kept = [pair for pair in outer["headers"] if pair[0].decode("latin-1").lower() not in OWN]
    if body is not None:
        kept.append((b"content-type", b"application/json"))
        kept.append((b"content-length", str(len(body)).encode()))
    scope |= {
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [*kept, *headers],
        "state": {"request_id": outer["state"].get("request_id", ""), **state},
    }
    app: Callable[..., Awaitable[None]] = outer["state"][APP]
    await app(scope, receive, send)
    etag = dict(found["headers"]).get(b"etag", b"").decode()
    return Answer(found["status"], etag, b"".join(pieces))
