"""One request to a provider through app.egress, and its JSON answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

import msgspec

from app.egress.errors import OutboundError
from app.egress.refused import UrlRefused
from app.egress.way import Egress
from app.single_sign_on import faults

DEADLINE = 8.0
"""Seconds. Somebody waits in front of a browser for two or three of these."""
LARGEST = 256 * 1024
"""Bytes. Keys and metadata of large providers take some twenty thousand."""
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


class Reply(msgspec.Struct, frozen=True):
    """`body` is empty when what came is no JSON object."""

    status: int
    body: dict[str, Any]

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300


async def ask(
    egress: Egress,
    method: str,
    url: str,
    *,
    query: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    json: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    hosts: Collection[str] | None = None,
) -> Reply:
    """`hosts` are the platform's, if it may be no other. Raises NotSignedIn, which names no
    address."""
    sent, content = {"Accept": JSON, **(headers or {})}, b""
    if form is not None:
        sent["Content-Type"], content = FORM, urlencode(form).encode()
    elif json is not None:
        sent["Content-Type"], content = JSON, msgspec.json.encode(json)
    try:
        egress.check_url(url, hosts=hosts)
        answer = await egress.request(
            method,
            with_query(url, query) if query else url,
            headers=sent,
            content=content,
            deadline=DEADLINE,
            max_bytes=LARGEST,
        )
    except UrlRefused as error:
        raise faults.misset(error.code) from None
    except OutboundError as error:
        raise faults.away(error.facts.get("code") or error.reason) from None
    if answer.status >= 500 or answer.truncated:
        raise faults.away(f"http_{answer.status}" if answer.status >= 500 else "too_large")
    return Reply(answer.status, _object(answer.body))


class Platform(NamedTuple):
    """A work platform: where programs ask it, and the only hosts that may be."""

    egress: Egress
    base: str
    hosts: Collection[str]

    async def post(self, path: str, json: Mapping[str, Any]) -> Reply:
        """Raises NotSignedIn, as the next."""
        return await ask(self.egress, "POST", self.base + path, json=json, hosts=self.hosts)

    async def get(self, path: str, headers: Mapping[str, str]) -> Reply:
        return await ask(self.egress, "GET", self.base + path, headers=headers, hosts=self.hosts)


def with_query(url: str, query: Mapping[str, str]) -> str:
    """The address may have a query already."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"


def text(body: Mapping[str, Any], name: str) -> str:
    """A text of an answer; empty when it is missing or something else."""
    found = body.get(name)
    return found if isinstance(found, str) else ""


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
