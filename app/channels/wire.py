"""One request through the way out; whatever goes wrong there is a `SendError`."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence

import msgspec

from app.channels.masks import mask_url
from app.channels.statuses import AFTER_SILENCE
from app.egress import Answer, Egress, OutboundError, UrlRefused
from app.errors import Outcome, SendError

JSON_TYPE = "application/json; charset=utf-8"

UNREACHABLE: dict[str, tuple[Outcome, str]] = {
    "dns_failed": ("retry", "The server's name is not found. Check it for typing errors."),
    "address_refused": (
        "permanent_config",
        "The address leads into a private network and was blocked. "
        "The operator can allow that network.",
    ),
    "connect_failed": (
        "retry",
        "No connection to the server. Check address and port; a firewall may be in the way.",
    ),
    "tls_failed": (
        "retry",
        "No secure connection: the server's certificate is not accepted. "
        "It may have expired or be made for another name.",
    ),
    "timeout": ("retry", "The server did not answer in time. It is tried again by itself."),
    "reset": ("retry", "The connection broke off. It is tried again by itself."),
    "bad_answer": ("retry", "What answers there does not speak HTTP. Check address and port."),
}


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
    """A redirect may lead to an address that is a secret of its own, which nobody has seen yet:
    host and path stay recognisable."""
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
    outcome, hint = UNREACHABLE[error.reason]
    if error.written and error.reason in ("timeout", "reset", "bad_answer"):
        outcome = "unknown"
    after = AFTER_SILENCE if error.reason == "timeout" else None
    return SendError(
        outcome, error.reason, hint=hint, facts=error.facts, after=after, left=error.connected
    )
