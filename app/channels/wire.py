"""One request through app.egress; every failure is a `SendError`."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence

import msgspec

from app.channels.masks import mask_url
from app.channels.outcomes import of_connection
from app.channels.written import JSON_TYPE, Written
from app.egress import Answer, OutboundError, UrlRefused
from app.egress.way import Egress
from app.errors import SendError


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


async def ask(
    egress: Egress, written: Written, *, deadline: float, hosts: Sequence[str] | None = None
) -> Answer:
    """The request that a parcel makes."""
    return await request(
        egress,
        written.method,
        written.address,
        headers=written.headers,
        content=written.content,
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
    """Raises only `SendError`, which names no address."""
    try:
        egress.check_url(url, hosts=hosts)
        return _veiled(
            await egress.request(
                method, url, headers=headers, content=content, deadline=deadline, keep_alive=True
            )
        )
    except UrlRefused as error:
        raise SendError(
            "permanent_config", error.code, hint=error.detail, facts=error.facts, left=False
        ) from None
    except OutboundError as error:
        raise unreachable(error) from None


def _veiled(answer: Answer) -> Answer:
    """The answer with a redirect's address masked: it may be a new secret. Host and path stay
    recognisable."""
    location = answer.headers.get("location", "")
    if not location:
        return answer
    shown = mask_url(location)
    headers = {name: value for name, value in answer.headers.items() if name != "location"}
    body = answer.body
    for form in (location, html.escape(location), json.dumps(location)[1:-1]):
        body = body.replace(form.encode("utf-8", "replace"), shown.encode())
    return msgspec.structs.replace(answer, headers={**headers, "location": shown}, body=body)


def unreachable(error: OutboundError) -> SendError:
    return of_connection(
        error.reason, written=error.written, connected=error.connected, facts=error.facts
    )
