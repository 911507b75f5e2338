"""One request, one answer, one deadline."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import logging
import re
import ssl
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import httpcore
import httpx
import msgspec

from app.egress.addresses import Allowed, Rules
from app.egress.certificates import until
from app.egress.dial import CONNECT_SECONDS, CheckedBackend, Dialer, Resolve
from app.egress.faults import OutboundError, Progress, explain
from app.egress.proxy import Proxy
from app.egress.targets import Target, check, read_mail_host, read_url
from app.egress.way import MAX_ANSWER, Answer, Connected

MAX_ANSWER_HEADERS = 65_536
# Shorter than usual servers keep a connection: what goes into a closing one is lost, and nobody
# knows whether it arrived. It serves bursts; occasional sends connect anew.
IDLE_SECONDS = 4.0
IDLE_CONNECTIONS = 20

METHODS = ("GET", "POST", "PUT", "PATCH")
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
HEADER_VALUE = re.compile(r"[\x20-\x7e\t]*")
# These frame the message, so only we set them.
FRAMING = re.compile(
    "host|content-length|transfer-encoding|connection|keep-alive|te|trailer|upgrade|expect"
    "|accept-encoding|proxy-.*"
)

# The path of a robot's URL is its password, and these libraries log URLs and headers.
LOGGERS = ("httpx", "httpcore", "httpcore.connection", "httpcore.http11", "httpcore.proxy")


def _silence() -> None:
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.addFilter(_nothing)


def _nothing(_record: logging.LogRecord) -> bool:
    return False


_silence()


class _Call(msgspec.Struct, frozen=True):
    method: str
    target: Target
    headers: list[tuple[bytes, bytes]]
    content: bytes
    max_bytes: int

    def __repr__(self) -> str:
        return f"_Call({self.method}, {self.target!r})"


@functools.cache
def _public_tls() -> ssl.SSLContext:
    """Shared by all clients without their own authority: reading the public ones takes a while."""
    return httpx.create_ssl_context(trust_env=False)


@functools.cache
def _public_mail_tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


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
        self._tls = self._new_tls() if ca_file else _public_tls()
        self._mail_tls: ssl.SSLContext | None = None
        self._dialer = Dialer(self._rules, resolve, proxy, self._tls)
        self._kept = {listed_only: self._pool(listed_only) for listed_only in (False, True)}

    def tls_context(self) -> ssl.SSLContext:
        """For mail: with the same trust as HTTP, which offers protocols of its own in its own."""
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
        for pool in self._kept.values():
            await pool.aclose()
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
        listed_only = target.listed_only
        stream = await self._dialer.stream(target.host, target.port, listed_only=listed_only)
        seen.connected = True
        try:
            if target.scheme != "https":
                return None
            seen.handshake = True
            stream = await stream.start_tls(self._tls, server_hostname=target.host)
            return until(stream)
        finally:
            await stream.aclose()

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
        seen = Progress(content)
        try:
            target = read_url(url)
            check(self._rules, target)
            sent = _headers(target, headers, content, keep_alive=keep_alive)
            call = _Call(_method(method), target, sent, content, max_bytes)
            async with asyncio.timeout(deadline):
                return await self._send(call, seen, keep_alive=keep_alive)
        except Exception as error:
            fault = explain(error, seen)
        raise fault  # Outside of the handler, so that it drags no context along.

    def _pool(
        self, listed_only: bool, idle: int = IDLE_CONNECTIONS
    ) -> httpcore.AsyncConnectionPool:
        return httpcore.AsyncConnectionPool(
            ssl_context=self._tls,
            max_connections=None,
            max_keepalive_connections=idle,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=CheckedBackend(self._dialer, listed_only=listed_only),
        )

    async def _send(self, call: _Call, seen: Progress, *, keep_alive: bool) -> Answer:
        if keep_alive:
            try:
                return await _exchange(self._kept[call.target.listed_only], call, seen)
            except (httpcore.NetworkError, httpcore.RemoteProtocolError):
                # An idle connection may close as we use it. Servers do not act on half a request,
                # so sending it again is no second delivery.
                if seen.fresh or seen.written or seen.status is not None:
                    raise
        async with self._pool(call.target.listed_only, idle=0) as pool:
            return await _exchange(pool, call, seen)


async def _exchange(pool: httpcore.AsyncConnectionPool, call: _Call, seen: Progress) -> Answer:
    start = time.monotonic()
    target = call.target
    request = httpcore.Request(
        call.method,
        httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path),
        headers=call.headers,
        content=call.content,
        extensions={"timeout": {"connect": CONNECT_SECONDS}, "trace": seen.trace},
    )
    response = await pool.handle_async_request(request)
    try:
        seen.status = response.status
        headers = _received(response.headers)
        ends = until(response.extensions.get("network_stream"))
        body, truncated = await _read(response, call.max_bytes)
    finally:
        await response.aclose()
    elapsed = round((time.monotonic() - start) * 1000)
    return Answer(response.status, headers, body, truncated, elapsed, ends)


async def _read(response: httpcore.Response, limit: int) -> tuple[bytes, bool]:
    body = bytearray()
    async for chunk in response.aiter_stream():
        body += chunk[: limit + 1 - len(body)]
        if len(body) > limit:
            break
    return bytes(body[:limit]), len(body) > limit


def _received(raw: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    if sum(len(name) + len(value) for name, value in raw) > MAX_ANSWER_HEADERS:
        raise OutboundError("bad_answer")
    headers: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


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
