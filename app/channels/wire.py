"""One request through the way out; whatever goes wrong there is a `SendError`."""

from __future__ import annotations

from collections.abc import Sequence

from app.channels.outcomes import of_connection
from app.egress import Answer, Egress, OutboundError, UrlRefused
from app.errors import SendError

JSON_TYPE = "application/json; charset=utf-8"


async def post(
    egress: Egress, url: str, content: bytes, *, deadline: float, hosts: Sequence[str]
) -> Answer:
    """JSON to a platform, at an address that must be the platform's."""
    return await request(
        egress,
        "POST",
        url,
        headers={"Content-Type": JSON_TYPE},
        content=content,
        deadline=deadline,
        hosts=hosts,
    )


async def request(
    egress: Egress,
    method: str,
    url: str,
    *,
    headers: dict[str, str],
    content: bytes,
    deadline: float,
    hosts: Sequence[str] | None = None,
) -> Answer:
    """One request. Whatever goes wrong is a `SendError` that names no address."""
    try:
        egress.check_url(url, hosts=hosts)
        return await egress.request(
            method, url, headers=headers, content=content, deadline=deadline, keep_alive=True
        )
    except UrlRefused as error:
        raise SendError(
            "permanent_config", error.code, hint=error.detail, facts=error.facts, left=False
        ) from None
    except OutboundError as error:
        raise unreachable(error) from None


def unreachable(error: OutboundError) -> SendError:
    return of_connection(
        error.reason, written=error.written, connected=error.connected, facts=error.facts
    )
