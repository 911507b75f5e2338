"""One request, one answer, one deadline."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import re
import ssl
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import httpx

from app.egress.addresses import Allowed, Rules
from app.egress.dial import Dialer, Resolve
from app.egress.errors import OutboundError
from app.egress.faults import Progress, explain
from app.egress.proxy import Proxy
from app.egress.targets import Target, check, read_mail_host, read_url
from app.egress.transport import Call, Transport, request
from app.egress.way import MAX_ANSWER, Answer, Connected

METHODS = ("GET", "POST", "PUT", "PATCH")
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
HEADER_VALUE = re.compile(r"[\x20-\x7e\t]*")
# These frame the message, so only we set them.
FRAMING = re.compile(
    "host|content-length|transfer-encoding|connection|keep-alive|te|trailer|upgrade|expect"
    "|accept-encoding|proxy-.*"
)


@functools.cache
def _public_tls() -> ssl.SSLContext:
    """Shared by all clients without their own authority: reading the public ones takes a while."""
    return _for_http(httpx.create_ssl_context(trust_env=False))


@functools.cache
def _public_mail_tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


def _for_http(context: ssl.SSLContext) -> ssl.SSLContext:
    context.set_alpn_protocols(["http/1.1"])
    return context


class Client:
    """`allow` opens private networks; `ca_file` adds the operator's own authorities; `proxy` is the
    way out of a closed network."""

    def __init__(
        self,
        allow: Sequence[Allowed] = (),
        *,
        ca_file: str | Path | None = None,
        resolve: Resolve | None = None,
        proxy: Proxy | None = None,
    ) -> None:
        self._ca_file = ca_file
        self._rules = Rules(allow)
        self._tls = _for_http(self._new_tls()) if ca_file else _public_tls()
        self._mail_tls: ssl.SSLContext | None = None
        self._dialer = Dialer(self._rules, resolve, proxy, self._tls)
        self._transport = Transport(self._dialer, self._tls)

    def tls_context(self) -> ssl.SSLContext:
        """For mail. It trusts the same authorities as HTTP, which has a context of its own because
        that one offers http/1.1."""
        if self._mail_tls is None:
            self._mail_tls = self._new_tls() if self._ca_file else _public_mail_tls()
        return self._mail_tls

    def _new_tls(self) -> ssl.SSLContext:
        context = httpx.create_ssl_context(trust_env=False)
        if self._ca_file is not None:
            context.load_verify_locations(cafile=self._ca_file)
        return context

    def check_url(self, url: str, *, hosts: Collection[str] | None = None) -> None:
        """Raises UrlRefused. Checks the text only; `hosts` are the platform's."""
        check(self._rules, read_url(url), hosts)

    def check_host(self, host: str, port: int) -> None:
        """Raises UrlRefused, for a mail server."""
        check(self._rules, read_mail_host(host, port))

    async def close(self) -> None:
        await self._transport.aclose()
        self._dialer.close()

    async def connect(self, host: str, port: int, *, deadline: float) -> Connected:
        """A connected non-blocking socket to a mail server, within `deadline` seconds. Raises
        OutboundError."""
        try:
            target = read_mail_host(host, port)
            check(self._rules, target)
            async with asyncio.timeout(deadline):
                return await self._dialer.socket(target.host, port, listed_only=target.listed_only)
        except Exception as error:
            fault = explain(error, Progress())
        raise fault  # Outside of the handler, so that it drags no context along.

    async def reach_proxy(self, *, deadline: float) -> None:
        """Raises OutboundError when the proxy, if there is one, does not answer."""
        try:
            async with asyncio.timeout(deadline):
                return await self._dialer.reach_proxy()
        except Exception as error:
            fault = explain(error, Progress())
        raise fault

    async def reach(self, url: str, *, deadline: float) -> dt.datetime | None:
        """Connects, and greets where the address wants TLS, but asks for nothing. Returns when the
        certificate ends, None without one. Raises OutboundError."""
        seen = Progress()
        try:
            target = read_url(url)
            check(self._rules, target)
            async with asyncio.timeout(deadline):
                return await self._greet(target, seen)
        except Exception as error:
            fault = explain(error, seen)
        raise fault  # Outside of the handler, so that it drags no context along.

    async def _greet(self, target: Target, seen: Progress) -> dt.datetime | None:
        stream = await self._transport.open(target, seen)
        stream.close()
        return stream.certificate_until

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        content: bytes,
        deadline: float,
        max_bytes: int = MAX_ANSWER,
        keep_alive: bool = False,
    ) -> Answer:
        """Any status is an answer; redirects are not followed. Raises OutboundError.

        `deadline` is in seconds and covers all: DNS, connecting, TLS, writing and reading.
        """
        seen = Progress()
        try:
            target = read_url(url)
            check(self._rules, target)
            sent = _headers(target, headers, content, keep_alive=keep_alive)
            call = Call(target, seen, max_bytes, keep_alive)
            asked = request(_method(method), call, sent, content)
            async with asyncio.timeout(deadline):
                return await self._send(asked)
        except Exception as error:
            fault = explain(error, seen)
        raise fault  # Outside of the handler, so that it drags no context along.

    async def _send(self, asked: httpx.Request) -> Answer:
        start = time.monotonic()
        found = await self._transport.handle_async_request(asked)
        body = b"".join([part async for part in found.aiter_raw()])
        elapsed = round((time.monotonic() - start) * 1000)
        return Answer(
            found.status_code,
            _received(found.headers),
            body,
            duration_ms=elapsed,
            **found.extensions,
        )


def _method(method: str) -> str:
    if method not in METHODS:
        raise OutboundError("address_refused", facts={"code": "method"})
    return method


def _headers(
    target: Target, given: Mapping[str, str], content: bytes, *, keep_alive: bool
) -> list[tuple[bytes, bytes]]:
    own = {
        "Host": target.authority,
        "User-Agent": "leavemsg",
        "Accept-Encoding": "identity",
        "Connection": "keep-alive" if keep_alive else "close",
        "Content-Length": str(len(content)),
    }
    headers = {name.lower(): (name, value) for name, value in own.items()}
    for name, value in given.items():
        if not HEADER_NAME.fullmatch(name) or not HEADER_VALUE.fullmatch(value):
            raise OutboundError("address_refused", facts={"code": "header"})
        if not FRAMING.fullmatch(name.lower()):
            headers[name.lower()] = (name, value)
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.values()]


def _received(headers: httpx.Headers) -> dict[str, str]:
    """Each name once. latin-1 loses no byte. `items` goes through the headers once; looking a name
    up goes through all of them, and a receiver may send ten thousand."""
    headers.encoding = "latin-1"
    return dict(headers.items())
